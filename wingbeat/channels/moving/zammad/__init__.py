"""Zammad: read by its REST API while it runs, or from its database when it does not any more."""
