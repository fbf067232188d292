"""Redelivering: what people decide about replies that failed, came back or are in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.delivering import refusals, restate_trouble
from wingbeat.desk.conversations.message import MessageText, record_of
from wingbeat.desk.conversations.receiving import add_participants
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.outbox import Outgoing


class NothingToSettle(ValueError):
    """The reply is not in a state in which this can be decided."""

    def __init__(self, outgoing: Outgoing) -> None:
        why = _("This reply is by now: %(state)s. Look again before you decide.")
        super().__init__(why % {"state": outgoing.get_state_display()})


class NoOtherAddress(ValueError):
    """Sending to other addresses needs at least one."""

    def __init__(self) -> None:
        super().__init__(_("Name at least one address that this reply should go to."))


@transaction.atomic
def came_back(
    outgoing: Outgoing, *, by: Agent, at: datetime, why: str, recipient: str = ""
) -> None:
    """Note that a bounce came for this reply; the same bounce twice changes nothing.

    A bounce also proves that a server had taken it, so it ends a doubt. One that comes while the
    reply is still on its way to somebody else waits for the outcome, which it makes a failure.
    """
    fresh = _locked(outgoing)
    words = why.removeprefix(f"{recipient}: ")[:300]
    told = fresh.refused.get(recipient) == words if recipient else fresh.state == "bounced"
    if told:
        return
    if recipient:
        fresh.refused = {**fresh.refused, recipient: words}
    if fresh.state not in {"waiting", "handing_over"}:
        fresh.state, fresh.lease, fresh.lease_until_at = "bounced", "", None
        fresh.why = (refusals(fresh.refused) or why)[:500]
    _save(fresh, outgoing)
    record_of(fresh.message, Kind.REPLY_BOUNCED, by=by, at=at)


@transaction.atomic
def perhaps_came_back(outgoing: Outgoing, *, by: Agent, at: datetime, why: str) -> None:
    """Note that somebody should look whether this reply arrived; told once of the same words."""
    fresh = _locked(outgoing)
    if fresh.state != "sent" or fresh.why == why[:500]:
        return
    fresh.state, fresh.why = "perhaps", why[:500]
    _save(fresh, outgoing)
    record_of(fresh.message, Kind.REPLY_PERHAPS_BOUNCED, by=by, at=at)


@transaction.atomic
def settle_as_sent(outgoing: Outgoing, *, by: Agent, at: datetime) -> None:
    """Note that a reply in doubt, or one that perhaps came back, has arrived after all.

    Raises:
        NothingToSettle: if it is not in doubt any more.
    """
    fresh = _locked(outgoing, "in_doubt", "perhaps")
    if fresh.state == "in_doubt":
        fresh.sent_at, fresh.why = fresh.handed_at or at, ""
    fresh.state = "sent"
    if fresh.refused:  # the server had said no to some before the connection broke
        fresh.state, fresh.why = "failed", refusals(fresh.refused)
    fresh.still_to, fresh.lease, fresh.lease_until_at = [], "", None
    _save(fresh, outgoing)
    record_of(fresh.message, Kind.REPLY_SETTLED, by=by, at=at, facts={"as": "sent"})


@transaction.atomic
def resend(outgoing: Outgoing, *, by: Agent, at: datetime) -> None:
    """Queue it again, now, to those who may not have it.

    The Message-ID stays, so that a mail program that has the first copy shows one mail.

    Raises:
        NothingToSettle: if it is on its way or has arrived.
    """
    fresh = _locked(outgoing, "in_doubt", "failed", "bounced", "perhaps", "given_up")
    _queue_again(fresh, outgoing, to=_without_it(fresh), at=at)
    record_of(fresh.message, Kind.REPLY_SETTLED, by=by, at=at, facts={"as": "resent"})


@transaction.atomic
def resend_to(outgoing: Outgoing, parties: Sequence[Party], *, by: Agent, at: datetime) -> None:
    """Queue it again to other addresses; they take the place of those that failed.

    Raises:
        NoOtherAddress: if no address is given.
        NothingToSettle: if it is on its way or has arrived.
    """
    if not parties:
        raise NoOtherAddress
    fresh = _locked(outgoing, "in_doubt", "failed", "bounced", "perhaps", "given_up")
    words = MessageText.objects.select_for_update().get(pk=fresh.message_id)
    failed = _without_it(fresh)
    for role in ("to", "cc", "bcc"):
        words.recipients[role] = [
            party for party in words.recipients[role] if failed and party["address"] not in failed
        ]
    words.recipients["to"] = [*words.recipients["to"], *parties]
    words.save(update_fields=["recipients"])
    add_participants(fresh.message.conversation, parties)
    _queue_again(fresh, outgoing, to=[party["address"] for party in parties], at=at)
    record_of(
        fresh.message, Kind.REPLY_SETTLED, by=by, at=at, facts={"as": "resent", "elsewhere": True}
    )


@transaction.atomic
def give_up(outgoing: Outgoing, *, by: Agent, at: datetime) -> None:
    """Leave the reply as it is and take the mark off.

    Raises:
        NothingToSettle: if it is on its way or has arrived.
    """
    fresh = _locked(outgoing, "in_doubt", "failed", "bounced", "perhaps")
    fresh.state, fresh.lease, fresh.lease_until_at = "given_up", "", None
    _save(fresh, outgoing)
    record_of(fresh.message, Kind.REPLY_SETTLED, by=by, at=at, facts={"as": "given_up"})


def _without_it(outgoing: Outgoing) -> list[str]:
    """Return who may not have it; nobody means everyone, as in `still_to`."""
    return list(dict.fromkeys([*outgoing.still_to, *outgoing.refused]))


def _queue_again(fresh: Outgoing, outgoing: Outgoing, *, to: Sequence[str], at: datetime) -> None:
    fresh.state, fresh.next_at, fresh.attempts = "waiting", at, 0
    fresh.undo_until_at = at  # the retries of this round are counted from now
    fresh.still_to, fresh.refused, fresh.why = list(to), {}, ""
    fresh.lease, fresh.lease_until_at = "", None
    _save(fresh, outgoing)


def _locked(outgoing: Outgoing, *states: str) -> Outgoing:
    from wingbeat.desk.conversations.outbox import Outgoing as Row

    rows = Row.objects.select_for_update(of=("self",))
    fresh = rows.select_related("message__conversation").get(pk=outgoing.pk)
    if states and fresh.state not in states:
        raise NothingToSettle(fresh)
    return fresh


def _save(fresh: Outgoing, outgoing: Outgoing) -> None:
    fresh.save()
    restate_trouble(fresh)
    outgoing.refresh_from_db()
