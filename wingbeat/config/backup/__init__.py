"""Backups: one encrypted file that holds the whole desk, and the way back."""
