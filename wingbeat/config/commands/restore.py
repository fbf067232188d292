"""`wingbeat restore`: check a backup, or make a desk of it."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wingbeat.config.commands import starting

if TYPE_CHECKING:
    from wingbeat.config.backup.restoring import Checked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="the backup")
    parser.add_argument("--check", action="store_true", help="compare every byte, change nothing")
    parser.add_argument(
        "--key-file", type=Path, help="file with the recovery key; without, it is asked for"
    )


def run(arguments: argparse.Namespace) -> int:
    starting.start_django()
    from wingbeat.config import home
    from wingbeat.config.backup import restoring
    from wingbeat.config.running import locking
    from wingbeat.screens.setup import recovery

    if not arguments.path.is_file():
        return starting.refused("wingbeat restore", f"There is no file {arguments.path}.")
    if arguments.key_file is None and not sys.stdin.isatty():
        return starting.refused("wingbeat restore", "Name the recovery key with --key-file.")
    refusals = recovery.WrongKey, restoring.Unusable, restoring.DeskExists, locking.AlreadyRunning
    try:
        key = recovery.key(_key(arguments.key_file))
        if arguments.check:
            checked = restoring.check(arguments.path, key)
        else:
            from django.conf import settings

            home.prepare(settings.HOME)
            with locking.of_desk(serves=True, works=True):
                checked = restoring.restore(arguments.path, key)
    except (*refusals, OSError) as error:
        return starting.refused("wingbeat restore", error)
    done = "whole and readable" if arguments.check else "restored"
    print(
        f"The backup of {checked.made_at} is {done}: {checked.messages} messages, "
        f"{checked.files} files, {checked.database}."
    )
    if not arguments.check:
        print(_erased_again(checked))
    return 0


def _erased_again(checked: Checked) -> str:
    if checked.erased is None:
        return (
            "No erasures.log was found in the backup, beside it or in the home folder: if "
            f"somebody was erased after {checked.made_at}, erase them again."
        )
    return f"{checked.erased} people who had been erased were erased again."


def _key(file: Path | None) -> str:
    return file.read_text() if file is not None else getpass.getpass("Recovery key: ")
