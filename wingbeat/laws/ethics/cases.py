"""The cases of the law of ethics."""

from __future__ import annotations

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.ethics.chain import first_bent, linked


def _kept() -> Numbers:
    from wingbeat.stats.shares import jeffreys

    found = jeffreys(47, 50)
    return found.value, found.low, found.high


def _bent() -> Numbers:
    rows, digest = [], ""
    for row in range(40):
        digest = linked(digest, row)
        rows.append((row, digest))
    rows[17] = (99, rows[17][1])
    bent = first_bent(rows)
    return (-1.0 if bent is None else bent,)


CASES = (
    Case("B25", "47 of 50 promises kept: share, interval", "own", (0.94, 0.848, 0.983), 5e-4,
         "quantiles of Beta(47.5, 3.5)", _kept),
    Case("B25b", "row 17 altered: where the record breaks", "own", (17,), 0, "by hand", _bent),
)  # fmt: skip
