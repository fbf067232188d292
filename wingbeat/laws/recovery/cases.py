"""The cases of the law of recovery."""

from __future__ import annotations

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.recovery import shipped_policy
from wingbeat.laws.recovery.coach import limit, margin_multiple


def _limit() -> Numbers:
    found = limit(shipped_policy(), margin_cents=6000, retention=0.8, minutes=25)
    return found.worth_cents, found.gain_cents, found.asking_cents, found.cents


def _back_to_the_mean() -> Numbers:
    """The worst tenth of 400,000, half of them with an act that does nothing: rise and effect."""
    import numpy as np

    from wingbeat.laws.recovery.report import effect

    rng, n = np.random.default_rng(23), 400_000
    true, noise = rng.normal(0, 1, n), rng.normal(0, 1, (2, n))
    one, two = (true + noise[0]) / np.sqrt(2), (true + noise[1]) / np.sqrt(2)
    worst = one <= np.quantile(one, 0.10)
    depth, after = (np.round(1000 * x[worst]) for x in (one, two))
    acted = rng.random(len(depth)) < 0.5
    rows = {"acted": acted, "depth": depth, "before": 0 * depth, "after": after}
    found = effect(rows | {"customer": np.arange(len(depth))})
    return float((after - depth).mean()) / 1000, found.value


CASES = (
    Case("V14", "margin multiples at 10 %: stay .6, .7, .8, .9; and at 12 %: .8, .9", "published",
         (1.20, 1.75, 2.67, 4.50, 2.50, 4.09), 0.005, "Gupta and Lehmann 2003, table of multiples",
         lambda: (*(margin_multiple(r, 0.10) for r in (0.6, 0.7, 0.8, 0.9)),
                  margin_multiple(0.8, 0.12), margin_multiple(0.9, 0.12))),
    Case("B13", "worth, gain, price of asking and limit, in cents", "own",
         (15000, 2250, 1500, 3750), 0, "by hand", _limit),
    Case("V23", "a rise that is none: naive in sd, and with equals compared", "own", (0.877, 0.0),
         0.05, "(1 - r) times the mean of the worst tenth, 1.755", _back_to_the_mean),
)  # fmt: skip
