"""A whole desk killed while mails come in, agents answer and replies go out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.kills import Plan, kill_again_and_again

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(os.environ.get("WINGBEAT_DATABASE_URL")), reason="test_several does it on PostgreSQL"
    ),
]


def test_a_desk_that_is_killed_loses_doubles_and_hides_nothing(tmp_path: Path) -> None:
    plan = Plan(kills=2, killed_starting=1, smtp=24, piped=2, replies=10)
    outcome = kill_again_and_again(tmp_path / "home", plan)
    assert outcome.is_good, outcome
    assert len(outcome.first_pages) == plan.kills + 1
    assert outcome.handed_in_again > 0, "nobody noticed that the desk was killed"
