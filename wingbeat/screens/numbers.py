"""Numbers that a request holds as text: no database is asked for one that it has no room for."""

from __future__ import annotations

LONGEST_NUMBER = 18  # digits; every database has room for such a number


def number_of(text: str) -> int | None:
    """Return the whole number that a text is, if rows can have it."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None
