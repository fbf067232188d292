"""Answers of the agent's screens: a page or its fragment, and the way back after a change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape
from django_htmx.http import push_url, retarget

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.screens.answering import respond, wants_fragment
from wingbeat.screens.entering import DeskRequest

__all__ = ("back_to", "refuse", "respond", "respond_list", "wants_fragment")


def respond_list(request: DeskRequest, context: dict[str, Any]) -> HttpResponse:
    """Show a list and its welcome, or whichever of the two htmx replaces."""
    part = "_welcome" if request.htmx.target == "welcome" else "_rows"
    response = respond(request, "agent/list/page.html", context, part=f"agent/list/{part}.html")
    patch_vary_headers(response, ["HX-Target"])
    return response


def back_to(conversation: Conversation) -> HttpResponse:
    """Answer a POST: show the conversation as it is now."""
    response = HttpResponseRedirect(reverse("agent:conversation", args=[conversation.pk]))
    response.status_code = 303
    return response


def refuse(request: DeskRequest, conversation: Conversation, why: Exception) -> HttpResponse:
    """Tell why something could not be done: beside its field, or above the page as it is."""
    asks = request.htmx.trigger or ""  # the form, if it has a place for this
    if wants_fragment(request) and asks.startswith("asks-"):
        beside = HttpResponse(conditional_escape(str(why)), status=422)
        return push_url(retarget(beside, f"#{asks} [role=alert]"), False)  # noqa: FBT003  # its own
    messages.error(request, str(why))
    return back_to(conversation)
