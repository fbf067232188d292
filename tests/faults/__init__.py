"""Killed, cut off, full, locked and alone: what a desk must survive without losing a word."""
