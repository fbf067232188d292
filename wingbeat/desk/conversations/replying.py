"""Words going out: replies, notes, new conversations; and taking a reply back in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations import mentioning, placeholders, searching, steps as going_along
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.due import WAITING, stop_waiting
from wingbeat.desk.conversations.ending import take_back
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind, MessageText, record_of
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.receiving import add_participants, address_of
from wingbeat.desk.conversations.steps import Along, Step, note_down, take
from wingbeat.desk.conversations.waiting import restate
from wingbeat.desk.conversations.words import Letter, Party, excerpt_of
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class NoRecipient(ValueError):
    """A reply needs somebody to go to."""

    def __init__(self) -> None:
        super().__init__(_("This goes to nobody: put an address into To."))


class ThreadChanged(ValueError):
    """There are words that the author had not before them: another's, or their own reply."""

    def __init__(self, newer: list[Message]) -> None:
        super().__init__(
            _("Somebody has written here since you last looked; read it, then send again.")
        )
        self.newer = newer


class TooLateToUndo(ValueError):
    """The reply has left, or is leaving."""

    def __init__(self) -> None:
        super().__init__(
            _("It is too late to take this back: it has been handed to the mail server.")
        )


@transaction.atomic
def reply(
    conversation: Conversation,
    letter: Letter,
    *,
    by: Agent,
    at: datetime,
    seen: int | None,
    undo_for: timedelta | None = None,
    steps: Sequence[Step] = (),
) -> Message:
    """Queue a reply with the steps that go along: all or nothing.

    `seen` is the id of the newest message its author had before them; None skips the check.

    Raises:
        NoRecipient: if To, Cc and Bcc are empty.
        PlaceholderLeft: if something was not filled in.
        ThreadChanged: if anybody has added words since, other than the author's own notes.
        CannotAssign: if a step gives it to somebody who cannot take it.
    """
    stop_if_unfit(letter)
    if seen is not None:
        stop_if_changed(conversation, by=by, seen=seen)
    message = _send(conversation, letter, by=by, at=at, undo_for=undo_for)
    Draft.objects.filter(conversation=conversation, agent=by).exclude(kind=DraftKind.NOTE).delete()
    record_of(message, Kind.REPLY_QUEUED, by=by, at=at)
    if steps:
        note_down(message, steps, take(conversation, steps, by=by, at=at, message=message))
    return message


@transaction.atomic
def write_to(
    inbox: Inbox, letter: Letter, *, by: Agent, at: datetime, undo_for: timedelta | None = None
) -> Message:
    """Begin a conversation with a customer by writing to them first.

    Raises:
        NoRecipient: if To is empty.
        PlaceholderLeft: if something was not filled in.
    """
    from wingbeat.desk.conversations.conversation import Conversation, State

    stop_if_unfit(letter, needs_to=True)
    customer = address_of(letter.to[0], at=at).customer
    conversation = Conversation.objects.create(
        inbox=inbox,
        customer=customer,
        subject=letter.subject[:300],
        opened_at=at,
        latest_at=at,
        state=State.CUSTOMER,
        assignee=by,
    )
    message = _send(conversation, letter, by=by, at=at, undo_for=undo_for)
    record_of(message, Kind.CONVERSATION_OPENED, by=by, at=at)
    return message


@transaction.atomic
def say_automatically(
    conversation: Conversation, letter: Letter, *, by: Agent, at: datetime
) -> Message:
    """Queue a mail that no person wrote. It answers nobody: whoever waits, waits on.

    Raises:
        NoRecipient: if To is empty.
        PlaceholderLeft: if something was not filled in.
    """
    stop_if_unfit(letter, needs_to=True)
    kind = MessageKind.AGENT
    message = write(conversation, letter, kind=kind, by=by, at=at, automatic="reply")
    Outgoing.objects.create(message=message, undo_until_at=at, next_at=at)
    record_of(message, Kind.AUTOMATIC_QUEUED, by=by, at=at)
    return message


@transaction.atomic
def note(
    conversation: Conversation, letter: Letter, *, by: Agent, at: datetime, is_aside: bool = False
) -> Message:
    """Add a note; it never leaves the desk and changes no state. Whom it names can read it."""
    message = write(conversation, letter, kind=MessageKind.NOTE, by=by, at=at)
    if not is_aside:  # else it goes along with another act: it names nobody, and costs no draft
        mentioning.mention(message, letter.text, by=by, at=at)
        Draft.objects.filter(conversation=conversation, agent=by, kind=DraftKind.NOTE).delete()
    record(Kind.NOTE_ADDED, by=by, at=at, on=conversation, message_id=message.pk)
    return message


@transaction.atomic
def undo(message: Message, *, by: Agent, at: datetime) -> Draft:
    """Take a reply back while its undo window is open; it is a draft again, nothing is lost.

    Raises:
        TooLateToUndo: if the window is over or it is on its way.
    """
    outgoing = Outgoing.objects.select_for_update().filter(message=message).first()
    if outgoing is None or not outgoing.can_be_undone(at):
        raise TooLateToUndo
    conversation, author = message.conversation, message.agent or by
    draft = _as_draft(message, by=author, at=at)
    reopened = take_back(conversation, by=author, at=message.at)
    along = Along.objects.filter(message=message).first()
    if along is not None:
        going_along.take_back(conversation, along, by=by, at=at)
        draft.steps = along.steps
        draft.save(update_fields=["steps"])
    record(
        Kind.REPLY_UNDONE,
        by=by,
        at=at,
        on=conversation,
        customer_id=conversation.customer_id,
        facts={"reopened": reopened},
    )
    searching.forget([message.pk])
    message.delete()
    restate(conversation)
    return draft


