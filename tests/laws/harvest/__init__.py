"""Four proofs of the law of harvest."""
