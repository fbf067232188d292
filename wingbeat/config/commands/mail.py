"""`wingbeat mail`: parse, receive, fetch, reconcile. The first two load no Django."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from wingbeat.config.commands import starting
from wingbeat.config.options import read_options

# name: what it does, where it is, and whether it needs the desk
COMMANDS = {
    "parse": ("show what the desk makes of raw mails", "parsing.command", False),
    "receive": ("take one mail from standard input", "commands.receive", False),
    "fetch": ("fetch from every account once", "commands.fetch", True),
    "reconcile": ("count the mails on each server against the desk's", "commands.reconcile", True),
}


def pass_on(argv: Sequence[str]) -> int:
    """Hand the arguments to the subcommand, which reads them itself."""
    if not argv or argv[0] not in COMMANDS:
        return _help(argv)
    _says, module, needs_desk = COMMANDS[argv[0]]
    if needs_desk:
        starting.start_django()
    # Receiving asks for the home folder itself: a wrong option must not return the mail.
    given = {"home": lambda: read_options()["home"]} if argv[0] == "receive" else {}
    return int(import_module(f"wingbeat.channels.mail.{module}").main(argv[1:], **given))


def _help(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="wingbeat mail", description="Mail, by hand.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, (says, _module, _needs_desk) in COMMANDS.items():
        commands.add_parser(name, help=says, add_help=False)
    parser.parse_args(argv)
    parser.print_help(sys.stderr)
    return 2
