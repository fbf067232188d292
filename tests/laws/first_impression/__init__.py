"""Four proofs of the law of first impressions."""
