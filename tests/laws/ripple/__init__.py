"""Four proofs of the law of ripple."""
