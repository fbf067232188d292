"""Two web and two work processes on PostgreSQL, one of each killed under load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import needs
from tests.faults.several import Load, run

pytestmark = pytest.mark.slow


def test_when_one_of_two_machines_dies_the_other_goes_on_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    outcome = run(tmp_path, needs.postgresql(), Load(seconds=6, mails=4, replies=1.5, readers=1))
    assert outcome.is_good, outcome
    assert outcome.bad_pages == 0
    assert len(outcome.mail_live) == outcome.mails
    assert len(outcome.reply_live) == outcome.replies
