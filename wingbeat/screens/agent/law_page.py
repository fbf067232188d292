"""A law's page as it is shown: its numbers with their past, its verdict, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext as _

from wingbeat.desk.insights.reading import Reading
from wingbeat.desk.macros.models import Macro
from wingbeat.laws.readings import NEVER, PACES, Says
from wingbeat.laws.wording import speak
from wingbeat.screens import times
from wingbeat.screens.agent import law_words
from wingbeat.screens.shown_numbers import SHOWN
from wingbeat.stats import Estimate, NotEnough, charts
from wingbeat.stats.timelines import Change, timeline

MOST_CHANGES = 12
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a page: what it is, what was measured, since when, and as a picture."""

    key: str
    title: str  # one plain sentence: what it means for the customer
    says: str
    value: str = ""
    interval: str = ""
    n: int = 0
    method: str = ""
    caveat: str = ""
    chart: str = ""

    @property
    def means(self) -> str:
        """Return its scale, and what a lead could do."""
        return str(law_words.MEANS[self.key])


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that was changed, and whether the law's numbers noticed."""

    sign: str
    at: datetime
    words: str
    verdict: str
    named: Sequence[Macro]  # those that the reader may change, too


def numbers(law: str, rows: Sequence[Reading], changes: Sequence[Changed]) -> list[Number]:
    """Return the numbers of a law, each from its latest reading; a missing one says so."""
    found = (_number(key, of_key(key, rows), changes) for key in SHOWN.of_law(law))
    return [replace(one, says=_with_beside(one, rows)) for one in found]


def _with_beside(number: Number, rows: Sequence[Reading]) -> str:
    """Put beside a number what is another thing and never mixed with it, or what made it."""
    beside = {"memory.remembered": lived_beside, "memory.blend": weights_of}.get(number.key)
    return f"{number.says} {beside(rows)}".strip() if number.value and beside else number.says


def lived_beside(rows: Sequence[Reading]) -> str:
    """Say what was lived through, where a run measured it: what is remembered is another thing."""
    found = of_key("memory.lived", rows)
    if not found or not isinstance(found[-1].measured.result, Estimate):
        return ""
    return speak(found[-1].measured.says, law="memory", language=get_language() or "en")


def weights_of(rows: Sequence[Reading]) -> str:
    """Say how much the strongest moment, the last and the average count, as estimated here."""
    told = of_key("memory.blend", rows)[-1].measured.details
    parts = ("peak", "end", "mean")
    if not all({part, f"{part}_low", f"{part}_high"} <= told.keys() for part in parts):
        return ""
    value = {
        part: f"{told[part]:.2f} ({told[f'{part}_low']:.2f} – {told[f'{part}_high']:.2f})"
        for part in parts
    }
    told_so = _(
        "Weights estimated here: the strongest moment %(peak)s, the last %(end)s, all of them on"
        " average %(mean)s."
    )
    return told_so % value


def of_key(key: str, rows: Iterable[Reading]) -> list[Reading]:
    return [row for row in rows if row.key == key]


def _number(key: str, rows: Sequence[Reading], changes: Sequence[Changed]) -> Number:
    title, law = str(SHOWN.by_key[key]), key.partition(".")[0]
    none = Number(key, title, _("Nothing to measure yet."))
    if not rows:
        return none
    found = rows[-1].measured
    try:
        says = speak(found.says, law=law, language=get_language() or "en")
    except KeyError:  # an earlier version told less: the next night measures it anew
        return replace(none, says=str(law_words.VERDICTS[law_words.NEVER]))
    caveat = speak(Says(found.caveat), law=law, language=get_language() or "en")
    result = found.result
    if not isinstance(result, Estimate):
        n = result.n if isinstance(result, NotEnough) else 0
        return replace(none, says=says + _pace(rows), n=n, caveat=caveat)
    interval = _("%(low)s to %(high)s") % {
        "low": written(result.low, found.unit), "high": written(result.high, found.unit),
    }  # fmt: skip
    return Number(
        key, title, says, written(result.value, found.unit), interval, result.n, result.method,
        caveat, _chart(key, title, rows, changes),
    )  # fmt: skip


def _pace(rows: Sequence[Reading]) -> str:
    """Say about when there will be enough, at the pace of what is known."""
    first, latest = rows[0].measured.result, rows[-1].measured.result
    days = (rows[-1].as_of_at - rows[0].as_of_at).days
    if not (isinstance(latest, NotEnough) and isinstance(first, NotEnough)) or days < 7:
        return ""
    if not latest.n or rows[-1].measured.telling or latest.of in NEVER or latest.of != first.of:
        return ""
    pace = PACES.get(latest.of, (latest.n - first.n) / days)
    today = rows[-1].as_of_at.date()
    soon = NotEnough.at_pace(latest.n, latest.needed, per_day=pace, today=today)
    if soon.about_when is None:
        return " " + _("At the present pace this desk will not reach it.")
    if soon.about_when - rows[-1].as_of_at.date() > A_YEAR:  # a date would look like a promise
        return " " + _("At the present pace it takes more than a year.")
    told = {"day": times.day_of(soon.about_when)}
    return " " + _("At the present pace there is enough about %(day)s.") % told


