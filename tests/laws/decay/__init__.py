"""Four proofs of the law of decay."""
