"""Words that came by no mail: a call, a walk-in, a visit. Who, what was said, what happens next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.due import waiting
from wingbeat.desk.conversations.ending import Ending, Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import CameBy, Message, MessageKind, MessageText, record_of
from wingbeat.desk.conversations.receiving import add_participants, address_of
from wingbeat.desk.conversations.words import Party, excerpt_of
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet

ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
SUBJECT = 80


class Next(models.TextChoices):
    """What happens next."""

    US = "us", _("We owe them an answer")
    CUSTOMER = "customer", _("They come back to us")
    ENDED = "ended", _("Nothing, it is answered")


class NothingTold(ValueError):
    """It is not said who it was, or what they said."""

    def __init__(self) -> None:
        super().__init__(_("Say who it was and what was said; the rest is done."))


@dataclass(frozen=True, slots=True)
class Told:
    """What an agent writes down; `who` is a name, an address, or both."""

    who: str
    said: str
    way: CameBy
    then: Next


@transaction.atomic
def tell(
    inbox: Inbox, told: Told, *, by: Agent, at: datetime, known: ConversationQuerySet
) -> Message:
    """Begin a conversation with what was said.

    Among the `known` conversations a name finds its person; otherwise it is somebody new.

    Raises:
        NothingTold: if nobody is named, or nothing was said.
    """
    from wingbeat.desk.conversations.conversation import Conversation

    said = told.said.strip()
    if not (told.who.strip() and said):
        raise NothingTold
    customer = _person(told.who.strip(), known, at=at)
    conversation = Conversation.objects.create(
        inbox=inbox,
        customer=customer,
        subject=excerpt_of(said.splitlines()[0], SUBJECT),
        opened_at=at,
        latest_at=at,
        excerpt=excerpt_of(said),
        state=told.then,
        **waiting(inbox, customer, since=at if told.then == Next.US else None, is_first=True),
        assignee=by,
    )
    message = _write(conversation, told, by=by, at=at)
    record_of(message, Kind.CONVERSATION_OPENED, by=by, at=at, facts={"as": told.way})
    return message


def _write(conversation: Conversation, told: Told, *, by: Agent, at: datetime) -> Message:
    """Keep the words as theirs where they wait for us, and as ours where we answered at once."""
    address = conversation.customer.addresses.order_by("pk").first()
    is_theirs, said = told.then == Next.US, told.said.strip()
    message = Message.objects.create(
        conversation=conversation,
        kind=MessageKind.CUSTOMER if is_theirs else MessageKind.AGENT,
        at=at,
        agent=None if is_theirs else by,
        address=address if is_theirs else None,
        came_by=told.way,
    )
    if told.then == Next.ENDED:
        Ending.objects.create(conversation=conversation, reason=Reason.ANSWERED, by=by, at=at)
    if address is not None:
        party: Party = {"name": conversation.customer.name, "address": address.email}
        add_participants(conversation, [party])
    html = "".join(f"<p>{escape(line)}</p>" for line in said.splitlines() if line.strip())
    words = MessageText.objects.create(
        message=message,
        subject=conversation.subject,
        html=html,
        text=said,
        text_new=said,
        recipients={"to": [], "cc": [], "bcc": []},
    )
    searching.index(message, words, who=f"{conversation.customer} {by.name}")
    return message


def _person(who: str, known: ConversationQuerySet, *, at: datetime) -> Customer:
    found = ADDRESS.search(who)
    if found is not None:
        name = who.replace(found[0], "").strip(" <>,;()")
        return address_of({"name": name, "address": found[0].lower()}, at=at).customer
    theirs = known.filter(customer__name__iexact=who).order_by("-latest_at")
    same = list(dict.fromkeys(theirs.values_list("customer_id", flat=True)[:50]))
    if len(same) == 1:  # of two people with one name nobody knows which
        return Customer.objects.get(pk=same[0])
    return Customer.objects.create(name=who[:200], since_at=at)
