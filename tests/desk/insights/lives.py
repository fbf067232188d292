"""A few conversations with all that a customer can live through, and the law's own batch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests import cast
from wingbeat.desk.care.promise import Promise, promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.rating import Word, rate
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.insights.evaluating import evaluate_news
from wingbeat.desk.insights.moment import Moment
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent


def lived(inbox: Inbox, agent: Agent, count: int = 3) -> list[Conversation]:
    """Return conversations with late words, promises kept and broken, an end and a rating."""
    made = []
    for number in range(count):
        begin = cast.after(days=number)
        customer: Party = {"name": f"Customer {number}", "address": f"c{number}@customers.example"}
        one = cast.opened(inbox, cast.said(sender=customer, at=begin))
        late = begin + timedelta(hours=30 if number % 2 else 60)
        one.reply(cast.letter("We look.", to=(customer,)), by=agent, at=late, seen=None)
        promise(one, "A lamp", due_at=cast.after(days=number + 3), by=agent, at=late)
        if number % 2:
            Promise.objects.get(conversation=one).keep(by=agent, at=cast.after(days=number + 2))
        one.refresh_from_db()
        end = cast.after(days=number + 4)
        one.end(by=agent, at=end, reason=Reason.ANSWERED)
        word = Word.GOOD if number % 2 else Word.BAD
        rate(one, one.customer, word, "", by=Agent.objects.system(), at=end)
        made.append(one)
    return made


def caught_up() -> None:
    """Seal the journal and let the reader of moments read all of it."""
    while seal():
        pass
    while evaluate_news(cast.after(days=40)):
        pass


def kept() -> list[tuple[Any, ...]]:
    """Return every moment that is kept, apart from its number."""
    return sorted((row.same() for row in Moment.objects.all()), key=str)
