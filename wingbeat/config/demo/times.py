"""The example's times: all relative to its start, and the dates that its sentences name.

`"2d 03:20 ago"` is two days, three hours and twenty minutes before the start, `"in 04:00"` four
hours after it. In a text, `{date+3d}` is the day three days after the message was written,
`{weekday+3d}` its name, both in the language of the conversation.
"""

from __future__ import annotations

import re
import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
_SPAN = re.compile(r"(?P<ahead>in )?(?:(?P<days>\d+)d)? ?(?:(?P<hours>\d+):(?P<minutes>\d\d))?")
_PLACEHOLDER = re.compile(r"\{(?P<what>\w+)(?P<days>[+-]\d+)?d?\}")
_KINDS = ("date", "weekday")


def span(words: str) -> timedelta:
    """Return `"2d 03:20 ago"` as a negative and `"in 04:00"` as a positive length.

    >>> span("1d 00:30 ago")
    datetime.timedelta(days=-2, seconds=84600)
    """
    found = _SPAN.fullmatch(words.removesuffix(" ago"))
    if not found or not (found["days"] or found["hours"]):
        raise ValueError(f'"{words}" is no time; write "2d 03:20 ago" or "in 04:00"')
    if bool(found["ahead"]) == words.endswith(" ago"):
        raise ValueError(f'"{words}" has to begin with "in" or end with "ago"')
    length = timedelta(
        days=int(found["days"] or 0),
        hours=int(found["hours"] or 0),
        minutes=int(found["minutes"] or 0),
    )
    return length if found["ahead"] else -length


@cache
def calendars() -> dict[str, Any]:
    """Return the names of months and days in the example's languages."""
    return tomllib.loads((HERE / "calendars.toml").read_text(encoding="utf-8"))


def filled(text: str, at: datetime, language: str, zone: ZoneInfo) -> str:
    """Put the dates that a text names into it, counted from the time it was written."""
    names = calendars()[language]

    def day(found: re.Match[str]) -> str:
        then = at.astimezone(zone) + timedelta(days=int(found["days"] or 0))
        if found["what"] == "weekday":
            return str(names["weekdays"][then.weekday()])
        return str(names["date"]).format(day=then.day, month=names["months"][then.month - 1])

    return _PLACEHOLDER.sub(day, text)


def stamps(at: datetime, language: str) -> dict[str, str]:
    """Return the pieces of a time from which mail programs build the line above a quotation."""
    names = calendars()[language]
    return {
        "d": str(at.day),
        "dd": f"{at:%d}",
        "mm": f"{at:%m}",
        "month": names["months"][at.month - 1],
        "mon": names["short_months"][at.month - 1],
        "weekday": names["weekdays"][at.weekday()],
        "wday": names["short_weekdays"][at.weekday()],
        "yyyy": str(at.year),
        "yy": f"{at:%y}",
        "time": f"{at:%H:%M}",
        "time12": f"{at:%I:%M}".lstrip("0") + (" AM" if at.hour < 12 else " PM"),
    }
