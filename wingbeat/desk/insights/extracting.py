"""The tables that the nightly run reads, as files: ids, codes and times; no words, no agents."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Ending
from wingbeat.desk.conversations.merging import Merge
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.customers.merging import who_stays
from wingbeat.desk.insights.happened import CAME
from wingbeat.desk.insights.moment import Moment
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.laws.facts import SHAPES, columns

REACH = timedelta(days=730)  # what lies further back has faded
CHUNK = 2_000
Row = tuple[Any, ...]


def extract(folder: Path, inbox_ids: Sequence[int], *, now: datetime) -> dict[str, int]:
    """Write a file a table; return how many rows each has."""
    scope = Conversation.objects.whole().filter(
        inbox_id__in=inbox_ids, is_restricted=False, is_spam=False, latest_at__gte=now - REACH
    )
    within = scope.order_by().values("pk")
    person, merged = who_stays(), _merged(scope)
    return {
        "conversations": _write(folder, "conversations", _conversations(scope, person)),
        "messages": _write(folder, "messages", _messages(within, person, merged)),
        "moments": _write(folder, "moments", _moments(within, person, now)),
        "ratings": _write(folder, "ratings", _ratings(within, person, merged)),
        "checks": _write(folder, "checks", _checks()),
    }


def _write(folder: Path, name: str, rows: Iterable[Row]) -> int:
    count = 0
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns(SHAPES[name])])
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            count += 1
    return count


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp())
    return "" if value is None else value


def _merged(scope: Any) -> dict[int, int]:
    """Return for each part the conversation that it is read in, where both lie in one inbox.

    What came through another inbox is left out: a number covers the inboxes that it says.
    """
    targets = dict(Merge.objects.values_list("source_id", "target_id"))
    wholes: dict[int, int] = {}
    for part in targets:
        whole = part
        while whole in targets:
            whole = targets[whole]
        wholes[part] = whole
    inbox = dict(scope.filter(pk__in=set(wholes.values())).values_list("pk", "inbox_id"))
    theirs = dict(Conversation.objects.filter(pk__in=wholes).values_list("pk", "inbox_id"))
    return {part: whole for part, whole in wholes.items() if theirs[part] == inbox.get(whole)}


def _conversations(scope: Any, person: dict[int, int]) -> Iterator[Row]:
    over = Ending.objects.filter(conversation__in=scope.order_by().values("pk")).order_by("-at")
    # the first end counts: how long it held is what is asked; dict() keeps the row that comes last
    ended = dict(over.values_list("conversation_id", "at"))
    rows = scope.order_by("pk").values_list("pk", "customer_id", "opened_at", "inbox_id")
    for pk, customer, opened_at, inbox in rows.iterator(chunk_size=CHUNK):
        yield pk, person.get(customer, customer), opened_at, ended.get(pk), inbox, "", "", "", ""


def _messages(within: Any, person: dict[int, int], merged: dict[int, int]) -> Iterator[Row]:
    dues = _dues(Q(conversation_id__in=within) | Q(conversation_id__in=list(merged)))
    here, seq = 0, 0
    for pk, where, customer, at, kind in _said(within, merged):
        here, seq = where, seq + 1 if where == here else 0
        side = "customer" if kind == MessageKind.CUSTOMER else "us"
        yield pk, where, person.get(customer, customer), at, seq, side, "false", dues.get(pk), ""


def _said(within: Any, merged: dict[int, int]) -> Iterator[Row]:
    """Yield messages by conversation and time; those read in another stand among its own."""
    said = Message.objects.counting() | Message.objects.answering()
    told = ("pk", "conversation_id", "conversation__customer_id", "at", "kind")
    joined = {*merged, *merged.values()}
    plain = said.filter(conversation__in=within).exclude(conversation__in=joined)
    rows = plain.order_by("conversation_id", "at", "pk").values_list(*told)
    yield from rows.iterator(chunk_size=CHUNK)
    whose = dict(Conversation.objects.filter(pk__in=joined).values_list("pk", "customer_id"))
    found = [
        (pk, whole := merged.get(where, where), whose[whole], at, kind)
        for pk, where, _customer, at, kind in said.filter(conversation__in=joined).values_list(
            *told
        )
    ]
    yield from sorted(found, key=lambda row: (row[1], row[3], row[0]))


def _dues(where: Q) -> dict[int, int]:
    entries = Entry.objects.filter(where, kind__in=CAME).order_by()
    rows = entries.values_list("message_id", "facts").iterator(chunk_size=CHUNK)
    return {pk: facts["due_by"] for pk, facts in rows if pk and facts.get("due_by")}


def _moments(within: Any, person: dict[int, int], now: datetime) -> Iterator[Row]:
    rows = Moment.objects.until(now).filter(conversation__in=within).order_by("pk")
    found = rows.values_list("customer_id", "conversation_id", "at", "seq", "kind", "value")
    for customer, *rest in found.iterator(chunk_size=CHUNK):
        yield person.get(customer, customer), *rest, ""


def _ratings(within: Any, person: dict[int, int], merged: dict[int, int]) -> Iterator[Row]:
    read = Q(conversation__in=within) | Q(conversation__in=list(merged))
    rows = Rating.objects.filter(read).order_by("pk")
    found = rows.values_list("pk", "conversation_id", "customer_id", "at", "value")
    for pk, where, customer, at, value in found.iterator(chunk_size=CHUNK):
        yield pk, merged.get(where, where), person.get(customer, customer), at, value


def _checks() -> Iterator[Row]:
    """Yield the spans of each article: checked, found wrong by a reader, checked again."""
    kinds = (Kind.ARTICLE_PUBLISHED, Kind.ARTICLE_VERIFIED, Kind.ARTICLE_JUDGED)
    # what is done with an article belongs to no conversation, and that is how the index finds it
    entries = Entry.objects.filter(conversation_id__isnull=True, kind__in=kinds)
    begun: dict[int, tuple[datetime, datetime | None]] = {}
    for kind, at, facts in entries.order_by("at", "pk").values_list("kind", "at", "facts"):
        article = int(facts["article"])
        since, wrong_at = begun.get(article, (None, None))
        if kind == Kind.ARTICLE_JUDGED:
            if since is not None and wrong_at is None and not facts.get("helped"):
                begun[article] = since, at
            continue
        if since is not None:
            yield article, "article", since, wrong_at, at
        begun[article] = at, None
    for article, (since, wrong_at) in begun.items():
        yield article, "article", since, wrong_at, None
