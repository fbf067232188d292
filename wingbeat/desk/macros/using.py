"""Using a macro: its words filled in for one conversation, put into a draft with its steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from wingbeat.desk.conversations import steps
from wingbeat.desk.conversations.brand import sender_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.placeholders import fill
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.people.models import Agent

WORDS_A_MINUTE = 40  # as most people type


def values(conversation: Conversation, agent: Agent) -> dict[str, str]:
    """Return what the placeholders stand for here; an unknown one is empty."""
    customer = conversation.customer
    name = customer.name.strip()
    return {
        **_named(name, conversation.inbox, agent),
        "customer.organization": str(customer.organization or ""),
        "conversation.subject": conversation.subject,
        "conversation.number": str(conversation.number),
    }


def _named(name: str, inbox: Inbox, agent: Agent) -> dict[str, str]:
    return {
        "customer.first_name": _first(name),
        "customer.name": name,
        "agent.first_name": _first(agent.name),
        "agent.name": agent.name,
        "inbox.name": sender_of(inbox),
    }


def languages(conversation: Conversation, agent: Agent) -> tuple[str, ...]:
    """Return in which languages to write: the customer's, the inbox's, the agent's."""
    asked = (conversation.customer.language, conversation.inbox.language, agent.language, "en")
    return tuple(one.partition("-")[0] for one in asked if one)


def words(macro: Macro, conversation: Conversation, agent: Agent) -> str:
    """Return a macro's words for this conversation, filled in."""
    spoken = macro.words(languages(conversation, agent))
    return fill(spoken, values(conversation, agent))


def first_words(macro: Macro, inbox: Inbox, to: Party | None, agent: Agent) -> str:
    """Return a macro's words for somebody one writes to first.

    They are called as the author typed them: what the desk knows of an address may not be theirs.
    """
    name = to["name"].strip() if to else ""
    asked = (inbox.language, agent.language, "en")
    spoken = macro.words(tuple(one.partition("-")[0] for one in asked if one))
    return fill(spoken, _named(name, inbox, agent))


@transaction.atomic
def put_into(
    draft: Draft, macro: Macro, *, by: Agent, at: datetime, to: Party | None = None
) -> None:
    """Add a macro's words and steps to a draft.

    Light agents get its words only, and so does a new conversation, where nothing is to do yet;
    `to` is whom one writes to there.
    """
    conversation = draft.conversation
    if conversation is None:
        said = first_words(macro, draft.inbox, to, by)
    else:
        said = words(macro, conversation, by)
    draft.html += f"<div>{said}</div>" if draft.html else said  # on a line of its own
    if not by.is_light and conversation is not None:
        draft.steps = steps.written((*steps.read(draft.steps), *steps.read(macro.steps)))
    draft.saved_at = at
    draft.save(update_fields=["html", "steps", "saved_at"])
    count_use(macro)


def count_use(macro: Macro) -> None:
    """Count one more use; by whom is nobody's business."""
    Macro.objects.filter(pk=macro.pk).update(used=F("used") + 1)


def minutes_saved(macros: Iterable[Macro]) -> int:
    """Return how many minutes of typing these saved: uses times words, of languages the fewest."""
    lengths = (
        row.used * min((len(one.text.split()) for one in row.texts.all()), default=0)
        for row in macros
    )
    return sum(lengths) // WORDS_A_MINUTE


def _first(name: str) -> str:
    """Return what to call somebody: the word before the first space, or after a comma."""
    before, comma, after = name.partition(",")
    spoken = after if comma and after.strip() else before
    return spoken.split()[0] if spoken.split() and "@" not in spoken else ""
