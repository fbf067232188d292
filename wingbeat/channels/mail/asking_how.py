"""Asking how it was, where an inbox wants that: in a reply that leaves nothing open."""

from __future__ import annotations

from datetime import datetime

from wingbeat.channels.mail.before_farewell import may_ask, paragraphs_of, place
from wingbeat.channels.mail.gathering import recipients_of
from wingbeat.channels.mail.receipts import ROBOT
from wingbeat.desk.conversations.brand import brand_of
from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.rating_question import RatingQuestion, ask_how_it_was
from wingbeat.desk.customers.blocking import is_blocked
from wingbeat.desk.people.models import Agent
from wingbeat.language.telling import language_of


def ask(outgoing: Outgoing, *, by: Agent, at: datetime) -> None:
    """Note with a reply that is about to leave that it asks its customer how it was, if it may.

    A later attempt to send it asks the same.
    """
    message = outgoing.message
    conversation = message.conversation
    inbox = conversation.inbox
    if not inbox.asks_rating or message.automatic or not brand_of(inbox).site:
        return
    if conversation.is_restricted or conversation.is_spam or message.is_aside:
        return
    if RatingQuestion.objects.filter(message=message).exists():
        return
    reader = _only_reader(outgoing)
    if reader and _was_served(message, reader) and _is_over(message):
        ask_how_it_was(message, conversation.customer, by=by, at=at)


def _only_reader(outgoing: Outgoing) -> str:
    """Return whom alone a mail goes to, where a person reads there; a link is for one person."""
    readers = recipients_of(outgoing)
    parties = outgoing.message.words.recipients
    if len(readers) != 1 or sum(len(parties[role]) for role in ("to", "cc", "bcc")) != 1:
        return ""
    email = readers[0]
    unasked = ROBOT.match(email) or email in our_addresses() or is_blocked(email)
    return "" if unasked else email


def _was_served(message: Message, email: str) -> bool:
    """Say whether the conversation is theirs, and they have written themselves."""
    conversation = message.conversation
    theirs = Message.objects.counting().filter(
        conversation_id__in=conversation.parts(),
        address__email=email,
        address__customer_id=conversation.customer_id,
    )
    return theirs.exists()


def _is_over(message: Message) -> bool:
    """Say whether a reply leaves nothing open, and there is room before its farewell."""
    text = message.words.text_new or message.words.text
    language = language_of(text, hint=message.conversation.customer.language)
    if language is None or not may_ask(text, language):
        return False
    return place(paragraphs_of(message.words.html), language) is not None
