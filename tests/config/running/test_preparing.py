"""Preparing a desk is done once, and noticed to be done within milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from wingbeat.config.running import locking, preparing, updating
from wingbeat.config.running.locking import AlreadyRunning


@pytest.mark.django_db
def test_tables_that_fit_are_left_alone() -> None:
    assert updating.unapplied() == []
    assert preparing.migrate() is False


@pytest.mark.django_db
def test_a_missing_change_is_noticed() -> None:
    MigrationRecorder.Migration.objects.filter(app="jobs", name="0001_initial").delete()
    assert updating.unapplied() == ["jobs.0001_initial"]


def test_static_files_are_collected_once_a_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(STATIC_ROOT=tmp_path / "static"):
        assert preparing.collect_static() is True
        assert list((tmp_path / "static").rglob("*.css"))
        assert preparing.collect_static() is False
        monkeypatch.setattr(preparing, "version", lambda _name: "99")
        assert preparing.collect_static() is True


def test_a_lock_is_held_by_one_and_says_by_whom(tmp_path: Path) -> None:
    with locking.held(tmp_path, "web.lock", {"address": "http://127.0.0.1:8000/"}):
        assert locking.read(tmp_path, "web.lock")["address"] == "http://127.0.0.1:8000/"
        with (
            pytest.raises(AlreadyRunning, match=r"runs already at http://127\.0\.0\.1:8000/"),
            locking.held(tmp_path, "web.lock"),
        ):
            pass
    assert locking.read(tmp_path, "web.lock") == {}
    with locking.held(tmp_path, "web.lock"):
        assert "address" not in locking.read(tmp_path, "web.lock")
