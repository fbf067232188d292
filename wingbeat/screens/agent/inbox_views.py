"""Pages with a list: all inboxes together, and each by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.screens.agent.access import DeskRequest, for_agents, inbox_of
from wingbeat.screens.agent.answering import respond_list
from wingbeat.screens.agent.lists import list_screen, list_url
from wingbeat.screens.agent.tray import tray_of
from wingbeat.screens.entering import answers
from wingbeat.screens.frame import count_anew, rail_of
from wingbeat.screens.numbers import number_of


@answers("GET")
def home(request: HttpRequest) -> HttpResponseBase:
    """Show what waits; at a brand's own address strangers find its help center instead."""
    if not request.user.is_authenticated and Brand.objects.at_host(request.get_host()):
        return redirect("help:home")
    return _home(request)


@for_agents("GET")
def _home(request: DeskRequest) -> HttpResponse:
    return _show(request, None)


@for_agents("GET")
def inbox(request: DeskRequest, pk: int) -> HttpResponse:
    return _show(request, inbox_of(request, pk))


@for_agents("POST")
def order(request: DeskRequest) -> HttpResponse:
    """Let who waits longest stand first, or whose answer is due first; it stays so."""
    request.user.is_longest_first = request.POST.get("longest") == "yes"
    request.user.save(update_fields=["is_longest_first"])
    number = number_of(request.GET.get("inbox", ""))
    return redirect(list_url(inbox_of(request, number) if number else None, "waiting"))


@for_agents("GET")
def rail(request: DeskRequest) -> HttpResponse:
    """Count who waits, outside of every page's own request."""
    counts = count_anew(request.user, in_tray=len(tray_of(request.user)))
    counted = rail_of(request.user, counts=counts)
    here, view = request.GET.get("inbox", ""), request.GET.get("view", "")
    context = {
        "rail": counted,
        "place": request.GET.get("place", ""),
        "place_inbox": number_of(here) or 0,
        "place_view": number_of(view) or 0,
    }
    return render(request, "agent/_rail_counted.html", context)


def _show(request: DeskRequest, inbox: Inbox | None) -> HttpResponse:
    shown = list_screen(
        request, inbox, request.GET.get("show", "waiting"), after=request.GET.get("after", "")
    )
    context = {
        "list": shown,
        "place": "inbox" if inbox else "home",
        "place_inbox": inbox.pk if inbox else 0,
    }
    return respond_list(request, context)
