"""How conversations end: five shares for each inbox that its reader may read whole."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone

from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.shares import shares_of
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.stats.score import wilson_bounds

PERIODS = (7, 30, 90)


@for_agents("GET")
def ends(request: DeskRequest) -> HttpResponse:
    """Show only inboxes of this reader: a number never covers more than they may see."""
    if request.user.is_light:
        raise Http404
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(period) for period in PERIODS} else 30
    now = timezone.now()
    shares = shares_of(request.user.inbox_ids, since=now - timedelta(days=days), now=now)
    counted = Promise.objects.kept_in_time(
        request.user.inbox_ids, since=now - timedelta(days=days), now=now
    )
    # how many were kept, of how many, and between which shares the truth lies
    kept = {pk: (k, n, *wilson_bounds(k, n)) for pk, (k, n) in counted.items()}
    rows = [
        (inbox, shares[inbox.pk], kept.get(inbox.pk))
        for inbox in request.user.inboxes
        if inbox.pk in shares
    ]
    context = {"rows": rows, "days": days, "periods": PERIODS, "place": "ends"}
    return respond(request, "agent/ends/page.html", context)
