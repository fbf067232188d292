"""Delivering: what a sender that holds a reply's lease writes down about it, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from wingbeat.desk.conversations.message import Message
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.outbox import Outgoing


class LostLease(RuntimeError):
    """Somebody else took this reply over; whoever had it stops here."""

    def __init__(self, outgoing: Outgoing) -> None:
        super().__init__(f"Reply {outgoing.pk} is in other hands now; leave it to them.")


def lease_due(now: datetime, *, lease: str, until: datetime, limit: int) -> list[Outgoing]:
    """Take up to `limit` due replies for one sender; no two senders ever get the same one."""
    from wingbeat.desk.conversations.outbox import Outgoing

    if not Outgoing.objects.ready(now).exists():  # an idle sender takes no write lock
        return []
    with transaction.atomic():
        ready = Outgoing.objects.ready(now).select_for_update(skip_locked=True)
        found = list(ready.values_list("pk", flat=True)[:limit])
        Outgoing.objects.filter(pk__in=found).update(lease=lease, lease_until_at=until)
    rows = Outgoing.objects.filter(pk__in=found).order_by("next_at", "pk")
    return list(rows.select_related("message__conversation__inbox", "message__words"))


def hand_over(outgoing: Outgoing, message_id: str, *, at: datetime) -> None:
    """Commit that the mail itself is about to leave, with the name it will have for good.

    Raises:
        LostLease: if the lease ran out in between; then nothing may be sent.
    """
    with transaction.atomic():
        _move(outgoing, "waiting", state="handing_over", handed_at=at, why="")
        Message.objects.filter(pk=outgoing.message_id, message_id="").update(message_id=message_id)


@transaction.atomic
def taken(outgoing: Outgoing, *, by: Agent, at: datetime, refused: Mapping[str, str]) -> None:
    """Note that a server took it.

    The answer counts even where a slow one has been declared in doubt meanwhile. Addresses that
    were refused make it a failure that a person sees, though everyone else has it.
    """
    all_refused = {**outgoing.refused, **refused}
    if all_refused:
        fail(outgoing, by=by, at=at, why=refusals(all_refused), refused=refused)
        return
    _move(
        outgoing,
        "handing_over",
        "in_doubt",
        state="sent",
        sent_at=at,
        why="",
        still_to=[],
        lease="",
        lease_until_at=None,
    )
    restate_trouble(outgoing)
    tell(Kind.REPLY_SENT, outgoing, by=by, at=at)


@transaction.atomic
def sent_elsewhere(outgoing: Outgoing, *, by: Agent, at: datetime) -> None:
    """Note that its recipients have it already: its author sent it from their own mail program."""
    _move(outgoing, "waiting", state="sent", sent_at=at)
    tell(Kind.REPLY_SENT, outgoing, by=by, at=at)


@transaction.atomic
def postpone(
    outgoing: Outgoing,
    *,
    until: datetime,
    why: str,
    still_to: Sequence[str],
    refused: Mapping[str, str],
) -> None:
    """Give it back to be tried again, for those in `still_to` or for everyone left."""
    changes: dict[str, Any] = {"still_to": list(still_to)} if still_to else {}
    _move(
        outgoing,
        "waiting",
        "handing_over",
        state="waiting",
        next_at=until,
        attempts=outgoing.attempts + 1,
        why=why[:500],
        refused={**outgoing.refused, **refused},
        lease="",
        lease_until_at=None,
        **changes,
    )
    restate_trouble(outgoing)


@transaction.atomic
def fail(
    outgoing: Outgoing, *, by: Agent, at: datetime, why: str, refused: Mapping[str, str]
) -> None:
    """Note that it will not be tried again by itself."""
    _move(
        outgoing,
        "waiting",
        "handing_over",
        "in_doubt",
        state="failed",
        why=why[:500],
        refused={**outgoing.refused, **refused},
        lease="",
        lease_until_at=None,
    )
    restate_trouble(outgoing)
    tell(Kind.REPLY_FAILED, outgoing, by=by, at=at, facts={"refused": len(outgoing.refused)})


@transaction.atomic
def doubt(
    outgoing: Outgoing, *, by: Agent, at: datetime, why: str, refused: Mapping[str, str]
) -> None:
    """Note that nobody knows whether a server took it. The lease stays, for a late answer."""
    _move(
        outgoing,
        "handing_over",
        state="in_doubt",
        why=why[:500],
        refused={**outgoing.refused, **refused},
        lease_until_at=None,
    )
    restate_trouble(outgoing)
    tell(Kind.REPLY_IN_DOUBT, outgoing, by=by, at=at)


def restate_trouble(outgoing: Outgoing) -> None:
    """Set the conversation's mark from all its replies."""
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.outbox import Outgoing as Row

    conversation_id = outgoing.message.conversation_id
    trouble = Row.objects.in_trouble().filter(message__conversation_id=conversation_id).exists()
    Conversation.objects.filter(pk=conversation_id).exclude(has_trouble=trouble).update(
        has_trouble=trouble
    )


def tell(
    kind: Kind,
    outgoing: Outgoing,
    *,
    by: Agent,
    at: datetime,
    facts: Mapping[str, int | bool | str | None] | None = None,
) -> None:
    """Write the journal entry of a verb on a reply."""
    conversation = outgoing.message.conversation
    record(
        kind,
        by=by,
        at=at,
        inbox_id=conversation.inbox_id,
        conversation_id=conversation.pk,
        customer_id=conversation.customer_id,
        message_id=outgoing.message_id,
        facts=facts,
    )


def _move(outgoing: Outgoing, *states: str, **changes: Any) -> None:
    """Change the row if it is still ours and in one of these states, else stop."""
    from wingbeat.desk.conversations.outbox import Outgoing as Row

    held = Row.objects.filter(pk=outgoing.pk, lease=outgoing.lease, state__in=states)
    if not held.update(**changes):
        raise LostLease(outgoing)
    for name, value in changes.items():
        setattr(outgoing, name, value)


def refusals(refused: Mapping[str, str]) -> str:
    return "; ".join(f"{address}: {words}" for address, words in refused.items())
