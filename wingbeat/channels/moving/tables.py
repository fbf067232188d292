"""A documented CSV, for every other desk: one row a message; see docs/run/moving-in.md."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from wingbeat.channels.moving.wording import parties_in, words_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.words import Incoming, Party
from wingbeat.desk.moving.shapes import Beside, OldConversation, OldMessage, OldPerson, Skipped

NEEDED = ("conversation", "at", "kind", "from", "text")
OPTIONAL = (
    "id", "html", "to", "cc", "subject", "number", "state", "owner", "tags", "message_id", "inbox",
    "organization", "ended_at",
)  # fmt: skip
LONGEST_FIELD = 32 * 1024 * 1024
Row = Mapping[str, str]


class WrongTable(ValueError):
    """The file is not of the documented shape."""


def conversations(path: Path, *, into: Inbox | None) -> Iterator[OldConversation | Skipped]:
    """Yield conversations in the order of the file; the rows of one stand together.

    Raises:
        WrongTable: if columns are missing or unknown.
    """
    csv.field_size_limit(LONGEST_FIELD)
    inboxes = {} if into else {inbox.address: inbox for inbox in Inbox.objects.all()}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            _check(path, reader.fieldnames or ())
            rows = (_row(row, reader.line_num) for row in reader)
            for ref, some in groupby(rows, key=lambda row: row["conversation"].strip()):
                yield from _conversation(ref, list(some), inboxes, into)
        except UnicodeDecodeError as error:
            says = f"after line {reader.line_num} there is a byte that is no UTF-8 ({error.reason})"
            raise WrongTable(f"{path}: {says}; save the table as UTF-8.") from error
        except csv.Error as error:
            raise WrongTable(f"{path}, line {reader.line_num}: {error}.") from error


def _row(cells: Mapping[str, str | None], line: int) -> Row:
    return {key: value or "" for key, value in cells.items() if key} | {"line": str(line)}


def _check(path: Path, names: object) -> None:
    given = set(names)  # type: ignore[call-overload]  # the header's names
    missing = [name for name in NEEDED if name not in given]
    unknown = sorted(given - {*NEEDED, *OPTIONAL})
    if missing or unknown:
        needs, other = ", ".join(missing) or "nothing more", ", ".join(unknown) or "nothing else"
        says = f"the first line needs {needs} and has no use for {other}"
        raise WrongTable(f"{path}: {says}; see docs/run/moving-in.md.")


def _conversation(
    ref: str, rows: list[Row], inboxes: Mapping[str, Inbox], into: Inbox | None
) -> Iterator[OldConversation | Skipped]:
    messages, wrong = _messages(ref, rows)
    yield from wrong
    first = rows[0]
    inbox = into or inboxes.get(first.get("inbox", "").strip().lower())
    writer = next((m.said.sender for m in messages if m.kind == MessageKind.CUSTOMER), None)
    writer = writer or next((p for m in messages for p in m.said.to), None)
    if not ref or inbox is None or writer is None:
        why = "no inbox here has its address" if inbox is None else "no customer takes part in it"
        where = f"line {first['line']}" + (f", {ref}" if ref else "")
        yield Skipped(where, why if ref else "its row names no conversation")
        return
    ordered = sorted(messages, key=lambda one: one.said.at)
    owner = parties_in(first.get("owner", ""))
    states = {row.get("state", "").strip() for row in rows}
    ends = _ends(first.get("ended_at", ""))
    if ends is None:
        yield Skipped(
            f"line {first['line']}, {ref}", "ended_at is no list of times; it came without"
        )
    yield OldConversation(
        ref=ref,
        inbox=inbox,
        customer=OldPerson(
            writer["address"], writer["name"], writer["address"], first.get("organization", "")
        ),
        subject=first.get("subject", ""),
        opened_at=ordered[0].said.at,
        load=lambda: ordered,
        mark=hashlib.sha256(repr([_content(row) for row in rows]).encode()).hexdigest()[:32],
        number=first.get("number", "").strip(),
        ended_at=ordered[-1].said.at if states & {"ended", "spam"} else None,
        owner=_person(owner[0]) if owner else None,
        beside=lambda: Beside(tuple(t for t in first.get("tags", "").split(",") if t.strip())),
        is_spam="spam" in states,
        ends=ends or (),
    )


def _messages(ref: str, rows: list[Row]) -> tuple[list[OldMessage], list[Skipped]]:
    """Return what can be read, and what cannot with its line."""
    messages, wrong = [], []
    for row in rows:
        try:
            messages.append(_message(ref, row))
        except ValueError as error:
            wrong.append(Skipped(f"line {row['line']}, {ref}", str(error)))
    return messages, wrong


def _content(row: Row) -> Row:
    """Return a row without its place, which may change with what stands before it."""
    return {key: value for key, value in row.items() if key != "line"}


def _ends(told: str) -> tuple[datetime, ...] | None:
    try:
        return tuple(sorted(_time(one) for one in told.split(",") if one.strip()))
    except ValueError:
        return None


def _person(one: Party) -> OldPerson:
    return OldPerson(one["address"], name=one["name"], email=one["address"])


def _message(ref: str, row: Row) -> OldMessage:
    kind = row["kind"].strip()
    if kind not in MessageKind.values:
        raise ValueError(f"kind is one of {', '.join(MessageKind.values)}")
    sender = parties_in(row["from"])
    if not sender:
        raise ValueError("from names no address")
    html = row.get("html", "")
    words = words_of(html or row["text"], is_html=bool(html))
    at = _time(row["at"])
    digest = hashlib.sha256("\n".join([ref, row["at"], row["from"], row["text"], html]).encode())
    said = Incoming(
        sender=sender[0],
        at=at,
        subject=row.get("subject", ""),
        html=words.html,
        text=words.text,
        text_new=words.text_new,
        to=parties_in(row.get("to", "")),
        cc=parties_in(row.get("cc", "")),
        message_id=row.get("message_id", "").strip().strip("<>"),
    )
    author = None if kind == MessageKind.CUSTOMER else _person(sender[0])
    return OldMessage(
        row.get("id", "").strip() or digest.hexdigest(), MessageKind(kind), said, author
    )


def _time(value: str) -> datetime:
    try:
        told = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("at is no time such as 2026-03-02T12:00:00+01:00") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
