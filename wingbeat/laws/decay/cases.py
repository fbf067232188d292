"""The cases of the law of decay."""

from __future__ import annotations

from wingbeat.laws.cases import Case, Numbers


def _run_lengths() -> Numbers:
    from wingbeat.stats.drift import cusum_run_length

    return tuple(cusum_run_length(h=h, shift=shift) for h in (4, 5) for shift in (0, 1))


def _table() -> Numbers:
    from wingbeat.stats.drift import cusum_run_length

    return tuple(cusum_run_length(h=4, shift=shift) for shift in (0.25, 0.5, 0.75, 1, 1.5, 2))


def _batches() -> Numbers:
    from wingbeat.stats.drift import xmr

    found = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    return found.mean, found.low, found.high


def _limits() -> Numbers:
    from wingbeat.stats.drift import xmr

    found = xmr([52, 47, 50, 55, 49, 51, 48, 53, 50, 46])
    return found.low, found.high


def _first_popular() -> Numbers:
    """Half-life 180 d: the popular page of 90 days against the lonely one of 360."""
    from math import log

    from wingbeat.laws.decay.fading import Fading

    curve = Fading(scale=180 / log(2), shape=1, n=300, wrong=150)
    return 40 * curve.stale(90), 3 * curve.stale(360)


CASES = (
    Case("V16", "mean run lengths of the sum at h = 4 and 5, quiet and shifted", "published",
         (168, 8.38, 465, 10.4), 0.5, "Montgomery, Introduction to SQC; Lucas and Crosier 1982",
         _run_lengths),
    Case("V16b", "the same at h = 4 for shifts of .25, .5, .75, 1, 1.5 and 2 sd", "published",
         (74.2, 26.6, 13.3, 8.38, 4.75, 3.34), 0.05,
         "Lucas and Crosier 1982, table 1, as R's spc prints it beside xcusum.arl", _table),
    Case("V17", "natural limits of ten weeks", "own", (39.46, 60.74), 0.01, "by hand", _limits),
    Case("V17b", "natural limits of ten batches: mean, lower, upper", "published",
         (50.81, 45.8159, 55.8041), 0.002, "NIST/SEMATECH handbook, 6.3.2.2", _batches),
    Case("B21", "views x P(stale): which page first", "own", (11.7, 2.25), 0.03, "by hand",
         _first_popular),
)  # fmt: skip
