"""Commands that ask the desk, where there is none."""

from __future__ import annotations

import pytest

from tests.config.processes import DeskFolder


@pytest.mark.parametrize("command", ["laws rebuild", "laws measure", "export out"])
def test_without_a_desk_it_says_so_and_what_to_do(empty_desk: DeskFolder, command: str) -> None:
    done = empty_desk.wingbeat(*command.split())
    assert done.returncode == 1
    assert done.stderr.startswith(f"wingbeat {command.removesuffix(' out')}: there is no desk in ")
    assert "`wingbeat up`" in done.stderr
    assert "Traceback" not in done.stderr