def written(value: float, unit: str) -> str:
    """Write a number in its unit; an open end is said in words."""
    if not isfinite(value):
        return _("no upper limit yet")
    if unit == "share":
        return f"{100 * value:.0f} %"
    if unit == "difference of shares":
        return f"{100 * value:+.0f} %"
    told = {"value": f"{value:.1f}"}
    if unit == "hours":
        short = _("%(value)s min") % {"value": f"{60 * value:.0f}"}
        return short if abs(value) < 2 else _("%(value)s h") % told
    if unit == "days":
        return _("%(value)s days") % {"value": f"{value:.0f}"}
    return f"{value:.2f}"


def _chart(key: str, title: str, rows: Sequence[Reading], changes: Sequence[Changed]) -> SafeString:
    """Draw the series where there is one; a single point stands with its interval in the text."""
    spoken = [(row, row.measured) for row in rows if not row.has_failed]
    marks = [
        charts.Mark(
            times.day_of(row.as_of_at.date()), one.result.value,
            one.result.low, one.result.high, x=row.as_of_at.timestamp(),
        )
        for row, one in spoken
        if isinstance(one.result, Estimate)
        and isfinite(one.result.low) and isfinite(one.result.high)
    ]  # fmt: skip
    if len(marks) < 2:
        return SafeString("")
    unit = spoken[-1][1].unit
    told = _("Each point is what was measured up to that day, with its interval.")
    words = charts.Words(key.replace(".", "-"), title, told, (_("up to"), _("measured")))
    signs = [Change(one.at.timestamp(), one.sign) for one in changes]
    drawn = timeline(words, marks, signs, show=lambda value: written(value, unit))
    # every word in it was escaped where it was drawn
    return mark_safe(drawn.figure(_("As a table")))  # noqa: S308


def verdict(law: str, rows: Sequence[Reading]) -> tuple[str, str]:
    """Say whether what was measured here speaks for the law: a code, and the words for it."""
    found = of_key(law_words.PAGES[law].claim, rows)
    code = law_words.NEVER
    if found and not found[-1].has_failed:
        one = found[-1].measured
        foretold = one.telling == "decay.half_life_foretold"  # half have not gone wrong yet
        if not isinstance(one.result, Estimate) or foretold:
            code = law_words.TOO_LITTLE
        else:
            claimed = _claimed(one.key, one.result, one.details)
            code = law_words.SUPPORTED if claimed else law_words.UNSUPPORTED
    return code, str(law_words.VERDICTS[code])


def _claimed(key: str, result: Estimate, told: Mapping[str, Any]) -> bool:
    """Whether a reading shows what its law's page says in its first sentence."""
    if key == "memory.blend":  # both moments count beside the average
        return all(told.get(f"{moment}_low", 0) > 0 for moment in ("peak", "end"))
    if key == "decay.half_life":  # most went wrong, and what lasted lasts no better
        return isfinite(result.high) and told.get("shape_high", 0) >= 1
    return result.low > 0 and told.get("verdict") not in {"no crowd", "witnesses disagree"}


def changed(
    entries: Sequence[tuple[str, datetime, Mapping[str, Any]]], law: str,
    rows: Sequence[Reading], macros: Mapping[int, Macro],
) -> list[Changed]:  # fmt: skip
    """Return what was changed, newest last, each with whether the law's first number noticed.

    What was measured before it is set beside what is measured now: noticeable is what their
    intervals do not share. What was changed again on the same day is told once.
    """
    series = of_key(SHOWN.of_law(law)[0], rows)
    days: dict[tuple[date, str], tuple[datetime, dict[int, None]]] = {}
    for kind, at, facts in entries:
        _at, named = days.setdefault((timezone.localdate(at), kind), (at, {}))
        named |= {facts["macro"]: None} if facts.get("macro") in macros else {}
    latest = list(days.items())[-MOST_CHANGES:]
    return [
        Changed(
            chr(ord("A") + place), at, str(law_words.CHANGES[kind]), _noticed(at, series),
            [macros[pk] for pk in named],
        )
        for place, ((_day, kind), (at, named)) in enumerate(latest)
    ]  # fmt: skip


def _noticed(at: datetime, series: Sequence[Reading]) -> str:
    results = [(row.as_of_at, row.measured.result) for row in series if not row.has_failed]
    spoken = [(when, one) for when, one in results if isinstance(one, Estimate)]
    before = [one for when, one in spoken if when <= at]
    if not before or spoken[-1][0] < at + timedelta(days=7):
        return _("too early to tell")
    then, now = before[-1], spoken[-1][1]
    if now.low > then.high or now.high < then.low:
        return _("noticeable")
    return _("not noticeable")


def heads(by_law: Mapping[str, Sequence[Reading]]) -> list[tuple[str, Number | None, str]]:
    """Return each law with its first number and its verdict, for the page that lists them."""
    rows = {law: by_law.get(law, ()) for law in law_words.PAGES}
    return [(law, numbers(law, of, ())[0], verdict(law, of)[1]) for law, of in rows.items()]
