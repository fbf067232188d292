"""Shares: within strata, by difference and by ratio."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from tests.laws.respect.desks import POLICY, sides, summed
from wingbeat.laws.respect.report import (
    common_ratio,
    shares,
)
from wingbeat.stats import Estimate


def test_rare_shares_four_times_apart_are_never_equal() -> None:
    found, details = shares(sides((10, 1000), (40, 1000)), POLICY)
    assert isinstance(found, Estimate)
    assert found.within(-POLICY.equal_within, POLICY.equal_within)
    assert details["verdict"] == "unequal"
    assert shares(sides((1, 100), (2, 100)), POLICY)[1]["verdict"] == "not shown"
    assert shares(sides((1800, 2000), (1802, 2000)), POLICY)[1]["verdict"] == "equal"


def test_the_ratio_is_within_strata_and_its_flag_follows_the_policy() -> None:
    # both fare alike in either stratum, but the small ask for what is seldom granted
    rows = sides((90, 900), (10, 100), "hard") + sides((90, 100), (810, 900), "easy")
    details = shares(rows, POLICY)[1]
    assert (details["ratio"], details["flag"]) == (1.0, "above")
    assert shares(summed(rows), POLICY)[1]["flag"] == "below"
    strict = replace(POLICY, four_fifths=0.9)
    assert shares(sides((45, 60), (54, 60)), strict)[1]["flag"] == "below"


def test_the_ratio_over_strata_by_hand() -> None:
    # Greenland and Robins 1985: up 10/2 + 14/2, down 20/2 + 10/2
    found = common_ratio([(50, 10, 50, 20), (40, 14, 40, 10)], level=0.95)
    assert found.value == pytest.approx(12 / 15)
    half = 1.959964 * sqrt((50 * 50 * 30 - 200 * 100) / 100**2 / 180
                           + (40 * 40 * 24 - 140 * 80) / 80**2 / 180)  # fmt: skip
    assert found.high == pytest.approx(0.8 * np.exp(half), rel=1e-6)


def test_the_worked_promises_are_not_shown_equal() -> None:
    # 45 of 60 kept for the small, 54 of 60 for the big: ratio .833, Fisher p .053
    found, details = shares(
        [{"stratum": "s", "size": "small", "k": 45, "n": 60},
         {"stratum": "s", "size": "big", "k": 54, "n": 60}], POLICY,
    )  # fmt: skip
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(-0.15)
    assert details["ratio"] == 0.833
    assert details["flag"] == "above"
    assert details["p"] == pytest.approx(0.053, abs=5e-4)
    assert details["verdict"] == "not shown"


def test_mantel_and_haenszel_are_those_of_r() -> None:
    # R, ?mantelhaen.test: UCBAdmissions, men against women over six departments, uncorrected:
    # chi-squared 1.5246 with correction is 1.4269, p .2323
    admitted = [(512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593),
                (138, 417, 131, 375), (53, 191, 94, 393), (22, 373, 24, 341)]  # fmt: skip
    rows = [
        {"stratum": str(d), "size": size, "k": k, "n": n}
        for d, (k1, n1, k2, n2) in enumerate(admitted)
        for size, k, n in (("small", k1, n1), ("big", k2, n2))
    ]
    found, details = shares(rows, POLICY)
    assert details["p"] == pytest.approx(0.2169, abs=5e-4)
    assert isinstance(found, Estimate)
    assert not found.excludes(0)
    pooled = [row | {"stratum": "all"} for row in rows]
    plain, simpson = shares(summed(pooled), POLICY)
    assert isinstance(plain, Estimate)
    assert plain.value > 0.1  # the famous paradox
    assert simpson["verdict"] == "unequal"
