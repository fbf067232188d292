"""All that is asked at once is held together, and what is unequal names a side."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.laws.respect.desks import POLICY, at, promised_to_few, sides, waiting
from wingbeat.laws.readings import Reading
from wingbeat.laws.respect.report import (
    _together,
    shares,
    smaller_waits,
)
from wingbeat.laws.wording import speak


def test_what_could_be_shown_must_pass_what_holm_asks() -> None:
    """Of three questions the first must lie beyond a third of the level: more must be there."""
    shared, details = shares(sides((320, 400), (318, 400)), POLICY)
    waited, more = smaller_waits(waiting(np.random.default_rng(1), 300), POLICY)
    one = Reading("respect.kept", shared, "difference of shares", "fairness", "need", details)
    other = Reading("respect.first_words", waited, "chance", "fairness", "need", more)
    [alone] = _together([one], POLICY)
    assert alone.details["could_show"] == pytest.approx(2.802 * sqrt(2 * 0.16 / 400), abs=0.002)
    three = _together([other, one, one], POLICY)
    could = float(three[1].details["could_show"])
    assert could == pytest.approx(3.236 * sqrt(2 * 0.16 / 400), abs=0.002)
    seen, rng = 0, np.random.default_rng(2)
    for _ in range(300):
        low, high = rng.binomial(400, [0.8 - could / 2, 0.8 + could / 2]).tolist()
        result, found = shares(sides((low, 400), (high, 400)), POLICY)
        told = _together([replace(one, result=result, details=found), one, one], POLICY)[0]
        seen += told.details["verdict"] == "small fare worse"
    assert 0.72 < seen / 300 < 0.88  # Fisher's test errs on the careful side
    of_waits = float(three[0].details["could_show"])
    n = 1 / (1 / int(more["small"]) + 1 / int(more["big"]))
    assert of_waits == pytest.approx(0.5 + 3.236 / sqrt(12 * n), abs=0.001)


@pytest.mark.parametrize("side", ["small", "big"])
def test_what_is_unequal_names_the_side_that_fares_worse(side: str) -> None:
    few, most = (320, 400), (380, 400)
    shared, details = shares(sides(*((few, most) if side == "small" else (most, few))), POLICY)
    one = Reading("respect.kept", shared, "difference of shares", "fairness", "need", details)
    waited, more = smaller_waits(
        [*at("m", side, range(60, 72)), *at("m", "big" if side == "small" else "small", range(12))],
        POLICY,
    )
    other = Reading("respect.first_words", waited, "chance", "fairness", "need", more)
    for told in _together([one, other], POLICY):
        assert told.details["verdict"] == f"{side} fare worse"
        assert speak(told.says, law="respect").endswith(
            f"Verdict: unequal, {side} customers fare worse."
        )
    assert told.details["could_show_less"] == pytest.approx(1 - float(told.details["could_show"]))


def test_what_could_be_shown_of_few_customers_is_students() -> None:
    found, details = shares(promised_to_few(np.random.default_rng(7)), POLICY)
    free = float(details["freedom"])
    one = Reading("respect.kept", found, "difference of shares", "fairness", "need", details)
    [alone], three = _together([one], POLICY), _together([one] * 3, POLICY)

    def errors(asked: int, of: Any) -> float:
        return float(of.ppf(1 - 0.025 / asked) + of.ppf(POLICY.power))

    grows = float(three[0].details["could_show"]) / float(alone.details["could_show"])
    student, normal = (errors(3, of) / errors(1, of) for of in (stats.t(free), stats.norm()))
    assert student - normal > 0.02
    assert grows == pytest.approx(student, abs=0.008)
