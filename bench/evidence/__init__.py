"""What the laws find on real tables, and what they do not."""
