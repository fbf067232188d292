"""Read the Date field; what has no zone or no sense is no date."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz

# Mail as we know it began in 1982; beyond a century from now nobody writes yet.
_EARLIEST, _LATEST = 1982, 2126
_LARGEST_OFFSET = timedelta(hours=14)


def read_date(value: str) -> tuple[datetime | None, str]:
    """Return the instant with the sender's offset, or nothing and what was odd.

    Future dates are returned: only the caller knows what time it is.
    """
    if not value.strip():
        return None, ""
    found = _internet(value) or _iso(value)
    if found is None:
        return None, "The date cannot be read."
    if found.tzinfo is None:
        return None, "The date names no time zone."
    if not _EARLIEST <= found.year <= _LATEST:
        return None, "The date is absurd."
    return found, ""


def _internet(value: str) -> datetime | None:
    try:
        fields = parsedate_tz(value)
        if fields is None or not fields[0]:
            return None
        offset = fields[9]
        when = datetime(*fields[:6])  # noqa: DTZ001 - a missing zone is reported, not invented
        return (
            when if offset is None and "-0000" not in value else when.replace(tzinfo=_zone(offset))
        )
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _zone(seconds: int | None) -> timezone:
    offset = timedelta(seconds=seconds or 0)
    if abs(offset) > _LARGEST_OFFSET:
        raise ValueError(f"No place on earth is {offset} from Greenwich.")
    return timezone(offset)


def _iso(value: str) -> datetime | None:
    text = value.strip().replace(" +", "+").replace(" -", "-")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
