"""When a reply could leave: times offered at Send, each by the agent's clock and the customer's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels.mail.gathering import own_clock
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.screens import times

MORNING = time(9)


@dataclass(frozen=True, slots=True)
class LeavingTime:
    """A time to leave: in words, by our clock, and by theirs where that is another one."""

    words: str
    clock: str
    theirs: str
    at: datetime


def leaving_times(conversation: Conversation, now: datetime) -> list[LeavingTime]:
    """Offer tomorrow and Monday morning, and their next morning where it is not ours."""
    here, there = timezone.get_current_timezone(), own_clock(conversation.customer)
    tomorrow = _morning(now, here, days=1)
    monday = _morning(now, here, days=7 - now.astimezone(here).weekday())
    offered = [(_("Tomorrow morning"), tomorrow)]
    offered += [(_("Next Monday"), monday)] if monday != tomorrow else []
    if there is not None:
        theirs = next(at for days in (0, 1) if (at := _morning(now, there, days=days)) > now)
        if theirs not in {tomorrow, monday}:
            offered.insert(0, (_("Their next morning"), theirs))
    return [
        LeavingTime(words, times.ahead(at, now), times.by_their_clock(at, there), at)
        for words, at in offered
    ]


def _morning(now: datetime, zone: tzinfo, *, days: int) -> datetime:
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, zone)
