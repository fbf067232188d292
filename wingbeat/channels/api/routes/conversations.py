"""Conversations: lists of them, one, what was said in it, and what was done."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from wingbeat.channels.api import access, shapes, showing, writing
from wingbeat.channels.api.access import (
    changing,
    changing_message,
    conversation_of,
    conversations,
    doing,
)
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.paging import AskedPage, Page, page, page_at_once
from wingbeat.channels.api.routes.messages import said as _said
from wingbeat.channels.mail.recipients import proposed
from wingbeat.desk.conversations import replying, splitting, telling
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.leaving_later import reply_later
from wingbeat.desk.conversations.message import CameBy, MessageKind
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind

router = Router(tags=["conversations"])
Conversations = Page[shapes.ConversationShape]
Question = Annotated[
    str,
    Query(
        max_length=1_000,
        description="A question as views ask it; empty: everything, the latest words first.",
        examples=["state:us tag:refund waits>2d"],
    ),
]


@router.get("/conversations", response=answers(Conversations))
def list_conversations(
    request: HttpRequest, where: AskedPage, query: Question = ""
) -> dict[str, Any]:
    """List what a question finds of all that may be read."""
    return asked(request, query, where)


def asked(request: HttpRequest, question: str, where: AskedPage) -> dict[str, Any]:
    query = read(question)
    column = query.sorting.column
    order = (column, "-pk" if column.startswith("-") else "pk")
    rows = conversations(request).asked(query, by=asker(request), now=timezone.now())
    return page_at_once(showing.with_tags(rows), order, where, showing.conversations_shown)


@router.post("/conversations", response=answers(shapes.MessageShape, 201))
def begin_conversation(request: KeyRequest, body: shapes.ConversationSent) -> Status[Any]:
    """Begin a conversation by writing to a customer first."""
    who, inbox = doing(request), access.inbox_named(request, body.inbox)
    to = writing.addressed(body)
    with writing.letter(body, inbox, subject=body.subject, **to, **who) as said:
        message = replying.write_to(inbox, said, **who)
    return Status(201, _said(request, message.pk))


@router.get("/conversations/{number}", response=answers(shapes.ConversationShape))
def get_conversation(request: HttpRequest, number: shapes.InPath) -> shapes.ConversationShape:
    """Read one conversation; a merged one is read as the one it is part of."""
    return showing.answered(request, conversation_of(request, number))


@router.get("/conversations/{number}/messages", response=answers(Page[shapes.MessageShape]))
def list_messages(request: HttpRequest, number: shapes.InPath, where: AskedPage) -> dict[str, Any]:
    """List what was said, oldest first, with all that is read as part of it."""
    found = conversation_of(request, number)
    rows = splitting.messages_of(found)
    return page(rows, ("at", "pk"), where, lambda one: showing.message_shown(one, found.pk))


@router.get("/conversations/{number}/history", response=answers(Page[shapes.EntryShape]))
def list_history(request: HttpRequest, number: shapes.InPath, where: AskedPage) -> dict[str, Any]:
    """List what was done with it, by whom and when, newest first."""
    found = conversation_of(request, number)
    rows = Entry.objects.filter(conversation_id__in=found.parts())
    rows = rows.exclude(kind=Kind.AGENT_NOTIFIED)  # what concerns somebody is for them alone
    order = ("-at", "-pk")
    return page(rows, order, where, shapes.EntryShape.of)


@router.get("/messages/{id}", response=answers(shapes.MessageShape))
def get_message(request: HttpRequest, id: shapes.InPath) -> shapes.MessageShape:
    """Read one message."""
    return _said(request, id)


@router.post("/conversations/{number}/replies", response=answers(shapes.MessageShape, 201))
def reply(request: KeyRequest, number: shapes.InPath, body: shapes.ReplySent) -> Status[Any]:
    """Queue a reply; it leaves after the undo window, as one from the composer does."""
    with changing(request, number, for_light=True) as (found, agent, at):
        to = writing.addressed(body)
        if not to["to"]:
            meant = proposed(found, to_all=body.to_all)
            to |= {"to": meant.to, "cc": (*meant.cc, *to["cc"])}
        subject = body.subject or found.subject
        with (
            writing.drafts_left_alone(found, agent),
            writing.letter(body, found.inbox, by=agent, at=at, subject=subject, **to) as said,
        ):
            message = _reply(found, said, body, by=agent, at=at)
    return Status(201, _said(request, message.pk))


def _reply(found: Conversation, said: Letter, body: shapes.ReplySent, **who: Any) -> Any:
    if body.leaves_at is not None:
        return reply_later(found, said, leaves_at=body.leaves_at, seen=body.seen, **who)
    return found.reply(said, seen=body.seen, **who)


@router.post("/conversations/{number}/forwards", response=answers(shapes.MessageShape, 201))
def forward(request: KeyRequest, number: shapes.InPath, body: shapes.ForwardSent) -> Status[Any]:
    """Send one of its messages on, with its files, to somebody who took no part."""
    with changing(request, number, for_light=True) as (found, agent, at):
        shown = found.messages_to_show().exclude(kind=MessageKind.NOTE)
        told = f"There is no such message in #{found.pk} to send on."
        about = access.named(shown, body.message, "body.message", told)
        to = writing.addressed(body)
        subject = body.subject or f"Fwd: {found.subject}".strip()
        with (
            writing.drafts_left_alone(found, agent),
            writing.letter(
                body, found.inbox, by=agent, at=at, subject=subject, about=about, **to
            ) as said,
        ):
            message = found.reply(said, seen=None, by=agent, at=at)
    return Status(201, _said(request, message.pk))


@router.post("/calls", response=answers(shapes.MessageShape, 201))
def write_call_down(request: KeyRequest, body: shapes.CallSent) -> Status[Any]:
    """Begin a conversation with what was said on the phone, at the door or on a visit."""
    who = doing(request, for_light=True)
    inbox, known = access.inbox_named(request, body.inbox), conversations(request)
    told = telling.Told(body.who, body.said, CameBy(body.way), telling.Next(body.then))
    message = telling.tell(inbox, told, known=known, **who)
    return Status(201, _said(request, message.pk))


@router.post("/conversations/{number}/notes", response=answers(shapes.MessageShape, 201))
def note(request: KeyRequest, number: shapes.InPath, body: shapes.Letters) -> Status[Any]:
    """Add a note, which only the team reads; @ and a name brings it to a colleague."""
    with (
        changing(request, number, for_light=True) as (found, agent, at),
        writing.drafts_left_alone(found, agent),
        writing.letter(body, found.inbox, by=agent, at=at) as said,
    ):
        message = found.note(said, by=agent, at=at)
    return Status(201, _said(request, message.pk))


@router.post("/messages/{id}/undoing", response=answers(shapes.ConversationShape))
def undo(request: KeyRequest, id: shapes.InPath) -> shapes.ConversationShape:
    """Take a reply back while its undo window is open; it is a draft again."""
    with changing_message(request, id) as (message, found, agent, at):
        replying.undo(message, by=agent, at=at)
        return showing.answered(request, found)
