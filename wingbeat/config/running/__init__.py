"""Processes and threads: what runs, what wakes it, and how all of it stops."""
