"""The first questions in the terminal, and a backup and its way back by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from tests.config.processes import DeskFolder, desk_folder

ANSWERS = ["--name", "Olga Owner", "--email", "olga@desk.example", "--inbox", "help@desk.example"]
WHO = """
from wingbeat.desk.people.models import Agent
from wingbeat.desk.conversations.inbox import Inbox
agent, inbox = Agent.objects.at_work().get(), Inbox.objects.get()
print(agent.name, agent.role, agent.check_password("a quiet password"), inbox.address)
print(list(agent.inbox_ids) == [inbox.pk])
"""


@pytest.fixture
def password(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text("a quiet password\n")
    return str(file)


def test_setup_makes_an_owner_an_inbox_and_a_recovery_key(
    empty_desk: DeskFolder, password: str
) -> None:
    done = empty_desk.wingbeat("setup", *ANSWERS, "--password-file", password)
    assert done.returncode == 0, done.stderr
    assert "AGE-SECRET-KEY-1" in done.stdout
    assert empty_desk.run(WHO).splitlines() == [
        "Olga Owner owner True help@desk.example",
        "True",
    ]

    again = empty_desk.wingbeat("setup")
    assert again.returncode == 0
    assert "AGE-SECRET-KEY" not in again.stdout


def test_an_answer_that_cannot_be_used_is_told(desk: DeskFolder, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("short")
    done = desk.wingbeat("setup", *ANSWERS, "--password-file", str(short))
    assert done.returncode == 1
    assert "password: " in done.stderr


def test_a_backup_by_command_is_checked_and_restored_by_command(
    desk: DeskFolder, password: str, tmp_path: Path
) -> None:
    without = desk.wingbeat("backup", str(tmp_path / "backups"))
    assert (without.returncode, "--new-key" in without.stderr) == (1, True)
    done = desk.wingbeat("setup", *ANSWERS, "--password-file", password)
    key = tmp_path / "key"
    key.write_text(next(word for word in done.stdout.split() if word.startswith("AGE-")))
    backup = desk.wingbeat("backup", str(tmp_path / "backups")).stdout.strip()
    assert Path(backup).exists()

    checked = desk.wingbeat("restore", "--check", "--key-file", str(key), backup)
    assert (checked.returncode, "whole and readable" in checked.stdout) == (0, True)
    with desk_folder(tmp_path / "second home") as second:
        restored = second.wingbeat("restore", "--key-file", str(key), backup)
        assert restored.returncode == 0, restored.stderr
        assert second.run(WHO).splitlines()[0] == "Olga Owner owner True help@desk.example"


def test_a_running_desk_is_not_restored_over(desk: DeskFolder, tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("on PostgreSQL the rows that are there tell")
    done = desk.wingbeat("backup", "--new-key", str(tmp_path))
    key = tmp_path / "key"
    key.write_text(done.stdout.split()[0])
    desk.start("up", "--port", "0")
    (tmp_path / "any.wingbeat").touch()
    over = desk.wingbeat("restore", "--key-file", str(key), str(tmp_path / "any.wingbeat"))
    assert over.returncode == 1
    assert "runs already" in over.stderr
