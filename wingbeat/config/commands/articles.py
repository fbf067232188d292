"""`wingbeat articles import` and `wingbeat articles export`: articles as Markdown files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wingbeat.config.commands import starting

if TYPE_CHECKING:
    from wingbeat.desk.people.models import Agent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["import", "export"], help="into the desk, or out of it")
    parser.add_argument("folder", type=Path, help="where the files are, or are to be")
    parser.add_argument("--owner", help="the address of who looks after articles that are new")
    parser.add_argument(
        "--dry-run", action="store_true", help="tell what an import would do, and change nothing"
    )


def run(arguments: argparse.Namespace) -> int:
    starting.start_django()
    from django.utils import timezone

    from wingbeat.channels.moving.articles import carrying
    from wingbeat.config.running import preparing

    preparing.prepare()
    folder: Path = arguments.folder
    if arguments.act == "export":
        print(f"{carrying.carry_out(folder):>9,}  articles written to {folder}")
        return 0
    if not folder.is_dir():
        return starting.refused("wingbeat articles", f"there is no folder {folder}.")
    by = _owner(arguments.owner)
    if by is None:
        return starting.refused("wingbeat articles", "name who works here and owns them: --owner.")
    carried = carrying.bring(folder, by=by, at=timezone.now(), is_trial=arguments.dry_run)
    print("It would bring in:" if arguments.dry_run else "Brought in:")
    for name, says in TOLD.items():
        print(f"{carried.counts[name]:>9,}  {says}")
    for problem in carried.problems:
        print(problem, file=sys.stderr)
    return 1 if any(problem.stops for problem in carried.problems) else 0


TOLD = {
    "new": "articles that are new here",
    "changed": "articles that say something else than here",
    "same": "articles that are here already, unchanged",
}


def _owner(email: str | None) -> Agent | None:
    from wingbeat.desk.people.models import Agent as People, Role

    people = People.objects.at_work().order_by("pk")
    if email:
        return people.filter(email=email.strip().lower()).first()
    return people.filter(role=Role.OWNER).first()
