"""The `wingbeat` command: quick to help, and clear about wrong use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.processes import DeskFolder
from wingbeat.config import cli

LOADED = """
import sys
from wingbeat.config.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
heavy = sorted({"django", "uvicorn", "allauth", "psycopg"} & set(sys.modules))
print("\\nleft with", code, heavy, file=sys.stderr)
"""


def loaded(*argv: str, home: Path, given: bytes = b"") -> str:
    """Run a command in a bare interpreter; return its code and which heavy packages it loaded."""
    environment = {**os.environ, "WINGBEAT_HOME": str(home)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *argv], env=environment, capture_output=True, input=given,
        check=True, timeout=30,
    )  # fmt: skip
    return done.stderr.decode().splitlines()[-1]


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"], ["--version"], ["up", "--help"], ["work", "--help"], ["setup", "--help"],
        ["doctor", "--help"], ["backup", "--help"], ["restore", "--help"], ["mail", "--help"],
    ],
)  # fmt: skip
def test_help_loads_nothing_heavy(argv: list[str], tmp_path: Path) -> None:
    assert loaded(*argv, home=tmp_path / "home") == "left with 0 []"


def test_a_mail_is_parsed_without_django(tmp_path: Path) -> None:
    mail = b"From: nora@customers.example\nSubject: A lamp\n\nIt is dark.\n"
    line = loaded("mail", "parse", "--json", home=tmp_path / "home", given=mail)
    assert line == "left with 0 []"
    assert not (tmp_path / "home").exists()


def test_every_subcommand_has_its_module_and_every_module_its_subcommand() -> None:
    folder = Path(cli.__file__).parent / "commands"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "starting"}
    assert modules == {cli.MODULES.get(name, name) for name in cli.COMMANDS}


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "nobody is forgotten" in capsys.readouterr().out


def test_an_unknown_command_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["dance"])
    assert end.value.code == 2
    assert "'doctor'" in capsys.readouterr().err


def test_a_wrong_option_stops_the_start_and_names_the_legal_values(empty_desk: DeskFolder) -> None:
    environment = {**empty_desk.environment, "WINGBEAT_ZONE": "Mars"}
    done = subprocess.run(
        [sys.executable, "-m", "wingbeat.config.cli", "up"], env=environment, capture_output=True,
        text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "wingbeat: WINGBEAT_ZONE is 'Mars': use an IANA name such as UTC or Europe/Budapest.\n"
    )


def test_a_wrong_database_address_says_what_one_looks_like(empty_desk: DeskFolder) -> None:
    empty_desk.url = "mysql://desk@db/wingbeat"
    done = empty_desk.wingbeat("doctor")
    assert done.returncode == 2
    assert "postgresql://user:password@host:5432/name" in done.stderr


def test_a_database_that_does_not_answer_is_told_in_plain_words(empty_desk: DeskFolder) -> None:
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    empty_desk.url = "postgresql://nobody@127.0.0.1:1/desk"
    for command in (["up", "--port", "0"], ["work"]):
        done = empty_desk.wingbeat(*command)
        assert done.returncode == 1
        assert done.stderr.startswith("wingbeat: the database does not answer:")
        assert "WINGBEAT_DATABASE_URL" in done.stderr


def test_a_backup_that_is_not_there_is_said_before_the_key_is_asked(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "wingbeat.config.cli", "restore", "--check", str(tmp_path / "none")],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert told.returncode == 1
    assert "There is no file" in told.stderr
    assert "Traceback" not in told.stderr
