"""What a law measured: a key and typed values, never a sentence, and where they are from.

Sentences are made at the edge, from the law's catalogue in the reader's language (`wording`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from math import inf
from pkgutil import get_data
from tomllib import loads
from typing import Any, TypeAlias

from wingbeat.stats import CannotBeSeen, Estimate, NotEnough, NotSupported
from wingbeat.stats.families import holm

# A day brings so many of them, whatever the tables span; no time mends those it brings none of,
# nor those of whom more are needed the more there are.
NEVER = dict.fromkeys(
    ("different", "unlike", "weeks_before", "times", "one_customer", "one_thing", "one_cause",
     "weeks_to_next", "answered", "told"), 0.0,
)  # fmt: skip
PACES = {"hours": 24.0, "days": 1.0} | NEVER
Value: TypeAlias = int | float | str
# Authors, year, title and journal of what a reading rests on, by the key that the law names.
SOURCES: Mapping[str, str] = loads((get_data("wingbeat.laws", "sources.toml") or b"").decode())


@dataclass(frozen=True)
class Says:
    """A sentence not yet spoken: its key in the law's catalogue, and the values it needs.

    >>> Says("silence.past_promise", {"hours": 31}).key
    'silence.past_promise'
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One thing a law measured: `key` is `<law>.<name>`; the number speaks in `unit`.

    `source` is a key of SOURCES, `caveat` a key of its catalogue. `says` is the sentence;
    `telling` names another one of the catalogue where the state of things asks for it.
    """

    key: str
    result: Estimate | NotEnough | NotSupported | CannotBeSeen
    unit: str
    source: str
    caveat: str
    details: Mapping[str, Value] = field(default_factory=dict)
    telling: str = ""

    @property
    def says(self) -> Says:
        """The sentence that tells this reading."""
        values = asdict(self.result)
        match self.result:
            case Estimate() | NotSupported():
                return Says(self.telling or self.key, values | dict(self.details))
            case NotEnough():
                values["about_when"] = str(self.result.about_when or "")
                short = "not_enough_of" if self.result.of else "not_enough"
                return Says(self.telling or short, values | dict(self.details))
            case CannotBeSeen():
                return Says("cannot_be_seen", values)

    def as_row(self) -> dict[str, Any]:
        """Return the reading as plain values, one row of JSON."""
        state = {Estimate: "estimate", NotEnough: "not_enough", NotSupported: "not_supported",
                 CannotBeSeen: "cannot_be_seen"}  # fmt: skip
        source = SOURCES.get(self.source, self.source)
        about = {"key": self.key, "unit": self.unit, "source": source, "caveat": self.caveat}
        told = {"state": state[type(self.result)], **asdict(self.result)}
        if told.get("about_when"):
            told["about_when"] = str(told["about_when"])
        # An end that is open stays empty: JSON knows no infinity.
        told = {name: None if value in {inf, -inf} else value for name, value in told.items()}
        return about | told | {"details": dict(self.details), "telling": self.telling}


def together(
    readings: Iterable[Reading], verdict: Callable[[Estimate, float], Mapping[str, Value]]
) -> list[Reading]:
    """Hold all readings with a `p` as one family by Holm, and tell each its verdict by that p.

    The more are asked, the more would differ by luck.
    """
    told = list(readings)
    asked = {i: one.result for i, one in enumerate(told) if "p" in one.details}
    held = holm([float(told[i].details["p"]) for i in asked])
    for (i, found), p in zip(asked.items(), held, strict=True):
        if isinstance(found, Estimate):
            more = {"p": round(p, 4), **verdict(found, p)}
            told[i] = replace(told[i], details={**told[i].details, **more})
    return told


@dataclass(frozen=True)
class Report:
    """All that a law concludes from some tables: its readings, and tables to look into."""

    readings: tuple[Reading, ...]
    tables: Mapping[str, Any] = field(default_factory=dict)

    def at_pace(self, days: float, today: date) -> Report:
        """Return the same with a day foretold where too little came in so many days, 7 or more.

        >>> short = Reading("x.y", NotEnough(10, 20), "share", "", "")
        >>> Report((short,)).at_pace(10.0, date(2026, 3, 1)).readings[0].result.about_when
        datetime.date(2026, 3, 11)
        """

        def paced(one: Reading) -> Reading:
            short = one.result
            if not isinstance(short, NotEnough) or short.about_when or days < 7 or one.telling:
                return one
            pace = PACES.get(short.of, short.n / days)
            told = NotEnough.at_pace(short.n, short.needed, per_day=pace, today=today)
            return replace(one, result=replace(short, about_when=told.about_when))

        return replace(self, readings=tuple(map(paced, self.readings)))
