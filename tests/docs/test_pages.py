"""The pages for agents and operators name only commands, options and pages that exist."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.docs.tables import DOCS
from wingbeat.config import cli
from wingbeat.config.cli import MODULES
from wingbeat.config.commands import mail
from wingbeat.config.options import OPTIONS

PAGES = sorted([*DOCS.glob("guide/*.md"), *DOCS.glob("run/*.md"), DOCS / "readings.md"])
# A command stands in backquotes, or in a line of code behind variables and its path.
COMMAND = re.compile(
    r"(?:^ {4,}(?:argv=/usr/bin/env |[A-Z_]+=\S+ )*(?:ExecStart=)?(?:/opt/wingbeat/bin/)?|`)"
    r"wingbeat ([a-z]+(?: [^\n`#|<]*)?)",
    re.MULTILINE,
)


def named(page: Path) -> list[list[str]]:
    return [match.split() for match in COMMAND.findall(page.read_text())]


def flags_of(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the help of a command, which names its flags."""
    module = import_module(f"wingbeat.config.commands.{MODULES.get(words[0], words[0])}")
    if hasattr(module, "pass_on"):
        arguments = [*words[1:2], "--help"] if words[0] in {"mail", "laws"} else ["--help"]
        with pytest.raises(SystemExit):
            raise SystemExit(module.pass_on(arguments))
        return capsys.readouterr().out
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    return parser.format_help()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_its_flags_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in named(page):
        assert words[0] in cli.COMMANDS, words
        if words[0] == "mail" and len(words) > 1:
            assert words[1] in mail.COMMANDS, words
        flags = [word for word in words if word.startswith("--")]
        if flags and words[0] != "manage":
            known = flags_of(words, capsys)
            assert [flag for flag in flags if flag not in known] == [], words


def test_the_commands_are_found() -> None:
    found = {words[0] for page in PAGES for words in named(page)}
    assert {"up", "web", "work", "setup", "doctor", "mail", "backup", "restore"} <= found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_exists(page: Path) -> None:
    known = {option.variable for option in OPTIONS} | {"WINGBEAT_CORPUS", "WINGBEAT_REQUIRE"}
    assert set(re.findall(r"\bWINGBEAT_[A-Z_]+\b", page.read_text())) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
