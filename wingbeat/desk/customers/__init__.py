"""Whom the desk serves: people, their addresses and organizations."""
