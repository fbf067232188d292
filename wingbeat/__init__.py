"""Wingbeat: the customer-service desk in which nobody is forgotten."""

from __future__ import annotations
