"""Readers of what a team used before: a mailbox, a Zammad, a table."""
