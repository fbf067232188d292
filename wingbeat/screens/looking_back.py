"""The page that looks back on an old desk: one file with its style, charts and evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from math import isfinite
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from wingbeat.desk.moving.shapes import Skipped
from wingbeat.laws.looking_back import KINDS, NUMBERS, Forgotten, Measured, Month, OldCase, Result
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough, charts

CSS = Path(__file__).parent / "static/wingbeat/css"
STYLES = ("tokens", "reset", "base", "looking-back")
DAY = "j M Y"  # read the same everywhere
AT_ONCE = 20  # of a list; the rest is folded
LONGEST = 180
CURVE_HOURS = 7 * 24
CURVE_POINTS = 200
_ADDRESS = re.compile(r"\S+@\S+")


@dataclass(frozen=True, slots=True)
class LookedBack:
    """All that the page tells: `cases` are without spam, `names` are blanked out of the words."""

    source: str
    cases: Sequence[OldCase]
    spam: int
    forgotten: Sequence[Forgotten]
    skipped: Sequence[Skipped]
    measured: Measured
    as_of: datetime
    patience_days: int
    zone: tzinfo
    names: frozenset[str] = frozenset()
    link: str = ""


def as_json(found: LookedBack) -> dict[str, Any]:
    """Return everything as plain values; a number says what state it is in."""
    return {
        "source": found.source,
        "as_of": found.as_of.isoformat(),
        "conversations": len(found.cases),
        "spam_left_out": found.spam,
        "left_out": [{"what": one.ref, "why": one.why} for one in found.skipped],
        "numbers": {name: _plain(found.measured.numbers[name]) for name in NUMBERS},
        "months": [
            {"month": one.month, "n": one.n}
            | {name: _plain(getattr(one, name)) for name in ("never", "median", "ninth")}
            for one in found.measured.months
        ],
        "lists": {kind: [_row(one, found) for one in _listed(found, kind)] for kind in KINDS},
    }


def page(found: LookedBack) -> str:
    """Return the page; it asks for nothing from elsewhere."""
    times = [case.opened_at.astimezone(found.zone) for case in found.cases]
    context = {
        "styles": "\n".join((CSS / f"{name}.css").read_text(encoding="utf-8") for name in STYLES),
        "found": found,
        "begins": date_format(min(times), DAY) if times else "",
        "ends": date_format(found.as_of.astimezone(found.zone), DAY),
        "numbers": [_number(name, found.measured.numbers[name], found) for name in NUMBERS],
        "charts": list(_charts(found.measured)),
        "months": [_month(one) for one in found.measured.months],
        "lists": [_list(kind, found) for kind in KINDS],
        "left_out": _reasons(found.skipped),
    }
    return render_to_string("looking_back/page.html", context)


def _listed(found: LookedBack, kind: str) -> list[Forgotten]:
    rows = [one for one in found.forgotten if one.kind == kind]
    return sorted(rows, key=lambda one: one.shown_by.at, reverse=True)


def _row(one: Forgotten, found: LookedBack) -> dict[str, Any]:
    about = {"ref": one.case.ref, "number": one.case.number or one.case.ref}
    link = found.link.format(**about) if found.link else ""
    return about | {
        "message": one.shown_by.ref, "at": one.shown_by.at.isoformat(),
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "words": _quoted(one.words, found.names), "link": link,
    }  # fmt: skip


def _quoted(words: str, names: frozenset[str]) -> str:
    """Return words in one line, cut, without addresses and names of whoever spoke for the desk."""
    line = " ".join(_ADDRESS.sub("…", words[: 4 * LONGEST]).split())
    line = re.sub(r"[^\W\d_]+", lambda word: "…" if word[0] in names else word[0], line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _list(kind: str, found: LookedBack) -> dict[str, Any]:
    titles = {
        "silence": _("Never answered"),
        "promise": _("Promised, and nobody came back"),
        "last_step": _("“It is still wrong”, and no word after it"),
        "question": _("A question at the end, left open"),
    }
    says = {
        "silence": _("People wrote, and nobody ever answered."),
        "promise": _("We said that we would; by the time we named, or ever, nobody wrote again."),
        "last_step": _("The customer's last words say that it did not help."),
        "question": _("The customer's last words ask something; the conversation stops there."),
    }
    rows = [
        _row(one, found)
        | {
            "day": date_format(one.shown_by.at.astimezone(found.zone), DAY),
            "due": date_format(one.due_at.astimezone(found.zone), f"{DAY}, H:i")
            if one.due_at
            else "",
        }
        for one in _listed(found, kind)
    ]
    return {
        "kind": kind, "title": titles[kind], "says": says[kind], "n": len(rows),
        "first": rows[:AT_ONCE], "rest": rows[AT_ONCE:],
    }  # fmt: skip


def _number(name: str, result: Result, found: LookedBack) -> dict[str, str]:
    titles = {
        "never": _("never answered"),
        "median": _("half had an answer within"),
        "ninth": _("nine in ten had an answer within"),
        "week_later": _("still waiting a week later"),
        "reopened": _("ended, and back within 72 hours"),
    }
    return {"name": name, "title": titles[name]} | _told(name, result)


def _told(name: str, result: Result) -> dict[str, str]:
    """Return a result as words: the value, and beneath it how sure it is."""
    if isinstance(result, CannotBeSeen):
        return {
            "value": _("cannot be seen"),
            "sure": _("This export does not tell when conversations were ended."),
        }
    if isinstance(result, NotEnough):
        sure = _("%(n)d here; it takes %(needed)d.") % asdict(result)
        return {"value": _("too little data"), "sure": sure}
    show = _hours if name in {"median", "ninth"} else _share
    if not isfinite(result.value):
        return {"value": _("never"), "sure": _("So many were not answered at all.")}
    high = show(result.high) if isfinite(result.high) else _("never")
    sure = _("%(low)s to %(high)s, from %(n)s conversations") % {
        "low": show(result.low), "high": high, "n": f"{result.n:,}",
    }  # fmt: skip
    return {"value": show(result.value), "sure": sure}


def _share(value: float) -> str:
    return f"{value:.1%}"


def _hours(value: float) -> str:
    if not isfinite(value):
        return _("never")
    if value < 1:
        minutes = round(value * 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if value < 48:
        return _("%(n)s hours") % {"n": f"{value:.1f}"}
    return _("%(n)s days") % {"n": f"{value / 24:.1f}"}


def _month(one: Month) -> dict[str, Any]:
    cells = [_told(name, getattr(one, name)) for name in ("never", "median", "ninth")]
    return {"month": one.month, "n": one.n, "cells": cells}


def _charts(measured: Measured) -> Iterable[str]:
    """Yield the pictures for which there is something to draw."""
    if measured.curve is not None:
        yield _curve(measured).figure()
    marks = [
        charts.Mark(one.month, one.never.value, one.never.low, one.never.high, x=place)
        for place, one in enumerate(measured.months)
        if isinstance(one.never, Estimate)
    ]
    if len(marks) > 1:
        words = charts.Words(
            "never",
            _("Never answered, by the month they wrote"),
            _("The share of conversations without any answer, with its interval."),
            (_("month"), _("share"), _("at least"), _("at most")),
        )
        yield charts.line(words, marks, show=_share).figure()


def _curve(measured: Measured) -> charts.Chart:
    """Draw how many still waited, over the first week; between points nothing is lost to sight."""
    curve = measured.curve
    if curve is None:
        raise ValueError("there is no curve; ask first")
    inside = int((curve.times <= CURVE_HOURS).sum())
    chosen = slice(0, inside, max(1, inside // CURVE_POINTS))
    rows = (curve.times, curve.share, curve.low, curve.high)
    words = charts.Words(
        "waits",
        _("How many still waited for an answer"),
        _("The share still waiting after so many hours, conversations that wait still included."),
        (_("whose"), _("hours"), _("share"), _("at least"), _("at most")),
    )
    steps = charts.Steps(_("everyone"), *(list(map(float, row[chosen])) for row in rows))
    return charts.steps(words, steps, unit=_("hours"))


def _reasons(skipped: Sequence[Skipped]) -> list[dict[str, Any]]:
    by: dict[str, list[str]] = {}
    for one in skipped:
        by.setdefault(one.why, []).append(one.ref)
    return [{"why": why, "n": len(refs), "refs": refs[:AT_ONCE]} for why, refs in by.items()]


def _plain(result: Result) -> Mapping[str, Any]:
    states = {Estimate: "estimate", NotEnough: "not_enough", CannotBeSeen: "cannot_be_seen"}
    told = {"state": states[type(result)], **asdict(result)}
    if isinstance(result, Estimate) and not isfinite(result.value):
        told["state"] = "never"
    if told.get("about_when"):
        told["about_when"] = str(told["about_when"])
    # JSON knows no infinity: what has no end stays empty.
    return {k: None if isinstance(v, float) and not isfinite(v) else v for k, v in told.items()}
