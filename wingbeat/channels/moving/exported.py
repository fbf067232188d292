"""What `wingbeat export` wrote, read again: conversations as one line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from wingbeat.channels.mail.parsing.html import fold_html, sanitize
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.words import Incoming, IncomingAttachment
from wingbeat.desk.moving.shapes import Beside, OldConversation, OldMessage, OldPerson, Skipped

NAME = "conversations.jsonl"


class NoExport(ValueError):
    """This folder holds no export."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no {NAME}: give a folder that `wingbeat export` wrote.")


def conversations(folder: Path, *, into: Inbox | None) -> Iterator[OldConversation | Skipped]:
    """Yield the conversations of an export, the oldest first.

    Raises:
        NoExport: if there is none.
    """
    if not (folder / NAME).is_file():
        raise NoExport(folder)
    inboxes = {} if into else {inbox.address: inbox for inbox in Inbox.objects.all()}
    with (folder / NAME).open("rb") as file:
        for number, line in enumerate(file, start=1):
            told = _told(line)
            if told is None:
                yield Skipped(f"{NAME}, line {number}", "it is no conversation of an export")
                continue
            inbox = into or inboxes.get(told["inbox"])
            if inbox is None:
                yield Skipped(told["number"], f"no inbox here is {told['inbox']}")
                continue
            margin = [one for one in told["messages"] if one["in_margin"]]
            yield from (Skipped(m["ref"], "it stood in the margin, unjudged") for m in margin)
            yield _conversation(folder, told, inbox)


def _told(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:  # cut off, or not UTF-8
        return None
    needed = {"number", "inbox", "customer", "subject", "opened_at", "messages"}
    return told if isinstance(told, dict) and needed <= told.keys() else None


def _conversation(folder: Path, told: Mapping[str, Any], inbox: Inbox) -> OldConversation:
    messages = [one for one in told["messages"] if not one["in_margin"]]
    return OldConversation(
        ref=told["number"],
        inbox=inbox,
        customer=_person(told["customer"]),
        subject=told["subject"],
        opened_at=datetime.fromisoformat(told["opened_at"]),
        load=lambda: [_message(folder, one) for one in messages],
        mark=told["mark"],
        number=told["number"],
        ended_at=_time(told["ended_at"]),
        owner=_person(told["owner"]) if told["owner"] else None,
        beside=lambda: Beside(tuple(told["tags"])),
        wakes_at=_time(told["wakes_at"]),
        merged_into=told["merged_into"],
        is_restricted=told["is_restricted"],
        is_spam=told.get("is_spam", False),  # exports of earlier releases do not say
        ends=tuple(datetime.fromisoformat(one) for one in told.get("ends", ())),
    )


def _person(told: Mapping[str, str]) -> OldPerson:
    return OldPerson(told["ref"], told["name"], told["address"], told.get("organization", ""))


def _time(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _message(folder: Path, told: Mapping[str, Any]) -> OldMessage:
    said = Incoming(
        sender=told["sender"],
        at=datetime.fromisoformat(told["at"]),
        subject=told["subject"],
        html=fold_html(sanitize(told["html"])),  # a file may have been changed by anybody
        text=told["text"],
        text_new=told["text_new"],
        to=tuple(told["to"]),
        cc=tuple(told["cc"]),
        attachments=tuple(
            IncomingAttachment(
                name=file["name"],
                type=file["type"],
                content=_within(folder, file["path"]).read_bytes(),
                is_inline=file["is_inline"],
                content_id=file["content_id"],
            )
            for file in told["files"]
        ),
        automatic=told["automatic"],
        message_id=told["message_id"],
        came_by=told["came_by"],
    )
    author = _person(told["author"]) if told["author"] else None
    return OldMessage(told["ref"], MessageKind(told["kind"]), said, author)


def _within(folder: Path, path: str) -> Path:
    """Return a file of the export; a path that leads out of its folder is none."""
    place = (folder / path).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise NoExport(place)
    return place
