"""`wingbeat mail`: parse, receive, fetch, reconcile. The first two load no Django."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from wingbeat.config.commands import starting
from wingbeat.config.options import read_options

COMMANDS = {
    "parse": "show what the desk makes of raw mails",
    "receive": "take one mail from standard input",
    "fetch": "fetch from every account once",
    "reconcile": "count the mails on each server against the desk's",
}


def pass_on(argv: Sequence[str]) -> int:
    """Hand the arguments to the subcommand, which reads them itself."""
    if not argv or argv[0] not in COMMANDS:
        return _help(argv)
    name, rest = argv[0], argv[1:]
    if name == "parse":
        from wingbeat.channels.mail.parsing import command

        return command.main(rest)
    if name == "receive":
        from wingbeat.channels.mail.commands import receive

        return receive.main(rest, home=lambda: Path(read_options()["home"]))
    starting.start_django()
    return int(import_module(f"wingbeat.channels.mail.commands.{name}").main(rest))


def _help(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="wingbeat mail", description="Mail, by hand.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, says in COMMANDS.items():
        commands.add_parser(name, help=says, add_help=False)
    parser.parse_args(argv)
    parser.print_help(sys.stderr)
    return 2
