"""`wingbeat import`: conversations of a desk or mailbox that was used before."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wingbeat.config.commands import starting

if TYPE_CHECKING:
    from datetime import datetime

    from wingbeat.desk.conversations.inbox import Inbox
    from wingbeat.desk.moving.shapes import OldConversation, Skipped, Tally


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kind", choices=["zammad", "mbox", "csv", "wingbeat"], help="what it comes from"
    )
    parser.add_argument("place", help="its path; of a Zammad its address, database or folder")
    parser.add_argument("--inbox", help="the address of the inbox that all of it goes into")
    parser.add_argument("--name", help="what to call the old desk; by default its path")
    parser.add_argument("--token-file", type=Path, help="holds the access token of a Zammad")
    parser.add_argument("--files", type=Path, help="Zammad's storage/fs, if its files are on disk")
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="GROUP=INBOX",
        help="which inbox, by its address, takes what a group of Zammad has; may be repeated",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="count what it would do, and change nothing"
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """An old desk that can be read."""

    conversations: Iterable[OldConversation | Skipped]
    name: str
    ours: frozenset[str] = frozenset()
    reached: Callable[[], str] = str


def run(arguments: argparse.Namespace) -> int:
    starting.start_django()
    from django.conf import settings
    from django.utils import timezone

    from wingbeat.channels.moving import running
    from wingbeat.config.running import preparing

    at = timezone.now()
    try:
        preparing.prepare()
        with ExitStack() as stack:
            reading = _reading(arguments, stack, at=at)
            desk = running.old_desk(reading.name, at=at, is_trial=arguments.dry_run)
            tally = running.move_in(
                desk, reading.conversations, at=at, ours=reading.ours,
                is_trial=arguments.dry_run, tell=_progress(), reached=reading.reached,
            )  # fmt: skip
    except (ValueError, OSError) as error:
        return starting.refused("wingbeat import", error)
    print("It would bring in:" if arguments.dry_run else f"Brought into {settings.HOME}:")
    print("\n".join(tally.lines()))
    return 0


def _reading(arguments: argparse.Namespace, stack: ExitStack, *, at: datetime) -> Reading:
    from wingbeat.channels.mail.door import Door
    from wingbeat.channels.moving import exported, mailboxes, tables

    into = _inbox(arguments.inbox)
    path = Path(arguments.place).absolute()
    if arguments.kind == "zammad":
        return _zammad(arguments, stack, into)
    name = arguments.name or f"{arguments.kind} {path}"
    if arguments.kind == "wingbeat":
        return Reading(exported.conversations(path, into=into), name)
    if arguments.kind == "csv":
        return Reading(tables.conversations(path, into=into), name)
    mails = mailboxes.reading(path, door=Door.open(), into=into, at=at)
    return Reading(stack.enter_context(mails), name)


def _zammad(arguments: argparse.Namespace, stack: ExitStack, into: Inbox | None) -> Reading:
    """Open a Zammad by its address, its database, or the files of its tables."""
    from wingbeat.channels.moving.zammad import api, reading, tables
    from wingbeat.desk.moving.models import OldDesk

    place: str = arguments.place
    named = dict(one.partition("=")[::2] for one in arguments.group)
    if place.startswith(("http://", "https://")):
        name = arguments.name or f"zammad {place.rstrip('/')}"
        if arguments.token_file is None:
            raise ValueError("Reading by its API needs --token-file, with an access token in it.")
        reached = OldDesk.objects.filter(name=name).values_list("reached", flat=True).first()
        token = arguments.token_file.read_text().strip()
        shelf = api.Api(place, token, reached=(reached or "") if not arguments.dry_run else "")
        stack.callback(shelf.close)
        rows = reading.conversations(shelf, into=into, groups=named)
        return Reading(rows, name, shelf.addresses(), shelf.reached)
    if place.startswith(("postgresql://", "postgres://")):
        old = tables.in_database(place, files=arguments.files)
    else:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        old = tables.in_folder(Path(place), files=arguments.files, scratch=scratch)
    stack.callback(old.close)
    rows = reading.conversations(old, into=into, groups=named)
    return Reading(rows, arguments.name or f"zammad {place.rpartition('@')[2]}", old.addresses())


def _inbox(address: str | None) -> Inbox | None:
    from wingbeat.desk.conversations.inbox import Inbox

    if address is None:
        return None
    found = Inbox.objects.filter(address=address.strip().lower()).first()
    if found is None:
        known = ", ".join(Inbox.objects.order_by("address").values_list("address", flat=True))
        raise ValueError(f"No inbox here is {address}; choose one of: {known or 'none yet'}.")
    return found


def _progress() -> Callable[[Tally], None]:
    """Return what tells every few seconds how far it is."""
    began = last = time.monotonic()

    def tell(tally: Tally) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 5:
            return
        last = now
        done = sum(tally.counts[name] for name in ("new", "grown", "same", "merged"))
        rate = done / (now - began)
        print(f"{done:,} conversations, {rate:,.0f} a second", file=sys.stderr, flush=True)

    return tell
