"""What the example desk is set to before it is filled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wingbeat.config.commands import demo, starting


def test_the_example_tells_times_by_the_clock_of_its_own_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"WINGBEAT_ZONE": "UTC"})
    monkeypatch.setattr(starting, "start_django", lambda: None)
    demo._settle_in(tmp_path, 8000)
    assert os.environ["WINGBEAT_ZONE"] == "Europe/Vienna"
