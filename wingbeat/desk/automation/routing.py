"""Routing: what waits and belongs to nobody goes to whoever is here and has room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy

from wingbeat.desk.automation import choosing
from wingbeat.desk.automation.availability import MOST, Capacity, here_now, pausing
from wingbeat.desk.automation.choosing import Hand
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet, State
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Role, Team

READER = "routing"
AT_ONCE = 200
# After these somebody may wait who belongs to nobody, or somebody has room again.
NEWS = frozenset(
    {
        Kind.CONVERSATION_OPENED, Kind.MESSAGE_RECEIVED, Kind.REOPENED, Kind.REPLY_QUEUED,
        Kind.ENDED, Kind.SOLVED, Kind.ASSIGNED, Kind.MOVED, Kind.LET_IN, Kind.WOKEN,
        Kind.AVAILABILITY_CHANGED, Kind.ROUTING_CHANGED, Kind.TEAM_CHANGED,
    }
)  # fmt: skip


class Way(models.TextChoices):
    """How a team shares what comes in."""

    NONE = "none", gettext_lazy("Everybody takes what they see")
    TURNS = "turns", gettext_lazy("In turn")
    LOAD = "load", gettext_lazy("To whoever has least")


CHOICES: Mapping[str, Callable[[Iterable[Hand], int], int | None]] = {
    Way.TURNS: choosing.in_turn,
    Way.LOAD: choosing.by_load,
}


class Routing(Deed):
    """How a team shares what comes in; paused, nothing is given to anybody."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="routing")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.NONE)
    is_paused = models.BooleanField(default=False)
    # whose turn was last; it is overwritten and tells nothing of the past
    latest = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )


@transaction.atomic
def route_by(
    team: Team, *, way: Way, is_paused: bool, most: Mapping[int, int], by: Agent, at: datetime
) -> Routing:
    """Say how a team shares what comes in, and how much each of its people takes."""
    values = {"way": way, "is_paused": is_paused, "by": by, "at": at}
    row, _made = Routing.objects.update_or_create(team=team, defaults=values)
    for agent_id, many in most.items():
        Capacity.objects.update_or_create(
            agent_id=agent_id, defaults={"most": many, "by": by, "at": at}
        )
    facts: dict[str, int | str | bool] = {"team": team.pk, "way": way, "paused": is_paused}
    record(Kind.ROUTING_CHANGED, by=by, at=at, facts=facts)
    return row


def route(now: datetime, limit: int = 500) -> int:
    """Read on in the journal, and give out what waits if anything could have changed that."""

    def act(entries: Sequence[Entry]) -> int:
        return give_out(now) if any(entry.kind in NEWS for entry in entries) else 0

    return reading.read_on(READER, act, limit)


@transaction.atomic
def give_out(now: datetime) -> int:
    """Give what waits and belongs to nobody who is here to whoever has room, team by team."""
    given = 0
    active = Routing.objects.select_for_update(of=("self",)).filter(is_paused=False)
    for routing in active.exclude(way=Way.NONE).select_related("team").order_by("team_id"):
        given += _give_out_in(routing, now)
    return given


def hands_of(team: Team, now: datetime) -> list[Hand]:
    """Return who of a team takes conversations now, with what waits with each."""
    here = Agent.objects.at_work().filter(
        here_now(now), memberships__team=team, role__in=[Role.OWNER, Role.ADMIN, Role.AGENT]
    )
    agents = dict(here.values_list("pk", "capacity__most"))
    loads = loads_of(Conversation.objects.all(), agents)
    return [
        Hand(pk, loads.get(pk, 0), MOST if most is None else most) for pk, most in agents.items()
    ]


def loads_of(rows: ConversationQuerySet, agents: Iterable[int]) -> dict[int, int]:
    """Return how many of these conversations wait for us with each agent."""
    waiting = rows.whole().awake().filter(state=State.US, assignee__in=list(agents))
    counted = waiting.order_by().values("assignee").annotate(n=Count("pk"))
    return dict(counted.values_list("assignee", "n"))


def _give_out_in(routing: Routing, now: datetime) -> int:
    hands = {hand.pk: hand for hand in hands_of(routing.team, now)}
    choose, latest, given = CHOICES[routing.way], routing.latest_id or 0, 0
    if not any(hand.has_room for hand in hands.values()):
        return 0
    system = Agent.objects.system()
    people = {agent.pk: agent for agent in Agent.objects.at_work().filter(pk__in=hands)}
    for conversation in _belongs_to_nobody(routing.team, now)[:AT_ONCE]:
        taker = choose(hands.values(), latest)
        if taker is None:
            break
        conversation.assign(
            agent=people[taker], team=conversation.team or routing.team, by=system, at=now
        )
        hands[taker] = replace(hands[taker], load=hands[taker].load + 1)
        latest, given = taker, given + 1
    if given:
        Routing.objects.filter(pk=routing.pk).update(latest_id=latest)
    return given


def _belongs_to_nobody(team: Team, now: datetime) -> ConversationQuerySet:
    """Return what waits for a team: nobody has it, or it came while whoever has it was away."""
    theirs = Q(team=team) | Q(team__isnull=True, inbox__teams=team)
    gone = Agent.objects.at_work().exclude(here_now(now) | pausing()).values("pk")
    came_since = Q(assignee__in=gone, waits_for_us_since__gt=F("assignee__here__at"))
    waiting = Conversation.objects.all().waiting_for_us()
    rows = waiting.filter(theirs, is_restricted=False)
    free = rows.filter(Q(assignee__isnull=True) | came_since)
    return free.select_related("assignee", "team", "inbox").distinct()
