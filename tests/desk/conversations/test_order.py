"""Who is served first: the time they have waited decides, and nothing else we know of them."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from tests import cast
from wingbeat.desk.conversations import receiving
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.describing import Description, describe
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
OLGA_SMALL: Party = {"name": "Olga Small", "address": "olga@home.example"}
WHO = (cast.OTTO, cast.NORA, OLGA_SMALL)
# What a desk may know of somebody's weight, from nothing at all to its largest customer.
WEIGHTS = (
    Description(name=""),
    Description(name="", organization="A small shop", details="Bought a bulb in 2019."),
    Description(name="", organization="Grand Hotels", details="Our largest customer, 2 million."),
)


def waiting(inbox: Inbox) -> list[Conversation]:
    """Three people who wrote an hour apart, whoever they are."""
    return [
        cast.opened(inbox, cast.said(sender=sender, at=cast.after(hours=hours)))
        for hours, sender in enumerate(WHO)
    ]


def weigh(conversation: Conversation, weight: Description, *, by: Agent) -> None:
    """Let a customer be this large, and let everybody at the desk know it."""
    describe(conversation.customer, weight, by=by, at=cast.after(days=1))
    if "largest" in weight.details:
        conversation.tag("VIP", by=by, at=cast.after(days=1))
        conversation.note(cast.letter(weight.details, to=()), by=by, at=cast.after(days=1))
        conversation.assign(agent=by, by=by, at=cast.after(days=1))


@pytest.mark.parametrize("weights", list(permutations(WEIGHTS)))
def test_neither_size_nor_money_decides_who_is_served_first(
    weights: tuple[Description, ...],
) -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    conversations = waiting(inbox)
    for conversation, weight in zip(conversations, weights, strict=True):
        weigh(conversation, weight, by=ada)
    answered = cast.opened(inbox, cast.said(at=cast.after(hours=-9)))
    answered.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)

    served = Conversation.objects.visible_to(ada).waiting_for_us()
    assert list(served) == conversations
    promised = {c.due_at - c.opened_at for c in served}  # type: ignore[operator]  # all wait
    assert promised == {timedelta(hours=24)}


def test_writing_again_neither_wins_nor_loses_a_place() -> None:
    ada = cast.ada()
    conversations = waiting(cast.support(ada))
    for conversation in reversed(conversations):
        again = cast.said("Hello?", sender=WHO[0], at=cast.after(hours=20))
        receiving.receive(conversation, again, by=Agent.objects.system())
    assert list(Conversation.objects.visible_to(ada).waiting_for_us()) == conversations
