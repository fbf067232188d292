"""What stands around every page of the desk: the rail with its counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from wingbeat.desk.care.notification import Notification
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.view import COUNTED_TO, IN_RAIL, View
from wingbeat.desk.conversations.view_counts import told, want
from wingbeat.desk.people.models import Agent
from wingbeat.screens.entering import DeskRequest

COUNTS_LAST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Place:
    """An inbox or a view in the rail, and how many wait or stand there, as counted lately."""

    pk: int
    name: str
    count: str


@dataclass(frozen=True, slots=True)
class Rail:
    """Where an agent can go."""

    inboxes: tuple[Place, ...]
    waiting: str
    tray: str
    views: tuple[Place, ...] = ()
    told: str = ""  # what concerns the agent and they have not seen


def frame(request: DeskRequest, *, place: str) -> dict[str, Any]:
    """Return the context that `desk.html` needs besides the page's own."""
    return {
        "rail": rail_of(request.user, counts=cache.get(_key(request.user), {})),
        "place": place,
        "undo_seconds": settings.WINGBEAT["undo_seconds"],
        "now": timezone.now(),
    }


def rail_of(agent: Agent, *, counts: dict[str, str]) -> Rail:
    places = tuple(
        Place(inbox.pk, inbox.name, counts.get(str(inbox.pk), "")) for inbox in agent.inboxes
    )
    views, told_of = views_of(agent, most=IN_RAIL), counts.get("told", "")
    return Rail(places, counts.get("all", ""), counts.get("tray", ""), views, told_of)


def views_of(agent: Agent, *, most: int) -> tuple[Place, ...]:
    """Return the views an agent finds, with their counts, in one query."""
    rows = View.objects.visible_to(agent).counted_for(agent)[:most]
    return tuple(Place(pk, name, told(count)) for pk, name, count in rows)


def count_anew(agent: Agent, *, in_tray: int) -> dict[str, str]:
    """Count who waits where, up to 99, and keep it a while; never inside a list request."""
    visible = Conversation.objects.visible_to(agent).waiting_for_us()
    counts = {"all": _up_to(visible)}
    for inbox_id in agent.inbox_ids:
        counts[str(inbox_id)] = _up_to(visible.filter(inbox_id=inbox_id))
    counts["tray"] = told(in_tray)
    unseen = Notification.objects.visible_to(agent).unseen().order_by()
    counts["told"] = _up_to(Conversation.objects.filter(pk__in=unseen.values("conversation")))
    cache.set(_key(agent), counts, COUNTS_LAST_SECONDS)
    want(View.objects.visible_to(agent)[:IN_RAIL], agent=agent, at=timezone.now())
    return counts


def _up_to(asked: Any) -> str:
    return told(len(asked.values_list("pk", flat=True)[: COUNTED_TO + 1]))


def _key(agent: Agent) -> str:
    return f"counts-of-{agent.pk}"
