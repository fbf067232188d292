"""The agent's desk through its addresses."""
