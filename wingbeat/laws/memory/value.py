"""The value function: how strongly a gain or a loss is felt, in whole millionths.

The table of the shipped policy lies beside this module, made with fifty digits, so that no
machine's power function decides a tie.
"""

from __future__ import annotations

from functools import lru_cache
from math import log2
from pkgutil import get_data

MILLION = 1_000_000
SHIPPED_EXPONENT = 0.88
STRONGEST = 8 * MILLION  # |peak + end| with the largest loss aversion that a policy may set
GRAIN = 1_000  # the peak's order looks at |peak + end| in thousandths


def felt(thousandths: int, *, loss_aversion: float = 1.955, exponent: float = 0.88) -> int:
    """Return what a moment's value is felt as, in millionths.

    u(x) = x^a for x >= 0 and -l (-x)^a for x < 0. Source: Tversky and Kahneman 1992.

    >>> felt(200), felt(-600)
    (242609, -1247153)
    """
    return table(loss_aversion, exponent)[thousandths + 1000]


def vivid(thousandths: int, *, days: float, half_life_days: int) -> float:
    """Return how vividly a moment is remembered after some days: half as much each half-life.

    >>> vivid(-600, days=30, half_life_days=30) / vivid(-600, days=0, half_life_days=30)
    0.5
    """
    kept: float = 0.5 ** (max(days, 0.0) / half_life_days)
    return abs(felt(thousandths)) * kept


@lru_cache
def table(loss_aversion: float = 1.955, exponent: float = 0.88) -> tuple[int, ...]:
    """Return what each value from -1000 to 1000 thousandths is felt as, in millionths.

    >>> len(table()), table()[0], table()[2000]
    (2001, -1955000, 1000000)
    """
    shipped = _shipped()
    if exponent == SHIPPED_EXPONENT and loss_aversion in shipped:
        return shipped[loss_aversion]
    gains = [round(MILLION * (x / 1000) ** exponent) for x in range(1001)]
    losses = [-round(MILLION * loss_aversion * (x / 1000) ** exponent) for x in range(1000, 0, -1)]
    return (*losses, *gains)


@lru_cache
def _shipped() -> dict[float, tuple[int, ...]]:
    text = (get_data("wingbeat.laws.memory", "values.csv") or b"").decode()
    head, *lines = (line.split(",") for line in text.splitlines())
    return {
        float(name): tuple(int(line[place]) for line in lines)
        for place, name in enumerate(head)
        if place
    }


@lru_cache
def reach(half_life_days: int) -> tuple[int, ...]:
    """Return what intensity is worth in recency: millionths of a day for each |peak + end|.

    Indexed by |peak + end| in thousandths: h log2(|U|), with |U| half of it. Twice the intensity is
    worth one half-life, so that K = day + reach orders episodes the same whenever one looks. Index
    0 is never looked up.

    >>> reach(30)[2000], reach(30)[1000], reach(30)[4000]
    (0, -30000000, 30000000)
    """
    steps = range(1, STRONGEST // GRAIN + 1)
    return (0, *(round(MILLION * half_life_days * log2(n / 2000)) for n in steps))
