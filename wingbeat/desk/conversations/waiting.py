"""Since when a customer waits for us: the definition, and its recomputation from the messages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max, Min

from wingbeat.desk.conversations.due import WAITING, wait
from wingbeat.desk.conversations.ending import Ending, Reopening, Solution
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.splitting import kept_in, shown_in
from wingbeat.desk.conversations.words import excerpt_of

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


def waits_since(conversation: Conversation) -> datetime | None:
    """Return the time of a known customer's first words after our last, or None.

    Whoever reopens a conversation says that something is owed from then on.

    Automatic mail, strangers in the margin, spam and notes do not count. A reply counts from the
    moment it is queued. Ending a conversation answers it as a reply does, and so does their word.
    """
    if conversation.is_spam:
        return None
    theirs = kept_in(conversation).counting()
    reopenings = Reopening.objects.filter(conversation=conversation)
    latest = answered_at(conversation)
    if latest is not None:
        theirs, reopenings = theirs.filter(at__gt=latest), reopenings.filter(at__gt=latest)
    spoke = theirs.aggregate(at=Min("at"))["at"]
    reopened = reopenings.aggregate(at=Min("at"))["at"]
    return min(filter(None, [spoke, reopened]), default=None)


def answered_at(conversation: Conversation) -> datetime | None:
    """Return when we last said something in it or ended it, or they called it solved."""
    return max(_answers(conversation).values(), default=None)


def _answers(conversation: Conversation) -> dict[str, datetime]:
    """Return each way in which we have answered, and when we last did."""
    ways = {
        "spoke": shown_in(conversation).answering(),
        "ended": Ending.objects.filter(conversation=conversation),
        "solved": Solution.objects.filter(conversation=conversation),
    }
    latest = {way: rows.aggregate(at=Max("at"))["at"] for way, rows in ways.items()}
    return {way: at for way, at in latest.items() if at is not None}


def _came_last(conversation: Conversation) -> str:
    """Return the way in which we last answered; of a reply that ends, the end."""
    answers = _answers(conversation)
    return max(reversed(answers), key=answers.__getitem__, default="")


def restate(conversation: Conversation) -> None:
    """Set state, waiting time and latest words from the messages: one was undone or moved."""
    from wingbeat.desk.conversations.conversation import State  # the noun uses its aspects
    from wingbeat.desk.conversations.outbox import Delivery

    is_first = answered_at(conversation) is None
    wait(conversation, since=waits_since(conversation), is_first=is_first)
    if conversation.waits_for_us_since is not None:
        conversation.state = State.US
    elif not conversation.is_over:
        ways = {"spoke": State.CUSTOMER, "ended": State.ENDED, "solved": State.SOLVED}
        conversation.state = ways.get(_came_last(conversation), State.QUIET)
    spoken = kept_in(conversation).filter(automatic="", in_margin=False)
    spoken = spoken.exclude(kind=MessageKind.NOTE).exclude(outgoing__state=Delivery.LATER)
    latest = spoken.with_words().order_by("-at", "-pk").first()
    if latest is not None:
        conversation.excerpt = excerpt_of(latest.words.text_new or latest.words.text)
        conversation.latest_at = latest.at
    conversation.save(update_fields=[*WAITING, "state", "excerpt", "latest_at"])
