"""Tests of the context panel."""
