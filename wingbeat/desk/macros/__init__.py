"""Prepared words and steps that agents use in replies."""
