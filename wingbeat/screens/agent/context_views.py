"""The context panel of a conversation, loaded after the page, which never waits for it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from wingbeat.channels.context.asking import Shown, look
from wingbeat.channels.context.models import ContextPanel
from wingbeat.desk.customers.models import Customer
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents
from wingbeat.screens.agent.answering import respond, wants_fragment
from wingbeat.screens.agent.customer_card import told_clock


@never_cache
@for_agents("GET")
def context(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what is known, old or new; the fragment then asks once more for what is old."""
    found, panel = conversation_of(request, pk), ContextPanel.objects.in_use()
    if panel is None:  # it was taken away since the page was made
        if wants_fragment(request):
            return HttpResponse()
        return redirect("agent:conversation", pk=found.pk)
    may_ask = request.GET.get("ask") == "yes" or not wants_fragment(request)
    now = timezone.now()
    shown = look(panel, found, now=now, may_ask=may_ask)
    asked = {
        "conversation": found,
        "panel": panel,
        "shown": shown,
        "clock": _clock(shown, found.customer, now),
        "is_old": shown.known is not None and not shown.is_fresh,
        "asks_again": not (shown.is_fresh or shown.rests or shown.trouble or may_ask),
        "place": "inbox",
        "place_inbox": found.inbox_id,
    }
    return respond(request, "agent/context/page.html", asked, part="agent/context/_panel.html")


def _clock(shown: Shown, customer: Customer, now: datetime) -> str:
    """Tell the customer's own time by the zone that the panel names.

    A zone that somebody here has set is surer, and stands above the panel already.
    """
    zone = shown.known.panel.zone if shown.known else ""
    return told_clock(zone, now) if zone and not customer.zone else ""
