"""The tray: what the desk could not judge or send for certain, each with its reason and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels.mail.models import Account, RawMail
from wingbeat.desk.conversations import blobs
from wingbeat.desk.conversations.margin import Stranger
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.people.models import Agent
from wingbeat.screens.paths import place_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to do about an item: where its form goes, and what its button says."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class TrayItem:
    """One thing to look at: a place to go, a mail to decide about, or ways to choose from."""

    title: str
    why: str
    what: str
    at: datetime
    url: str = ""
    url_words: str = ""
    mail: RawMail | None = None
    ways: tuple[Way, ...] = ()


# What the program around the desk could not do either; it adds itself when it is loaded.
further: list[Callable[[Agent], Iterable[TrayItem]]] = []


def tray_of(agent: Agent) -> list[TrayItem]:
    """Return everything in the tray that this agent may see, newest first."""
    items = [*_disk(), *_replies(agent), *_strangers(agent), *_mails(agent), *_accounts(agent)]
    for source in further:
        items += source(agent)
    return sorted(items, key=lambda item: item.at, reverse=True)


def _disk() -> Iterator[TrayItem]:
    """Say to everyone that nothing can be written; this needs no row, which could not be either."""
    if blobs.is_disk_full():
        yield TrayItem(
            title=_("The disk of this desk is full"),
            why=_(
                "Mail is refused for now, and whoever sends it keeps it; answers cannot be sent. "
                "Nothing is lost, and all of it goes on by itself once there is room."
            ),
            what=_("%(megabytes)s MB are left.") % {"megabytes": blobs.room() >> 20},
            at=timezone.now(),
        )


def _replies(agent: Agent) -> Iterator[TrayItem]:
    rows = Outgoing.objects.in_trouble().visible_to(agent)
    titles = {
        Delivery.IN_DOUBT: _("A reply to %(name)s is in doubt"),
        Delivery.BOUNCED: _("A reply to %(name)s came back"),
        Delivery.PERHAPS: _("A reply to %(name)s perhaps came back"),
        Delivery.FAILED: _("A reply to %(name)s could not be sent"),
    }
    late = _("A reply to %(name)s is late")
    doubt = _("The connection broke while it was handed over; it may have arrived or not.")
    for row in rows.select_related("message__conversation__customer")[:MOST]:
        conversation = row.message.conversation
        yield TrayItem(
            title=titles.get(Delivery(row.state), late) % {"name": conversation.customer},
            why=doubt if row.state == Delivery.IN_DOUBT else row.why,
            what=f"#{conversation.number} {conversation.subject}",
            at=row.handed_at or row.message.at,
            url=place_of(conversation.pk, row.message_id),
            url_words=_("Look at it and decide"),
        )


def _strangers(agent: Agent) -> Iterator[TrayItem]:
    """Tell of strangers in conversations that are answered or over: no list would lead to them."""
    rows = Stranger.objects.overlooked().visible_to(agent)
    rows = rows.select_related("message__conversation", "message__address__customer")
    for row in rows[:MOST]:
        conversation, address = row.message.conversation, row.message.address
        yield TrayItem(
            title=_("%(name)s stands in the margin")
            % {"name": address.customer if address else _("A mail server")},
            why=_("Kept apart because %(why)s.") % {"why": row.get_why_display()},
            what=f"#{conversation.number} {conversation.subject}",
            at=row.message.at,
            url=place_of(conversation.pk, row.message_id),
            url_words=_("Look at it and decide"),
        )


def _mails(agent: Agent) -> Iterator[TrayItem]:
    for mail in RawMail.objects.in_tray().visible_to(agent).select_related("inbox")[:MOST]:
        sender = mail.sender or mail.envelope_from or _("an unknown sender")
        yield TrayItem(
            title=_("A mail from %(sender)s: %(judgement)s")
            % {"sender": sender, "judgement": mail.get_judgement_display()},
            why=mail.why,
            what=mail.subject or (mail.inbox.name if mail.inbox else mail.envelope_to),
            at=mail.received_at,
            mail=mail,
        )


def _accounts(agent: Agent) -> Iterator[TrayItem]:
    for account in Account.objects.in_trouble().filter(inbox_id__in=agent.inbox_ids):
        if account.trouble_since_at is None:
            continue
        yield TrayItem(
            title=_("The mailbox of %(inbox)s does not work") % {"inbox": account.inbox},
            why=account.trouble,
            what="",
            at=account.trouble_since_at,
            url="/setup/" if agent.may_administer else "",
            url_words=_("Look at the mailbox"),
        )
