"""One person's history: every conversation in which they wrote, whoever else it is with."""

from __future__ import annotations

from dataclasses import dataclass

from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Customer
from wingbeat.screens.agent.lists import NEWEST_FIRST, behind, mark

ROWS = 50


@dataclass(frozen=True, slots=True)
class History:
    """One page of it; `records` are all that is kept of this person, `further` leads on."""

    records: tuple[int, ...]
    rows: tuple[Conversation, ...]
    further: str


def history_of(customer: Customer, visible: ConversationQuerySet, *, after: str = "") -> History:
    """Read a page of what this viewer may see of somebody; `after` is where one stopped."""
    records = same_person(customer)
    heard = behind(visible.with_words_of(records), NEWEST_FIRST, after).with_people()
    found = list(heard[: ROWS + 1])
    return History(
        records=tuple(records),
        rows=tuple(found[:ROWS]),
        further=mark(found[ROWS - 1], NEWEST_FIRST) if len(found) > ROWS else "",
    )
