"""What a customer does on their page: they write, and they say that it is solved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from wingbeat.desk.conversations.coming_again import ask_at_most_monthly
from wingbeat.desk.conversations.message import CameBy, Message
from wingbeat.desk.conversations.rating import Rating, rate
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Incoming
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

# Whoever presses twice, or goes back and presses again, said it once.
SAME_WITHIN = timedelta(minutes=10)


@transaction.atomic
def write(conversation: Conversation, incoming: Incoming, *, by: Agent) -> Message:
    """Take what somebody writes on the page, as that participant's words; the same words once."""
    locked = type(conversation).objects.select_for_update().get(pk=conversation.pk)
    latest = (
        Message.objects.filter(
            conversation=locked,
            came_by=CameBy.LINK,
            address__email=incoming.sender["address"],
            at__gt=incoming.at - SAME_WITHIN,
        )
        .select_related("words")
        .order_by("-at", "-pk")
        .first()
    )
    if latest is not None and latest.words.text_new == incoming.text_new:
        sent = sorted(latest.attachments.values_list("name", flat=True))
        if sent == sorted(file.name for file in incoming.attachments):
            return latest
    return receive(locked, incoming, by=by)


@transaction.atomic
def judge(
    conversation: Conversation, customer: Customer, value: int, written: Incoming, *, by: Agent
) -> Rating:
    """Keep a customer's judgment; their words beside a bad one wait for an answer like any.

    Raises:
        WrongWord: if the value is none that can be given.
    """
    rating = rate(conversation, customer, value, written.text, by=by, at=written.at)
    if rating.is_bad and rating.comment:
        write(conversation, written, by=by)
    return rating


@transaction.atomic
def call_solved(conversation: Conversation, customer: Customer, *, by: Agent, at: datetime) -> None:
    """Take the customer's word that it is solved, and ask them the one question if it is time."""
    conversation.solve(by=by, at=at)
    ask_at_most_monthly(conversation, customer, at=at)
