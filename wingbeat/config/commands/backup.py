"""`wingbeat backup`: the whole desk in one encrypted file."""

from __future__ import annotations

import argparse
from pathlib import Path

from wingbeat.config.commands import starting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", type=Path, help="a folder, or the name of the file")
    parser.add_argument(
        "--new-key",
        action="store_true",
        help="make a recovery key and show it once; backups from now on need it",
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.path is None and not arguments.new_key:
        why = "say where to write it, such as ./backups."
        return starting.refused("wingbeat backup", why, code=2)
    starting.start_django()
    from django.conf import settings
    from django.utils import timezone

    from wingbeat.config.backup import writing
    from wingbeat.screens.setup import recovery

    try:
        if arguments.new_key:
            print(recovery.make(settings.HOME))
            print("Keep this key in a safe place: without it no backup can be read.")
        if arguments.path is not None:
            print(writing.back_up(arguments.path, at=timezone.now()))
    except (recovery.NoRecoveryKey, writing.BackupFailed) as error:
        return starting.refused("wingbeat backup", error)
    return 0
