"""Power cuts in a recorded run: what was promised is kept, and nothing is sent again by itself."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import needs
from tests.faults.after_cut import cut_at, flaws, recover_on
from tests.faults.power import Recording, record

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(os.environ.get("WINGBEAT_DATABASE_URL")), reason="PostgreSQL syncs by itself"
    ),
]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    needs.strace()
    return record(tmp_path_factory.mktemp("recorded"), mails=16, replies=8, piped=2)


@pytest.mark.parametrize("seed", range(4))
def test_a_power_cut_loses_doubles_and_resends_nothing(
    recording: Recording, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    image = tmp_path / "image"
    verdict = cut_at(recording, recording.cuts(5, chance)[seed], image, chance)
    assert recover_on(recording, image, verdict).is_good, verdict


def test_without_its_syncs_the_desk_would_lose_mails_it_has_promised(
    recording: Recording, tmp_path: Path
) -> None:
    latest = recording.calls[-1].end
    promised = recording.promised(latest, "accepted")
    assert len(promised) == len(recording.letters)
    for heeds_syncs, image in ((True, tmp_path / "synced"), (False, tmp_path / "unsynced")):
        disk = recording.disk(latest, heeds_syncs=heeds_syncs)
        disk.image(image, random.Random(0), keeps=0.0)
    assert flaws(tmp_path / "synced") == []
    assert promised <= _stored(tmp_path / "synced")
    assert not promised <= _stored(tmp_path / "unsynced")


def _stored(image: Path) -> set[str]:
    with closing(sqlite3.connect(image / "desk.sqlite3")) as rows:
        return {name for (name,) in rows.execute("SELECT message_id FROM mail_rawmail")}
