"""A file of the store is safe before anybody names it, whoever wrote it first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wingbeat.desk.conversations import blobs


def test_a_file_that_another_thread_has_just_written_is_made_safe_as_well(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BLOBS = tmp_path
    synced: list[Path] = []
    monkeypatch.setattr(blobs, "sync_folder", synced.append)
    for _writer in range(2):
        blobs.keep_file("ab" * 32, b"a long mail")
    assert synced == 2 * [tmp_path / "ab", tmp_path]
    assert blobs.path_of("ab" * 32).read_bytes() == b"a long mail"
