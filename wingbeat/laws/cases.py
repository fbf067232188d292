"""The cases that every law must reproduce: published numbers, and our own from outside the code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from wingbeat.laws import LAWS

Numbers = tuple[float, ...]

# Numbers of cases that nothing computes yet, and why, so that a gap is never silent.
LATER = {
    "V1": "how long customers stay and buy (BG/NBD), fitted to CDNOW",
    "V2": "the same model for one customer",
    "V15": "Brunner and Munzel's test: no law takes it, as open cases count; the evidence does",
    "V27": "shares of complaints that the NHS publishes: words to show, and no law computes them",
}


@dataclass(frozen=True)
class Case:
    """One case: what is computed, what must come out, and how far off is still right.

    `tolerance` is one for all numbers, or one for each. `kind` is "published" where the expected
    numbers stand in a paper or in another program's documentation, "own" where they were computed
    here by hand or by a second method; `oracle` says which.
    """

    id: str
    what: str
    kind: Literal["published", "own"]
    expected: Numbers
    tolerance: float | Numbers
    oracle: str
    compute: Callable[[], Numbers]

    @property
    def off(self) -> Numbers:
        """How far off the numbers may be: one for all, or each."""
        return self.tolerance if isinstance(self.tolerance, tuple) else (self.tolerance,)


@dataclass(frozen=True)
class Verdict:
    """A case with what came out."""

    case: Case
    law: str
    computed: Numbers

    @property
    def holds(self) -> bool:
        """Whether every number is as expected, within the tolerance."""
        wanted, off = self.case.expected, self.case.off
        off = off if len(off) > 1 else off * len(wanted)
        return len(self.computed) == len(wanted) and all(
            abs(one - other) <= far
            for one, other, far in zip(self.computed, wanted, off, strict=True)
        )


def cases() -> Iterator[tuple[str, Case]]:
    """Yield the cases of every law that has some, with the law's name."""
    for law in LAWS:
        name = f"wingbeat.laws.{law}"
        if find_spec(name) and find_spec(f"{name}.cases"):
            for case in import_module(f"{name}.cases").CASES:
                yield law, case


def validate(only: str | None = None) -> Iterator[Verdict]:
    """Compute the cases anew, or the one with an id."""
    for law, case in cases():
        if only is None or case.id == only:
            yield Verdict(case, law, tuple(float(number) for number in case.compute()))
