"""A full disk, a locked database, a mail server that is gone for a day: told, and nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import needs
from tests.channels.mail.far_server import far_server, free_port
from tests.faults.desks import hard_desk
from tests.faults.judging import judged
from tests.faults.troubles import Work, full_disk, locked_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(os.environ.get("WINGBEAT_DATABASE_URL")), reason="they are of a desk on SQLite"
    ),
]


def test_a_full_disk_is_told_everywhere_and_costs_no_mail(tmp_path: Path) -> None:
    needs.small_disks()
    report = full_disk(tmp_path, Work(smtp=9, piped=3, replies=3), seconds=2)
    assert report.judged.is_good, report.judged
    assert report.judged.in_doubt == 0
    assert {answer[:4] for answer in report.smtp} == {"(451"}
    assert 75 in report.pipe
    assert report.refused_answers > 0
    assert report.bad_pages == []
    assert report.tray == {"The disk of this desk is full"}
    assert any("disk full" in said for said in report.health)
    assert "0 MB left" in report.doctor


def test_while_another_program_locks_the_database_pages_are_read_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    report = locked_database(tmp_path, Work(smtp=9, piped=3, replies=3), seconds=3)
    assert report.judged.is_good, report.judged
    assert report.judged.in_doubt == 0
    assert report.bad_pages == []
    assert max(report.pages) < 2


def test_replies_outlive_a_mail_server_that_is_gone_for_a_day(tmp_path: Path) -> None:
    port = free_port()
    with hard_desk(tmp_path / "home") as desk:
        desk.inside("seed", 3, 3, port)
        outage = desk.inside("outage", 24)
        assert outage["states"] == {"waiting": 3}
        assert outage["in_tray"] == 3
        assert outage["told_after"] <= 3600
        assert outage["rounds"] <= 24 * 5
        assert "127.0.0.1" in outage["why"][0]
        with far_server(port) as far:
            audit = desk.inside("mend", 25)
        found = judged(audit, far.taken, [], 3)
    assert found.is_good, found
    assert found.in_doubt == 0
