"""What the team's own system may answer: sections of rows, small, plain, and shown as text.

Nothing in an answer is trusted. What has the wrong shape is refused with the place where it is
wrong; what is too much is left out, and said to be.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

MOST_BYTES = 64 * 1024
MOST_SECTIONS = 4
MOST_ROWS = 20  # in all sections together
MOST_LINKS = 6  # a page of the desk stays calm
LONGEST = {"title": 40, "label": 40, "value": 200, "badge": 24}
LONGEST_LINK = 2_000
TONES = frozenset({"good", "bad"})


class WrongShape(ValueError):
    """The answer is none that can be shown; the text says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: a label and a value, and perhaps a link and a badge."""

    label: str
    value: str
    link: str = ""
    badge: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What is shown; `is_cut` says that the answer held more than fits."""

    sections: tuple[Section, ...]
    is_cut: bool = False
    zone: str = ""  # the customer's, by its name


def read(body: bytes, *, only: Collection[str] = ()) -> Panel:
    """Read an answer; of its rows those with these labels, or all.

    Raises:
        WrongShape: if it is no JSON of the documented shape.
    """
    if len(body) > MOST_BYTES:
        raise WrongShape(_("It answers more than %(most)d kB.") % {"most": MOST_BYTES // 1024})
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as why:
        raise WrongShape(_("It answers no JSON.")) from why
    said = _object(answer, "")
    found = _list(said.get("sections"), "sections")
    wanted = {label.strip().casefold() for label in only}
    sections = [_section(one, f"sections[{at}]", wanted) for at, one in enumerate(found)]
    fitting = _fitting([section for section in sections if section.rows])
    return replace(fitting, zone=_zone(said.get("zone")))


def _zone(found: Any) -> str:
    """Return the name of a time zone; what is none is left out, as it only adds to the rest."""
    try:
        return ZoneInfo(found).key if isinstance(found, str) and found else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def _fitting(sections: list[Section]) -> Panel:
    """Leave out what is more than fits."""
    kept, rows_left, links_left = [], MOST_ROWS, MOST_LINKS
    for section in sections[:MOST_SECTIONS]:
        rows = []
        for row in section.rows[:rows_left]:
            links_left -= bool(row.link)
            is_linked = links_left >= 0
            rows.append(row if is_linked else Row(row.label, row.value, "", row.badge, row.tone))
        rows_left -= len(rows)
        if rows:
            kept.append(Section(section.title, tuple(rows)))
    shown = sum(len(section.rows) for section in kept)
    return Panel(tuple(kept), sum(len(one.rows) for one in sections) > shown or links_left < 0)


def _section(found: Any, place: str, wanted: Collection[str]) -> Section:
    said = _object(found, place)
    rows = _list(said.get("rows"), f"{place}.rows")
    read_rows = [_row(one, f"{place}.rows[{at}]") for at, one in enumerate(rows)]
    shown = [row for row in read_rows if not wanted or row.label.casefold() in wanted]
    return Section(_text(said, "title", place), tuple(row for row in shown if row.value))


def _row(found: Any, place: str) -> Row:
    said = _object(found, place)
    label = _text(said, "label", place)
    if not label:
        raise WrongShape(_("%(place)s has no label.") % {"place": place})
    tone = said.get("tone")
    return Row(
        label=label,
        value=_text(said, "value", place),
        link=_link(said.get("link"), f"{place}.link"),
        badge=_text(said, "badge", place),
        tone=tone if isinstance(tone, str) and tone in TONES else "",
    )


def _text(said: Mapping[str, Any], name: str, place: str) -> str:
    """Return a text on one line, without what is not seen, cut to its length."""
    value = said.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    if not isinstance(value, str | int | float):
        raise WrongShape(
            _("%(place)s is neither text nor a number.") % {"place": f"{place}.{name}"}
        )
    # what cannot be printed could turn the words around it, or hide what they say
    seen = "".join(one if one.isprintable() else " " for one in str(value)[: LONGEST_LINK * 2])
    words, most = " ".join(seen.split()), LONGEST[name]
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _link(value: Any, place: str) -> str:
    if value is None or value == "":
        return ""
    try:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
        is_fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        is_fine = False
    if not is_fine or len(value) > LONGEST_LINK or not value.isprintable() or " " in value:
        raise WrongShape(
            _("%(place)s is no link: use an address that begins with https://.") % {"place": place}
        )
    return str(value)


def _object(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        name = place or _("The answer")
        raise WrongShape(_("%(place)s is no object, such as {…}.") % {"place": name})
    return value


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise WrongShape(_("%(place)s is no list, such as […].") % {"place": place})
    return value