def _as_draft(message: Message, *, by: Agent, at: datetime) -> Draft:
    """Give a reply's words, addresses and files back to whoever wrote it."""
    conversation, words = message.conversation, message.words
    begun = Draft.objects.filter(conversation=conversation, agent=by, kind=DraftKind.REPLY)
    since = begun.values_list("html", flat=True).first() or ""
    parties = {
        role: ", ".join(typed(party) for party in words.recipients[role])
        for role in ("to", "cc", "bcc")
    }
    draft, _created = Draft.objects.update_or_create(
        conversation=conversation,
        agent=by,
        kind=DraftKind.REPLY,
        defaults={
            "inbox": conversation.inbox,
            "subject": words.subject,
            "html": words.html + since,  # words begun since then are not lost
            "saved_at": at,
            "seen_message_id": newest_message_id(conversation, before=message.pk),
            **parties,
        },
    )
    message.attachments.update(message=None, draft=draft)
    return draft


def typed(party: Party) -> str:
    """Return an address as an agent would type it."""
    return f"{party['name']} <{party['address']}>" if party["name"] else party["address"]


def newest_message_id(conversation: Conversation, before: int | None = None) -> int | None:
    """Return the newest message that people wrote here: what an author has seen."""
    messages = Message.objects.filter(conversation_id__in=conversation.parts(), in_margin=False)
    if before is not None:
        messages = messages.filter(pk__lt=before)
    return messages.order_by("-pk").values_list("pk", flat=True).first()


def stop_if_unfit(letter: Letter, *, needs_to: bool = False) -> None:
    if not (letter.to if needs_to else letter.everyone()):
        raise NoRecipient
    if not letter.is_as_meant:
        placeholders.stop_if_left(letter.html)


def stop_if_changed(conversation: Conversation, *, by: Agent, seen: int) -> None:
    newer = Message.objects.filter(
        conversation_id__in=conversation.parts(), pk__gt=seen, in_margin=False, automatic=""
    ).exclude(agent=by, kind=MessageKind.NOTE)
    changed = list(newer.select_related("words", "agent", "address__customer").oldest_first())
    if changed:
        raise ThreadChanged(changed)


def _send(
    conversation: Conversation,
    letter: Letter,
    *,
    by: Agent,
    at: datetime,
    undo_for: timedelta | None,
) -> Message:
    window = timedelta(seconds=settings.WINGBEAT["undo_seconds"]) if undo_for is None else undo_for
    is_aside = not any(conversation.knows(party["address"]) for party in letter.everyone())
    message = write(conversation, letter, kind=MessageKind.AGENT, by=by, at=at, is_aside=is_aside)
    Outgoing.objects.create(message=message, undo_until_at=at + window, next_at=at + window)
    _answered(conversation, letter.everyone(), letter.text, is_aside=is_aside, at=at)
    return message


def answer_with(conversation: Conversation, message: Message, *, at: datetime) -> None:
    """Let a reply that was put off answer whoever it goes to, from now on."""
    words = message.words
    everyone = [party for role in ("to", "cc", "bcc") for party in words.recipients[role]]
    message.is_aside = not any(conversation.knows(party["address"]) for party in everyone)
    _answered(conversation, everyone, words.text, is_aside=message.is_aside, at=at)


def _answered(
    conversation: Conversation,
    everyone: Iterable[Party],
    text: str,
    *,
    is_aside: bool,
    at: datetime,
) -> None:
    add_participants(conversation, everyone)
    if not is_aside:
        conversation.state = "customer"
        stop_waiting(conversation)
    conversation.latest_at = max(conversation.latest_at, at)
    conversation.excerpt = excerpt_of(text)
    conversation.save(update_fields=["state", *WAITING, "latest_at", "excerpt"])


def write(
    conversation: Conversation,
    letter: Letter,
    *,
    kind: MessageKind,
    by: Agent,
    at: datetime,
    automatic: str = "",
    is_aside: bool = False,
) -> Message:
    message = Message.objects.create(
        conversation=conversation,
        kind=kind,
        at=at,
        agent=by,
        automatic=automatic,
        is_aside=is_aside,
    )
    recipients = {"to": letter.to, "cc": letter.cc, "bcc": letter.bcc}
    words = MessageText.objects.create(
        message=message,
        subject=letter.subject[:300],
        html=letter.html,
        text=letter.text,
        text_new=letter.text,
        recipients=recipients,
    )
    if letter.attachment_ids:
        Attachment.objects.filter(pk__in=letter.attachment_ids, draft__agent=by).update(
            message=message, draft=None
        )
    files = searching.words_of_files(message) if letter.attachment_ids else ()
    searching.index(message, words, who=by.name, files=files)
    return message
