"""Writing to the journal: one entry a verb, in the verb's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.db import connection
from django.db.models import BigIntegerField, Func

from wingbeat.desk.journal.models import Entry


class Kind(StrEnum):
    """Everything that can have been done, in the past tense."""

    CONVERSATION_OPENED = "conversation.opened"
    MESSAGE_RECEIVED = "message.received"
    REPLY_QUEUED = "reply.queued"
    REPLY_UNDONE = "reply.undone"
    REPLY_SENT = "reply.sent"
    REPLY_FAILED = "reply.failed"
    REPLY_IN_DOUBT = "reply.in_doubt"
    REPLY_SETTLED = "reply.settled"
    REPLY_BOUNCED = "reply.bounced"
    AUTOMATIC_QUEUED = "automatic.queued"
    NOTE_ADDED = "note.added"
    ASSIGNED = "conversation.assigned"
    SNOOZED = "conversation.snoozed"
    WOKEN = "conversation.woken"
    ENDED = "conversation.ended"
    SOLVED = "conversation.solved"
    REOPENED = "conversation.reopened"
    MOVED = "conversation.moved"
    MERGED = "conversation.merged"
    UNMERGED = "conversation.unmerged"
    SPLIT = "conversation.split"
    TAGGED = "conversation.tagged"
    UNTAGGED = "conversation.untagged"
    RESTRICTED = "conversation.restricted"
    UNRESTRICTED = "conversation.unrestricted"
    ADMITTED = "agent.admitted"
    LET_IN = "stranger.let_in"
    KEPT_OUT = "stranger.kept_out"
    CUSTOMER_CHANGED = "customer.changed"
    CUSTOMER_MERGED = "customer.merged"
    CUSTOMER_UNMERGED = "customer.unmerged"
    SENDER_BLOCKED = "sender.blocked"
    SENDER_UNBLOCKED = "sender.unblocked"
    MAIL_SET_ASIDE = "mail.set_aside"
    MAIL_TAKEN_BACK = "mail.taken_back"
    INBOX_CHANGED = "inbox.changed"
    AGENT_CHANGED = "agent.changed"
    TEAM_CHANGED = "team.changed"
    JOB_RETRIED = "job.retried"
    JOB_DISCARDED = "job.discarded"


class Identified(Protocol):
    """Anything with a primary key."""

    @property
    def pk(self) -> Any: ...


class TransactionId(Func):
    """The id of the running transaction; SQLite has one writer at a time and needs none."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = BigIntegerField()
    arity = 0


def record(
    kind: Kind,
    *,
    by: Identified,
    at: datetime,
    facts: Mapping[str, int | bool | str | None] | None = None,
    **about: int | None,
) -> Entry:
    """Write that something was done.

    `about` takes `inbox_id`, `conversation_id`, `customer_id` and `message_id`; `facts` take ids,
    codes and counts. Words and addresses do not belong here.
    """
    if not connection.in_atomic_block:
        raise RecordedOutsideTransaction(kind)
    entry = Entry(kind=kind, agent_id=by.pk, at=at, facts=dict(facts or {}), **about)
    if connection.vendor == "postgresql":
        entry.transaction = TransactionId()  # computed by the database
    entry.save(force_insert=True)
    return entry


class RecordedOutsideTransaction(RuntimeError):
    """An entry must be written in the transaction that did the thing it tells of."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind} was recorded outside a transaction; wrap the verb in atomic().")
