"""Wingbeat: the customer-service desk in which nobody is forgotten."""
