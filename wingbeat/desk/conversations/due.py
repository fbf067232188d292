"""Until when words that wait for us are due an answer, and why: columns that the verbs write.

What an inbox promises stands on its own row, as `automation` compiled it, so that a mail coming
in asks nothing more of the database. A promise that was given stays: a later change of the
inbox's promise is for those who write later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, NotRequired, TypedDict

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.hours.arithmetic import NeverOpen, add_open
from wingbeat.desk.hours.week import Hours

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

WAITING = ("waits_for_us_since", "due_at", "warn_at", "due_why")
WARNED_AFTER = 80  # percent of the time promised


class Clock(models.TextChoices):
    """What is promised by when."""

    FIRST = "first", _("our first words")
    NEXT = "next", _("our next words")
    END = "end", _("an end")


class Why(TypedDict):
    """How a due time came about; `percent` is what a contract left of the time."""

    clock: str
    minutes: int
    percent: int
    hours: str
    zone: str
    is_teams: NotRequired[bool]  # the hours are those of the team that has it


class Due(NamedTuple):
    """When something is due, when to warn of it, and why then."""

    at: datetime
    warn_at: datetime
    why: Why


def due_of(
    inbox: Inbox, customer: Customer, *, clock: Clock, since: datetime, team_id: int | None = None
) -> Due | None:
    """Return until when something is promised to a customer; None where nothing is.

    First and next words are always promised: without a promise of the inbox, within the desk's
    own time. An end is promised only where an inbox says so.

    What an inbox promises in its hours it promises to everybody. Hours of the team that has a
    conversation count where they bring the answer sooner, and never put it off.
    """
    promise: Mapping[str, Any] = inbox.promise or {}
    minutes = promise.get(clock)
    if minutes is None:
        if clock == Clock.END:
            return None
        minutes = settings.WINGBEAT["answer_within_hours"] * 60
        promise = {"contracts": promise.get("contracts", {})}
    percent = promise.get("contracts", {}).get(str(customer.organization_id), 100)
    why: Why = {
        "clock": clock.value, "minutes": minutes, "percent": percent, "hours": "", "zone": "",
    }  # fmt: skip
    due = _due(since, why, promise.get("hours"))
    of_team = promise.get("teams", {}).get(str(team_id))
    if of_team is None:
        return due
    try:
        theirs = _due(since, {**why, "is_teams": True}, of_team)
    except NeverOpen:  # it is there so seldom that no time could be named
        return due
    return min(due, theirs, key=lambda one: one.at)  # at the same time, the inbox's own


def _due(since: datetime, why: Why, stored: Mapping[str, Any] | None) -> Due:
    """Return what is due then by these hours, or by every hour of the day."""
    hours = Hours.from_json(stored) if stored else None
    much = timedelta(minutes=why["minutes"]) * why["percent"] / 100
    if hours is not None:
        why = {**why, "hours": hours.name, "zone": hours.zone}
    return Due(
        at=_after(hours, since, much),
        warn_at=_after(hours, since, much * WARNED_AFTER / 100),
        why=why,
    )


def waiting(
    inbox: Inbox,
    customer: Customer,
    *,
    since: datetime | None,
    is_first: bool,
    team_id: int | None = None,
) -> dict[str, Any]:
    """Return the columns of a conversation whose customer waits since then, or does not wait."""
    if since is None:
        return dict.fromkeys(WAITING)
    clock = Clock.FIRST if is_first else Clock.NEXT
    due = due_of(inbox, customer, clock=clock, since=since, team_id=team_id)
    at, warn_at, why = due or (None, None, None)
    return {"waits_for_us_since": since, "due_at": at, "warn_at": warn_at, "due_why": why}


def end_due(inbox: Inbox, customer: Customer, *, since: datetime) -> datetime | None:
    """Return by when a conversation that began then should have its end, where that is promised."""
    due = due_of(inbox, customer, clock=Clock.END, since=since)
    return due.at if due else None


def wait(conversation: Conversation, *, since: datetime | None, is_first: bool) -> None:
    """Set since when its customer waits and until when that is due; saving is the caller's."""
    if since is not None and since == conversation.waits_for_us_since:
        return
    columns = waiting(
        conversation.inbox,
        conversation.customer,
        since=since,
        is_first=is_first,
        team_id=conversation.team_id,
    )
    for name, value in columns.items():
        setattr(conversation, name, value)


def bring_forward(conversation: Conversation) -> None:
    """Count in the hours of the team that has it now, if that is sooner than was promised.

    What was promised sooner stays, whoever has it next.
    """
    since, promised, team_id = (
        conversation.waits_for_us_since, conversation.due_at, conversation.team_id,
    )  # fmt: skip
    if since is None or promised is None or not conversation.due_why:
        return
    inbox = conversation.inbox
    if str(team_id) not in (inbox.promise or {}).get("teams", {}):
        return
    clock = Clock(conversation.due_why["clock"])
    due = due_of(inbox, conversation.customer, clock=clock, since=since, team_id=team_id)
    if due is None or due.at >= promised or not due.why.get("is_teams"):
        return
    columns = {"due_at": due.at, "warn_at": due.warn_at, "due_why": due.why}
    for name, value in columns.items():
        setattr(conversation, name, value)
    # if it was answered meanwhile, nothing is due any more
    same = type(conversation).objects.filter(pk=conversation.pk, waits_for_us_since=since)
    same.update(**columns)


def stop_waiting(conversation: Conversation) -> None:
    """Nobody waits any more; saving `WAITING` is the caller's."""
    for name in WAITING:
        setattr(conversation, name, None)


def _after(hours: Hours | None, since: datetime, much: timedelta) -> datetime:
    return add_open(hours, since, much) if hours else since + much
