"""Why a conversation stands where it does: severity, wait, promise; and setting its severity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.grading import NoReason, Severity
from wingbeat.screens import times
from wingbeat.screens.agent.access import DeskRequest, conversation_of, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import WrongField, changes
from wingbeat.screens.promises import DueLine, due_line, why_due

COUNTED_TO = 99


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands among those who wait, of those that this reader may see."""

    since: str
    due: DueLine | None
    why: str
    end: str
    before: str


@for_agents("GET")
def place(request: DeskRequest, pk: int) -> HttpResponse:
    found = conversation_of(request, pk)
    marks = found.severity_marks.select_related("by").order_by("-at", "-pk")
    context = {
        "conversation": found,
        "shown": _place_of(request, found, timezone.now()),
        "marks": marks,
        "severities": Severity.choices,
        "may_grade": not request.user.is_light,
        "place": "home",
    }
    return respond(request, "agent/conversation/place.html", context)


@changes(NoReason)
def severity(request: DeskRequest, found: Conversation, at: datetime) -> None:
    level = request.POST.get("level", "")
    if level not in {str(value) for value in Severity.values}:
        raise WrongField(_("Choose one of the severities that the page offers."))
    why = request.POST.get("why", "")
    found.grade(Severity(int(level)), why=why, by=request.user, at=at)


def _place_of(request: DeskRequest, found: Conversation, now: datetime) -> Place | None:
    since = found.waits_for_us_since
    if since is None:
        return None
    ahead = conversations(request).before(found).values_list("pk", flat=True)
    before = len(ahead[: COUNTED_TO + 1])
    end = found.end_due_at
    return Place(
        since=times.moment(since, now),
        due=due_line(found, now=now),
        why=why_due(found),
        end=times.moment(end, now) if end else "",
        before=f"{COUNTED_TO}+" if before > COUNTED_TO else str(before),
    )
