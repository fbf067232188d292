"""Crowds before a due time: answers of one moment are no many answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from wingbeat.laws.support import shipped_policy
from wingbeat.laws.support.report import crowd
from wingbeat.laws.wording import speak
from wingbeat.stats import NotEnough
from wingbeat.stats.bunching import likeness

POLICY = shipped_policy()
HOUR, REACH = 3600, 12 * 3600


def with_bulk(rng: Any, mails: int, days: int = 90, moved: float = 0.0) -> list[dict[str, Any]]:
    """Six hundred answers spread evenly, and mails that go to thirty who asked in one hour.

    A share of those up to five hours late is `moved` into the last hour before the due time.
    """
    late, day = rng.uniform(-REACH, REACH, 600), rng.integers(0, days, 600)
    early = (late >= 0) & (late < 5 * HOUR) & (rng.random(600) < moved)
    late[early] = -HOUR * rng.random(int(early.sum()))
    for _ in range(mails):
        begin = rng.uniform(-REACH, REACH - HOUR)
        late = np.append(late, begin + rng.uniform(0, HOUR, 30))
        day = np.append(day, [rng.integers(0, days)] * 30)
    return [{"day": int(on), "late_by": int(at // 1), "n": 1}
            for on, at in zip(day, late, strict=True)]  # fmt: skip


def test_bulk_mails_are_no_crowd() -> None:
    rng, spread = np.random.default_rng(5), []
    for _ in range(60):
        found = crowd(with_bulk(rng, 20), POLICY).details
        spread.append(float(found["z"]))
        assert found["verdict"] == "no crowd"
    assert np.std(spread) < 1.3, "as independent answers it is 3.3"


def test_one_mail_to_all_before_their_due_time_is_one_answer_and_not_two_hundred() -> None:
    rng = np.random.default_rng(6)
    rows = with_bulk(rng, 0)
    rows += [{"day": 7, "late_by": -int(at), "n": 1} for at in rng.uniform(1, HOUR, 200)]
    found = crowd(rows, POLICY)
    assert found.result == NotEnough(3, POLICY.least_days, of="even_days") or (
        found.details["verdict"] == "no crowd"
    )
    by_one = [row | {"day": i} for i, row in enumerate(rows)]
    assert crowd(by_one, POLICY).details["verdict"] == "crowd"


def test_answers_of_a_few_days_are_too_few() -> None:
    rows = [row | {"day": i % 9} for i, row in enumerate(with_bulk(np.random.default_rng(7), 0))]
    found = crowd(rows, POLICY)
    assert isinstance(found.result, NotEnough)
    assert found.result == NotEnough(8, 10, of="even_days")
    assert "a busy day counted for what it tells" in speak(found.says, law="support")


def test_a_days_scores_by_hand() -> None:
    """Days of two in one bin each: a variance twice that of times that come alone."""
    alone = np.eye(24)[np.arange(240) % 24]
    assert likeness(alone, 12) == pytest.approx(1)
    assert likeness(2 * alone, 12) == pytest.approx(2)
