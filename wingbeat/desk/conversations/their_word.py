"""A customer's mere thanks, taken as their word that it is solved."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from wingbeat.desk.conversations.ending import AlreadyEnded, NotTheirWord, solve
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.splitting import shown_in
from wingbeat.desk.people.models import Agent
from wingbeat.language.thanks import is_mere_thanks

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


def latest_word(conversation: Conversation) -> Message | None:
    """Return the customer's latest message, if nobody has spoken since and it merely thanks."""
    said = shown_in(conversation).exclude(kind=MessageKind.NOTE)
    spoken = said.filter(in_margin=False, automatic="", is_aside=False)
    latest = spoken.select_related("words").order_by("-at", "-pk").first()
    if latest is None or latest.kind != MessageKind.CUSTOMER:
        return None
    return latest if is_mere_thanks(latest.words.text_new) else None


@transaction.atomic
def take_their_word(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Pass on that the customer called it solved: an agent has read it so, the words are theirs.

    Raises:
        NotTheirWord: if their latest message says more than thanks, or is not the latest.
        AlreadyEnded: if it is over.
    """
    if conversation.is_over:
        raise AlreadyEnded(conversation)
    word = latest_word(conversation)
    if word is None:
        raise NotTheirWord(conversation)
    solve(conversation, by=Agent.objects.system(), at=at, message=word, read_by=by)
