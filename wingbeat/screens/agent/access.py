"""The only door from a request to rows: whoever asks gets what they may see, or nothing."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.audience import found_by, read_in
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.shared_draft import shown_to
from wingbeat.desk.conversations.view import View
from wingbeat.screens.entering import DeskRequest, as_chosen_by, for_agents

__all__ = (
    "DeskRequest",
    "as_chosen_by",
    "attachment_of",
    "conversation_of",
    "conversations",
    "for_agents",
    "inbox_of",
    "message_of",
    "readable_message_of",
    "view_of",
)


def conversations(request: DeskRequest) -> ConversationQuerySet:
    return Conversation.objects.visible_to(request.user)


def conversation_of(request: DeskRequest, pk: int) -> Conversation:
    """Return the conversation, or the one it is read as part of."""
    found = found_by(request.user, pk)
    if found is None:
        raise Http404
    return found


def message_of(request: DeskRequest, pk: int) -> tuple[Message, Conversation]:
    """Return a message to change, and its own conversation if this agent may read that."""
    message = get_object_or_404(Message.objects.with_words(), pk=pk)
    return message, conversation_of(request, message.conversation_id)


def readable_message_of(request: DeskRequest, pk: int) -> tuple[Message, Conversation]:
    """Return a message and a conversation in which this agent reads it: its own, or a split."""
    message = get_object_or_404(Message.objects.with_words(), pk=pk)
    return message, _where_read(request, message)


def _where_read(request: DeskRequest, message: Message) -> Conversation:
    found = read_in(request.user, message)
    if found is None:
        raise Http404
    return found


def inbox_of(request: DeskRequest, pk: int) -> Inbox:
    for inbox in request.user.inboxes:
        if inbox.pk == pk:
            return inbox
    raise Http404


def view_of(request: DeskRequest, pk: int) -> View:
    return get_object_or_404(View.objects.visible_to(request.user), pk=pk)


def attachment_of(request: DeskRequest, token: UUID) -> Attachment:
    """Return a file of a readable message, of the agent's own draft, or of one shown to them."""
    rows = Attachment.objects.select_related("message", "draft__conversation")
    file = get_object_or_404(rows, token=token)
    if file.draft is not None and file.draft.agent_id == request.user.pk:
        return file
    if file.draft is not None and file.draft.conversation is not None:
        conversation_of(request, file.draft.conversation.pk)
        # asked of its own conversation, which may be read in another by now
        if shown_to(request.user, file.draft.conversation).filter(pk=file.draft.pk).exists():
            return file
    if file.message is None:
        raise Http404
    _where_read(request, file.message)
    return file
