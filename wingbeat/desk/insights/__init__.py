"""Insights: what the laws make of the desk's own rows."""
