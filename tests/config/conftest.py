"""A desk in a folder of its own, for tests of whole processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.processes import DeskFolder, desk_folder


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskFolder]:
    with desk_folder(tmp_path / "home", ready=True) as folder:
        yield folder


@pytest.fixture
def empty_desk(tmp_path: Path) -> Iterator[DeskFolder]:
    """Give a folder that nothing was ever done in."""
    with desk_folder(tmp_path / "home") as folder:
        yield folder
