"""One way to answer: the whole page, or the fragment that htmx asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.screens.agent.access import DeskRequest
from wingbeat.screens.agent.frame import frame


def wants_fragment(request: DeskRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def respond(
    request: DeskRequest, page: str, partial: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the page, or only its fragment where htmx replaces a part of it."""
    if wants_fragment(request):
        response = render(request, partial, context, status=status)
    else:
        around = frame(request, place=str(context.get("place", "")))
        response = render(request, page, {**around, **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def back_to(conversation: Conversation) -> HttpResponse:
    """Answer a POST: show the conversation as it is now."""
    response = HttpResponseRedirect(reverse("agent:conversation", args=[conversation.pk]))
    response.status_code = 303
    return response


def refuse(request: DeskRequest, conversation: Conversation, why: Exception) -> HttpResponse:
    """Tell why something could not be done, and show the conversation as it is now."""
    messages.error(request, str(why))
    return back_to(conversation)
