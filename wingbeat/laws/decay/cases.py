"""The cases of the law of decay."""

from __future__ import annotations

from functools import partial

from wingbeat.laws.cases import Case, Numbers


def _run_lengths(hs: Numbers, shifts: Numbers) -> Numbers:
    from wingbeat.stats.drift import cusum_run_length

    return tuple(cusum_run_length(h=h, shift=shift) for h in hs for shift in shifts)


def _stream() -> Numbers:
    """A stream of sd .5: of 2,000 quiet runs how many ring, and the delay after a rise of .3."""
    import numpy as np

    from wingbeat.stats.drift import page_hinkley

    found, rng = [], np.random.default_rng(1954)
    quiet, moved = rng.normal(0, 0.5, (2, 2000, 500))
    moved[:, 200:] += 0.3
    for delta, limit in ((0.15, 7.0), (0.15, 5.0), (0.05, 5.0)):
        rung, after = ([page_hinkley(one.tolist(), delta=delta, threshold=limit).at for one in some]
                       for some in (quiet, moved))  # fmt: skip
        found.append(100 * sum(at is not None for at in rung) / len(rung))
        found.append(float(np.median([at - 199 for at in after if at is not None and at >= 200])))
    return tuple(found[:5])  # the last rings before there is a shift to find


def _limits(values: Numbers) -> Numbers:
    from wingbeat.stats.drift import xmr

    found = xmr(values)
    return found.mean, found.low, found.high


def _first_popular() -> Numbers:
    """Half-life 180 d: the popular page of 90 days against the lonely one of 360."""
    from math import log

    from wingbeat.laws.decay.fading import Fading

    curve = Fading(scale=180 / log(2), shape=1, n=300, wrong=150)
    return 40 * curve.stale(90), 3 * curve.stale(360)


CASES = (
    Case("V16", "mean run lengths of the sum at h = 4 and 5, quiet and shifted", "published",
         (168, 8.38, 465, 10.4), (0.5, 0.01, 0.5, 0.05),
         "Montgomery, Introduction to SQC; Lucas and Crosier 1982",
         partial(_run_lengths, (4, 5), (0, 1))),
    Case("V16b", "the same at h = 4 for shifts of .25, .5, .75, 1, 1.5 and 2 sd", "published",
         (74.2, 26.6, 13.3, 8.38, 4.75, 3.34), 0.05,
         "Lucas and Crosier 1982, table 1, as R's spc prints it beside xcusum.arl",
         partial(_run_lengths, (4,), (0.25, 0.5, 0.75, 1, 1.5, 2))),
    Case("B17", "a stream watched without a target: % of quiet runs of 500 that ring, and delay, at"
         " delta .15 and limit 7, .15 and 5; % at .05 and 5", "own",
         (1.79, 45, 18.4, 29, 97.5), (0.8, 2, 2.5, 1, 1),
         "20,000 other runs, one point after the other (as in tests/stats)", _stream),
    Case("V17", "natural limits of ten weeks: mean, lower, upper", "own", (50.1, 39.46, 60.74),
         0.01, "by hand", partial(_limits, (52, 47, 50, 55, 49, 51, 48, 53, 50, 46))),
    Case("V17b", "natural limits of ten batches: mean, lower, upper", "published",
         (50.81, 45.8159, 55.8041), 0.002, "NIST/SEMATECH handbook, 6.3.2.2",
         partial(_limits, (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1))),
    Case("B21", "views x P(stale): which page first", "own", (11.7, 2.25), 0.03, "by hand",
         _first_popular),
)  # fmt: skip
