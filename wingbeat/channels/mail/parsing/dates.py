"""Read the Date field; what has no zone or no sense is no date."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz

# Mail as we know it began in 1982; beyond a century from now nobody writes yet.
_EARLIEST, _LATEST = 1982, 2126
_LARGEST_OFFSET = timedelta(hours=14)
_LONGEST = 200
# The zone that follows the time, which the standard library takes for Greenwich if it is missing.
_ZONE = re.compile(r"\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*\(?([+-]\d|[A-Za-z]+)")
_KNOWN = frozenset("ut utc gmt z ast adt est edt cst cdt mst mdt pst pdt".split())
# Names that the standard library does not know and senders use all the same.
_OFFSETS = {
    "WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100", "MET": "+0100",
    "CEST": "+0200", "MEST": "+0200", "MESZ": "+0200", "MEZ": "+0100", "EET": "+0200",
    "EEST": "+0300", "MSK": "+0300", "JST": "+0900", "KST": "+0900", "AEST": "+1000",
}  # fmt: skip


def read_date(value: str) -> tuple[datetime | None, str]:
    """Return the instant with the sender's offset, or nothing and what was odd.

    Future dates are returned: only the caller knows what time it is.
    """
    text = value.strip()
    if not text:
        return None, ""
    found = None if len(text) > _LONGEST else _internet(text) or _iso(text)
    if found is None:
        return None, "The date cannot be read."
    if found.tzinfo is None:
        return None, "The date names no time zone."
    if not _EARLIEST <= found.year <= _LATEST:
        return None, "The date is absurd."
    return found, ""


def _internet(text: str) -> datetime | None:
    """Return the date of a mail's own form; without a zone where it names none that is known."""
    zone = _ZONE.search(text)
    name = zone.group(1) if zone else ""
    offset = _OFFSETS.get(name.upper(), "")
    if zone and offset:
        text = text[: zone.start(1)] + offset
    try:
        fields = parsedate_tz(text)
        if fields is None:
            return None
        when = datetime(*fields[:6])  # noqa: DTZ001 - a missing zone is told, not invented
        is_known = name[:1] in {"+", "-"} or offset or name.lower() in _KNOWN
        return when.replace(tzinfo=_zone(fields[9])) if zone and is_known else when
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _zone(seconds: int | None) -> timezone:
    offset = timedelta(seconds=seconds or 0)
    if abs(offset) > _LARGEST_OFFSET:
        raise ValueError(f"No place on earth is {offset} from Greenwich.")
    return timezone(offset)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
