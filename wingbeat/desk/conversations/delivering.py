"""Delivering: what a sender that holds a reply's lease writes down about it, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from wingbeat.desk.conversations import merging
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, record_of
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.outbox import Outgoing


NOBODY: Mapping[str, str] = MappingProxyType({})
RELEASED: dict[str, Any] = {"lease": "", "lease_until_at": None}


class LostLease(RuntimeError):
    """Somebody else took this reply over; whoever had it stops here."""

    def __init__(self, outgoing: Outgoing) -> None:
        super().__init__(f"Reply {outgoing.pk} is in other hands now; leave it to them.")


def lease_due(now: datetime, *, lease: str, until: datetime, limit: int) -> list[Outgoing]:
    """Take up to `limit` due replies of one inbox; no two senders ever get the same one.

    An inbox that somebody is sending for is left to them, so that a server that hangs holds up
    one sender and no other inbox.
    """
    from wingbeat.desk.conversations.outbox import Outgoing

    ready = Outgoing.objects.ready(now)
    if not ready.exists():  # an idle sender takes no write lock, and asks no more than this
        return []
    inbox_id = Outgoing.objects.next_inbox(now)
    if inbox_id is None:
        return []
    with transaction.atomic():
        # a sender that asked at the same moment has the inbox by now: its row tells, then its lease
        inbox = Inbox.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=inbox_id)
        if inbox.first() is None or Outgoing.objects.next_inbox(now) != inbox_id:
            return []
        mine = ready.of_inbox(inbox_id).select_for_update(skip_locked=True, of=("self",))
        found = [row.pk for row in mine.only("pk")[:limit]]
        Outgoing.objects.filter(pk__in=found).update(lease=lease, lease_until_at=until)
    rows = Outgoing.objects.filter(pk__in=found).order_by("next_at", "pk")
    return list(
        rows.select_related("message__conversation__inbox", "message__words", "message__agent")
    )


@transaction.atomic
def hand_over(outgoing: Outgoing, message_id: str, *, at: datetime) -> None:
    """Commit that the mail itself is about to leave, with the name it will have for good.

    Raises:
        LostLease: if the lease ran out in between; then nothing may be sent.
    """
    from wingbeat.desk.conversations.outbox import Outgoing as Row

    changes = {"state": "handing_over", "handed_at": at, "why": ""}
    held = Row.objects.filter(pk=outgoing.pk, lease=outgoing.lease, state="waiting")
    if not held.update(**changes):
        raise LostLease(outgoing)
    for name, value in changes.items():
        setattr(outgoing, name, value)
    Message.objects.filter(pk=outgoing.message_id, message_id="").update(message_id=message_id)


@transaction.atomic
def taken(
    outgoing: Outgoing, *, by: Agent, at: datetime, refused: Mapping[str, str] = NOBODY
) -> None:
    """Note that a server took it.

    The answer counts even where a slow one has been declared in doubt meanwhile. Addresses that
    were refused, now or by a bounce that was quicker than this, make it a failure that a person
    sees, though everyone else has it.
    """
    _hold(outgoing, "handing_over", "in_doubt")
    all_refused = {**outgoing.refused, **refused}
    _change(
        outgoing,
        state="failed" if all_refused else "sent",
        sent_at=at,
        why=refusals(all_refused)[:500],
        refused=all_refused,
        still_to=[],
        **RELEASED,
    )
    restate_trouble(outgoing)
    if all_refused:
        record_of(
            outgoing.message, Kind.REPLY_FAILED, by=by, at=at, facts={"refused": len(all_refused)}
        )
    else:
        record_of(outgoing.message, Kind.REPLY_SENT, by=by, at=at)


@transaction.atomic
def sent_elsewhere(outgoing: Outgoing, *, by: Agent, at: datetime) -> None:
    """Note that its recipients have it already: its author sent it from their own mail program."""
    _hold(outgoing, "waiting")
    _change(outgoing, state="sent", sent_at=at)
    record_of(outgoing.message, Kind.REPLY_SENT, by=by, at=at)


@transaction.atomic
def postpone(
    outgoing: Outgoing,
    *,
    until: datetime,
    why: str,
    still_to: Sequence[str] = (),
    refused: Mapping[str, str] = NOBODY,
) -> None:
    """Give it back to be tried again, for those in `still_to` or for everyone left."""
    _hold(outgoing, "waiting", "handing_over", "in_doubt")
    _change(
        outgoing,
        state="waiting",
        next_at=until,
        attempts=outgoing.attempts + 1,
        why=why[:500],
        refused={**outgoing.refused, **refused},
        still_to=list(still_to) or outgoing.still_to,
        **RELEASED,
    )
    restate_trouble(outgoing)


@transaction.atomic
def postpone_all(inbox_id: int, *, now: datetime, until: datetime, why: str) -> int:
    """Put off every due reply of an inbox whose server cannot be reached; return how many."""
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.outbox import Outgoing

    due = Outgoing.objects.ready(now).of_inbox(inbox_id).order_by()
    put_off = Outgoing.objects.filter(pk__in=due.values("pk")).update(
        next_at=until, attempts=F("attempts") + 1, why=why[:500]
    )
    late = Outgoing.objects.in_trouble().filter(message__conversation=OuterRef("pk"))
    Conversation.objects.filter(Exists(late), inbox_id=inbox_id, has_trouble=False).update(
        has_trouble=True
    )
    return put_off


@transaction.atomic
def fail(
    outgoing: Outgoing, *, by: Agent, at: datetime, why: str, refused: Mapping[str, str] = NOBODY
) -> None:
    """Note that it will not be tried again by itself."""
    _hold(outgoing, "waiting", "handing_over", "in_doubt")
    _change(
        outgoing, state="failed", why=why[:500], refused={**outgoing.refused, **refused}, **RELEASED
    )
    restate_trouble(outgoing)
    record_of(
        outgoing.message, Kind.REPLY_FAILED, by=by, at=at, facts={"refused": len(outgoing.refused)}
    )


@transaction.atomic
def doubt(
    outgoing: Outgoing,
    *,
    by: Agent,
    at: datetime,
    why: str,
    still_to: Sequence[str] = (),
    refused: Mapping[str, str] = NOBODY,
) -> None:
    """Note that nobody knows whether a server took it. The lease stays, for a late answer."""
    _hold(outgoing, "handing_over")
    _change(
        outgoing,
        state="in_doubt",
        why=why[:500],
        refused={**outgoing.refused, **refused},
        still_to=list(still_to) or outgoing.still_to,
        lease_until_at=None,
    )
    restate_trouble(outgoing)
    record_of(outgoing.message, Kind.REPLY_IN_DOUBT, by=by, at=at)


def restate_trouble(outgoing: Outgoing) -> None:
    """Set the mark of the conversation, and of the one it is read in, from all their replies."""
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.outbox import Outgoing as Row

    conversation = outgoing.message.conversation
    whole = merging.whole_of(conversation.pk) if conversation.merged_into_id else conversation.pk
    marked = Conversation.objects.filter(pk__in={conversation.pk, whole}, has_trouble=True)
    if outgoing.is_in_trouble:
        Conversation.objects.filter(pk__in={conversation.pk, whole}).update(has_trouble=True)
    elif marked.exists():  # seldom, so that the usual reply pays one small question
        parts = merging.parts(Conversation(pk=whole))
        troubled = Row.objects.in_trouble().filter(message__conversation_id__in=parts)
        by = set(troubled.values_list("message__conversation_id", flat=True))
        if conversation.pk != whole and conversation.pk not in by:
            marked.filter(pk=conversation.pk).update(has_trouble=False)
        if not by:
            marked.filter(pk=whole).update(has_trouble=False)


def refusals(refused: Mapping[str, str]) -> str:
    """Return who was refused, each with the server's words."""
    return "; ".join(f"{address}: {words}" for address, words in refused.items())


def _hold(outgoing: Outgoing, *states: str) -> None:
    """Lock the row if it is still ours and in one of these states, and see it as it is now.

    Whoever decides about a doubt takes the lease away, so one that is still ours was declared
    because we were slow, and what we know of it counts.
    """
    from wingbeat.desk.conversations.outbox import Outgoing as Row

    rows = Row.objects.select_for_update().filter(pk=outgoing.pk, lease=outgoing.lease)
    fresh = rows.filter(state__in=states).first()
    if fresh is None:
        raise LostLease(outgoing)
    outgoing.refused, outgoing.still_to = fresh.refused, fresh.still_to
    outgoing.attempts = fresh.attempts


def _change(outgoing: Outgoing, **changes: Any) -> None:
    """Write the row. Its sender keeps its lease in memory, so that it can write again if it must.

    A commit may fail after this, and the sender then notes the same thing once more.
    """
    from wingbeat.desk.conversations.outbox import Outgoing as Row

    Row.objects.filter(pk=outgoing.pk).update(**changes)
    for name, value in changes.items():
        if name != "lease":
            setattr(outgoing, name, value)
