"""Why people write: said of one conversation, and told by the week."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking.query import listed
from wingbeat.desk.conversations.cause import Cause, WrongCause, mark
from wingbeat.desk.conversations.cause_trend import Line, Trend, came_again, in_the_way, weekly
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.tagging import IN_THE_WAY
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import changes, not_for_light, number_in
from wingbeat.stats.score import wilson_bounds

SHADES = 4
LEAST_PEOPLE = 5  # of fewer a share tells little, and may tell of somebody


@changes(WrongCause)
def cause(request: DeskRequest, found: Conversation, at: datetime) -> None:
    """Say why they write; nothing chosen takes it back."""
    number = number_in(request, "cause")
    said = get_object_or_404(Cause, pk=number) if number else None
    mark(found, said, by=request.user, at=at)


@for_agents("GET")
def causes(request: DeskRequest) -> HttpResponse:
    not_for_light(request)
    trend = weekly(conversations(request), now=timezone.now())
    barred = in_the_way(conversations(request))
    context = {
        "trend": trend,
        "lines": [
            (line, _asks(line), _shaded(line.counts, trend), barred.get(line.cause.pk, 0))
            for line in trend.lines
        ],
        "in_the_way": IN_THE_WAY,
        "again": _again(*came_again(conversations(request), trend)),
        "n_all": sum(trend.all),
        "n_without": sum(trend.without),
        "place": "causes",
    }
    return respond(request, "agent/cause/trend.html", context)


def _again(same: int, n: int) -> str:
    """Say how many came back with the same cause, and how sure that is; of few people nothing."""
    if n < LEAST_PEOPLE:
        return ""
    told = _(
        "Of %(n)d people who wrote more than once, %(same)d came with the same cause again "
        "(with so many people, anything from %(low).0f to %(high).0f %% may be true). The others "
        "came with something else."
    )
    low, high = wilson_bounds(same, n)
    return told % {"n": n, "same": same, "low": 100 * low, "high": 100 * high}


def _asks(line: Line) -> str:
    """Return the question that finds what a line counts, of all times."""
    return f"cause:{listed([line.cause.name])}"


def _shaded(counts: tuple[int, ...], trend: Trend) -> list[tuple[int, int]]:
    """Return each count with a shade from 0, for none, to that of the highest on the page."""
    most = max((count for line in trend.lines for count in line.counts), default=0) or 1
    return [(count, -(-count * SHADES // most)) for count in counts]
