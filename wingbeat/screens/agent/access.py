"""The only door from a request to rows: whoever asks gets what they may see, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django_htmx.middleware import HtmxDetails

from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.people.models import Agent

P = ParamSpec("P")


@contextmanager
def as_chosen_by(agent: Agent) -> Iterator[None]:
    """Speak an agent's language and tell time by their clock, where they chose one."""
    language = agent.language or translation.get_language()
    with translation.override(language), timezone.override(agent.zone or None):
        yield


class DeskRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: Agent
    htmx: HtmxDetails


View = Callable[Concatenate[DeskRequest, P], HttpResponse]


def for_agents(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only agents in; others log in first."""

    @wraps(view)
    def admitted(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        asked = cast("DeskRequest", request)
        with as_chosen_by(asked.user):
            return view(asked, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", login_required(admitted))


def conversations(request: DeskRequest) -> ConversationQuerySet:
    return Conversation.objects.visible_to(request.user)


def conversation_of(request: DeskRequest, pk: int) -> Conversation:
    """Return the conversation, or the one it is read as part of."""
    found = conversations(request).for_list().filter(pk=whole_of(pk)).first()
    if found is None:
        raise Http404
    return found


def message_of(request: DeskRequest, pk: int) -> tuple[Message, Conversation]:
    """Return a message and the conversation in which this agent reads it."""
    message = Message.objects.with_words().filter(pk=pk).first()
    if message is None:
        raise Http404
    return message, conversation_of(request, message.conversation_id)


def inbox_of(request: DeskRequest, pk: int) -> Inbox:
    found = Inbox.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def attachment_of(request: DeskRequest, token: UUID) -> Attachment:
    """Return a file of a readable message or of the agent's own draft."""
    file = Attachment.objects.select_related("message", "draft").filter(token=token).first()
    if file is None:
        raise Http404
    if file.draft is not None and file.draft.agent_id == request.user.pk:
        return file
    if file.message is None:
        raise Http404
    conversation_of(request, file.message.conversation_id)
    return file
