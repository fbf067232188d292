"""`wingbeat export`: everything back, in open formats."""

from __future__ import annotations

import argparse
from pathlib import Path

from wingbeat.config.commands import starting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="an empty folder, or one that is not there yet")


def run(arguments: argparse.Namespace) -> int:
    starting.start_django()
    from wingbeat.config import exporting
    from wingbeat.desk.conversations.blobs import BytesMissing

    if not starting.finds_a_desk("wingbeat export"):
        return 1
    try:
        counts = exporting.export(arguments.path)
    except (exporting.NotEmpty, BytesMissing, OSError) as error:
        return starting.refused("wingbeat export", error)
    for name, count in counts.items():
        print(f"{count:>9,}  {name}")
    return 0
