"""Pages with a list: all inboxes together, and each by itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.screens.agent.access import DeskRequest, for_agents, inbox_of
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.lists import list_screen
from wingbeat.screens.frame import count_anew, rail_of


@require_GET
@for_agents
def home(request: DeskRequest) -> HttpResponse:
    return _show(request, None)


@require_GET
@for_agents
def inbox(request: DeskRequest, pk: int) -> HttpResponse:
    return _show(request, inbox_of(request, pk))


@require_GET
@for_agents
def rail(request: DeskRequest) -> HttpResponse:
    """Count who waits, outside of every page's own request."""
    counted = rail_of(request.user, counts=count_anew(request.user))
    here = request.GET.get("inbox", "")
    context = {
        "rail": counted,
        "place": request.GET.get("place", ""),
        "place_inbox": int(here) if here.isdigit() else 0,
    }
    return render(request, "agent/_rail_inboxes.html", context)


def _show(request: DeskRequest, inbox: Inbox | None) -> HttpResponse:
    shown = list_screen(
        request, inbox, request.GET.get("show", "waiting"), after=request.GET.get("after", "")
    )
    context = {
        "list": shown,
        "place": "inbox" if inbox else "home",
        "place_inbox": inbox.pk if inbox else 0,
    }
    return respond(request, "agent/list/page.html", "agent/list/_rows.html", context)
