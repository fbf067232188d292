"""Mentions in notes: @name brings a colleague in; and following what one does not have in hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils.html import escape

from wingbeat.desk.conversations.restricting import admit
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Role

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.message import Message


class Mention(models.Model):
    """That a note names a colleague."""

    message = models.ForeignKey("conversations.Message", models.CASCADE, related_name="mentions")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "message"], name="mentioned_once")]


class Following(models.Model):
    """That an agent wants to hear of a conversation; it opens nothing they may not read."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="followings"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="followings")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "conversation"], name="followed_once")
        ]


def named_in(
    text: str, people: Iterable[tuple[int, str]], *, by: int | None = None
) -> tuple[set[int], list[str], list[str]]:
    """Return whom of these people a text names with an @; then names of several, and of nobody.

    A whole name always counts, a first name where one alone has it. `by`, who wrote, never does.

    >>> named_in("@ada, @Max and @Zz", [(1, "Ada Fields"), (2, "Max Stone"), (3, "Max Planck")])
    ({1}, ['Max'], ['Zz'])
    """
    whole: dict[str, set[int]] = {}
    first: dict[str, set[int]] = {}
    names = set()
    for pk, name in people:
        begins = _first(name)
        whole.setdefault(name.lower(), set()).add(pk)
        first.setdefault(begins.lower(), set()).add(pk)
        names |= {name, begins} - {""}
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)"
    pattern = rf"(?<![\w@])@(?:({either})(?!\w)|\w[\w-]*)"
    named, several, nobody = set[int](), dict[str, None](), dict[str, None]()
    for found in re.finditer(pattern, text, re.IGNORECASE):
        word = found[0][1:]
        whole_name, first_name = (known.get(word.lower(), set()) - {by} for known in (whole, first))
        if whole_name or len(first_name) == 1:
            named |= whole_name or first_name
        elif first_name:
            several[word] = None
        elif not found[1]:
            nobody[word] = None
    return named, [*several], [*nobody]


def marked(html: str, people: Iterable[str]) -> str:
    """Mark where a note names these people, in the words and not within tags."""
    names = {name for full in people for name in (escape(full), escape(_first(full))) if name}
    if not names:
        return html
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    named = re.compile(rf"(?<![\w@])@(?:{either})(?!\w)", re.IGNORECASE)
    parts = re.split(r"(<[^>]*>)", html)
    return "".join(
        part if part.startswith("<") else named.sub(r"<mark>\g<0></mark>", part) for part in parts
    )


def named_by(message_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return by message the names of those whom it brought in."""
    found: dict[int, list[str]] = {}
    rows = Mention.objects.filter(message_id__in=message_ids)
    for pk, name in rows.values_list("message_id", "agent__name"):
        found.setdefault(pk, []).append(name)
    return found


def _first(name: str) -> str:
    return next(iter(name.split(maxsplit=1)), "")


def mention(message: Message, text: str, *, by: Agent, at: datetime) -> list[Agent]:
    """Note down whom a note names, and let them read; light agents and the desk bring nobody in.

    It is part of adding the note, which leaves the entry.
    """
    if "@" not in text:
        return []
    people = list(Agent.objects.at_work())
    named, *_others = named_in(text, [(agent.pk, agent.name) for agent in people], by=by.pk)
    conversation = message.conversation
    told = []
    for agent in people:
        if agent.pk not in named:
            continue
        if not conversation.is_visible_to(agent):
            if by.is_light or by.role == Role.SYSTEM:  # a rule's words were written for any
                continue
            admit(conversation, agent, by=by, at=at)
        told.append(agent)
    Mention.objects.bulk_create(Mention(message=message, agent=agent) for agent in told)
    return told


def naming(agent: Agent) -> models.QuerySet[Mention, int]:
    """Return the conversations with a note that names an agent, as a subquery."""
    named = Mention.objects.filter(agent=agent)
    return named.values_list("message__conversation_id", flat=True)


def followed_by(agent: Agent) -> models.QuerySet[Following, int]:
    """Return the conversations that an agent follows, as a subquery."""
    return Following.objects.filter(agent=agent).values_list("conversation_id", flat=True)


@transaction.atomic
def follow(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Follow a conversation; twice changes nothing."""
    _row, created = Following.objects.get_or_create(
        conversation=conversation, agent=by, defaults={"at": at}
    )
    if created:
        _record(Kind.FOLLOWED, conversation, by=by, at=at)


@transaction.atomic
def unfollow(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    deleted, _tables = Following.objects.filter(conversation=conversation, agent=by).delete()
    if deleted:
        _record(Kind.UNFOLLOWED, conversation, by=by, at=at)


def _record(kind: Kind, conversation: Conversation, *, by: Agent, at: datetime) -> None:
    record(kind, by=by, at=at, inbox_id=conversation.inbox_id, conversation_id=conversation.pk)
