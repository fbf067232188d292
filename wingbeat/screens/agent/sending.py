"""From a draft to a letter: its addresses, words and files; and never the same one twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.channels.mail import own_words
from wingbeat.channels.mail.recipients import parse
from wingbeat.desk.conversations import replying
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.leaving_later import reply_later
from wingbeat.desk.conversations.message import Message, MessageQuerySet
from wingbeat.desk.conversations.steps import Step, take
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent import drafts

# A second press of the same button, a page sent again after a broken connection.
SAME_FOR = timedelta(minutes=10)


class NothingWritten(ValueError):
    """There are neither words nor files."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing to send yet: write something, or attach a file."))


def letter_of(draft: Draft, *, is_as_meant: bool = False) -> Letter:
    """Return what a draft says, ready to be queued.

    Raises:
        WrongAddresses: naming every address that is none.
        NothingWritten: if there are neither words nor files.
    """
    to, cc, bcc = parse(draft.to, draft.cc, draft.bcc)
    files = drafts.file_ids(draft)
    if not own_words.text_in(draft.html) and not files:
        raise NothingWritten
    return Letter(
        html=draft.html,
        text=own_words.text_in(draft.html),
        to=to,
        cc=cc,
        bcc=bcc,
        subject=draft.subject,
        attachment_ids=files,
        is_as_meant=is_as_meant,
    )


@transaction.atomic
def reply(
    conversation: Conversation,
    draft: Draft,
    *,
    by: Agent,
    at: datetime,
    along: Sequence[Step] = (),
    is_as_meant: bool = False,
    leaves_at: datetime | None = None,
) -> Message:
    """Queue a reply or a forward; the same words to the same people are queued once.

    Raises:
        WrongAddresses, NothingWritten, replying.NoRecipient, replying.ThreadChanged,
        placeholders.PlaceholderLeft, assigning.CannotAssign.
    """
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    drafts.own_pictures(draft, conversation)
    letter = letter_of(draft, is_as_meant=is_as_meant)
    said = said_already(letter, conversation.messages.all(), by=by, at=at)
    if said is not None:
        draft.delete()
        return said
    conversation.move(to=draft.inbox, by=by, at=at)
    seen = draft.seen_message_id
    if leaves_at is not None:
        return reply_later(
            conversation, letter, by=by, at=at, leaves_at=leaves_at, seen=seen, along=along
        )
    return conversation.reply(letter, by=by, at=at, seen=seen, steps=along)


@transaction.atomic
def note(
    conversation: Conversation, draft: Draft, *, by: Agent, at: datetime, along: Sequence[Step] = ()
) -> Message:
    """Keep a note and take its steps; the same one twice is kept once."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    letter = letter_of(draft)
    said = said_already(letter, conversation.messages.all(), by=by, at=at)
    if said is not None:
        draft.delete()
        return said
    message = conversation.note(letter, by=by, at=at)
    take(conversation, along, by=by, at=at)
    return message


@transaction.atomic
def begin(draft: Draft, *, by: Agent, at: datetime, is_as_meant: bool = False) -> Message:
    """Begin a conversation by writing to a customer first."""
    letter = letter_of(draft, is_as_meant=is_as_meant)
    # asked through the few conversations in hand: an agent's messages are many after some years
    lately = Message.objects.filter(
        conversation__assignee=by, conversation__latest_at__gt=at - SAME_FOR
    )
    said = said_already(letter, lately, by=by, at=at)
    message = said or replying.write_to(draft.inbox, letter, by=by, at=at)
    draft.delete()
    return message


def said_already(
    letter: Letter, among: MessageQuerySet, *, by: Agent, at: datetime
) -> Message | None:
    """Return the message if this agent has just said exactly this to these people."""
    recent = among.filter(agent=by, at__gt=at - SAME_FOR).select_related("words")
    everyone = {party["address"] for party in letter.everyone()}
    for message in recent.filter(words__text=letter.text, words__subject=letter.subject[:300]):
        stored = message.words.recipients
        if {party["address"] for role in ("to", "cc", "bcc") for party in stored[role]} == everyone:
            return message
    return None
