"""The `wingbeat` command: finds the subcommand and loads nothing else."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Protocol

from wingbeat.config.database import NewerDatabase, WrongDatabaseUrl
from wingbeat.config.options import WrongOption

# name: what it does. The code is in `commands/<name>.py`, or as `MODULES` says; its Django, if any,
# loads when it runs.
COMMANDS = {
    "demo": "a throw-away desk with a living example",
    "up": "the whole desk in one process",
    "web": "the half that serves pages (PostgreSQL, many processes)",
    "work": "the half that fetches, sends and works (PostgreSQL, many processes)",
    "setup": "first questions, asked in the terminal",
    "doctor": "checks everything outside, and says how to repair what fails",
    "mail": "parse, receive, fetch or reconcile mail",
    "backup": "write the desk into one encrypted file",
    "restore": "check such a file, or make a desk of it",
    "coach": "what the laws say of a draft",
    "import": "bring conversations in from a mailbox, a Zammad, a table or an export",
    "export": "write everything into a folder, in open formats",
    "articles": "articles in from Markdown files, or out into them",
    "lookback": "what an export of an old desk shows: silences, waits, promises, last steps",
    "laws": "the laws of good service over tables of any desk",
    "manage": "Django's own commands, for developers",
}
MODULES = {"import": "bringing_in"}  # no module can be called `import`
WRONG_USE = 2


class Subcommand(Protocol):
    """What each module in `commands/` has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if not argv or argv[0] not in COMMANDS:
        return _help(argv)
    name, rest = argv[0], argv[1:]
    module = import_module(f"wingbeat.config.commands.{MODULES.get(name, name)}")
    try:
        if hasattr(module, "pass_on"):  # it reads its own arguments
            return int(module.pass_on(rest))
        return _run(name, module, rest)
    except (WrongOption, WrongDatabaseUrl, NewerDatabase) as error:
        print(f"wingbeat: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return 130


def _run(name: str, module: Subcommand, rest: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"wingbeat {name}", description=COMMANDS[name] + ".")
    module.add_arguments(parser)
    return module.run(parser.parse_args(rest))


def _help(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="wingbeat",
        description="The customer-service desk in which nobody is forgotten.",
        epilog="Every option of the desk is an environment variable: see docs/run/options.md.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"wingbeat {version('wingbeat')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, says in COMMANDS.items():
        commands.add_parser(name, help=says, add_help=False)
    parser.parse_args(argv)
    parser.print_help()
    return WRONG_USE


if __name__ == "__main__":
    sys.exit(main())
