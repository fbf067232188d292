"""The frame of every view that changes a conversation: find, do, show it as it is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents, message_of
from wingbeat.screens.agent.answering import back_to, refuse
from wingbeat.screens.numbers import number_of

Change = Callable[[DeskRequest, Conversation, datetime], HttpResponse | None]
MessageChange = Callable[[DeskRequest, Conversation, Message, datetime], HttpResponse | None]


class WrongField(BadRequest, ValueError):
    """A form was sent with a value that its page did not offer; the text names the field."""


def not_for_light(request: DeskRequest) -> None:
    """Turn light agents away: they read what they are let into, write notes, and answer."""
    if request.user.is_light:
        raise PermissionDenied


def changes(*anticipated: type[Exception]) -> Callable[[Change], Callable[..., HttpResponseBase]]:
    """Make a POST view of one domain call; `anticipated` errors are told on the page.

    Where a conversation goes and who reads it is for agents: light ones are turned away.
    """

    def decorate(change: Change) -> Callable[..., HttpResponseBase]:
        @wraps(change)
        def view(request: DeskRequest, pk: int) -> HttpResponse:
            found = conversation_of(request, pk)
            not_for_light(request)
            return _do(request, found, lambda at: change(request, found, at), anticipated)

        return for_agents("POST")(view)

    return decorate


def changes_message(
    *anticipated: type[Exception],
) -> Callable[[MessageChange], Callable[..., HttpResponseBase]]:
    """The same for a view about one message; light agents decide about their own replies."""

    def decorate(change: MessageChange) -> Callable[..., HttpResponseBase]:
        @wraps(change)
        def view(request: DeskRequest, pk: int) -> HttpResponse:
            message, found = message_of(request, pk)
            if message.agent_id != request.user.pk:
                not_for_light(request)
            return _do(request, found, lambda at: change(request, found, message, at), anticipated)

        return for_agents("POST")(view)

    return decorate


def number_in(request: HttpRequest, field: str) -> int | None:
    """Return a whole number from the form, None where the field is empty.

    Raises:
        WrongField: if something else was sent.
    """
    text = request.POST.get(field, "").strip().removeprefix("#")
    if not text:
        return None
    number = number_of(text)
    if number is None:
        why = _("“%(field)s” must be a number, not “%(text)s”.")
        raise WrongField(why % {"field": field, "text": text[:40]})
    return number


def _do(
    request: DeskRequest,
    found: Conversation,
    change: Callable[[datetime], HttpResponse | None],
    anticipated: tuple[type[Exception], ...],
) -> HttpResponse:
    told: tuple[type[Exception], ...] = (WrongField, *anticipated)
    try:
        answer = change(timezone.now())
    except told as why:
        return refuse(request, found, why)
    return answer or back_to(found)
