"""Four proofs of the law of memory."""
