"""What a number may cover: the whole desk, or a team in which enough people answer.

A number of a few people's work would tell of persons: the cell rule of people first decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.people.models import Team
from wingbeat.laws.people_first import shipped_policy
from wingbeat.laws.people_first.cells import Cell, shown

DESK = "desk"
LATELY = timedelta(days=90)


class Scope(NamedTuple):
    """A team, or none for the whole desk, and the inboxes it covers."""

    team_id: int | None
    inbox_ids: tuple[int, ...]


def scopes(now: datetime) -> dict[str, Scope]:
    """Return what is measured, by a name for the run. What colleagues ask is in none of it."""
    teams = _teams()
    everything = tuple(
        Inbox.objects.filter(is_for_team=False).order_by("pk").values_list("pk", flat=True)
    )
    cells = _cells(teams, everything, now)
    found = {DESK: Scope(None, everything)}
    names = [DESK, *(f"team {pk}" for pk in teams)]
    for name in shown(shipped_policy(), {name: cells[name] for name in names}):
        if name != DESK:
            team_id = int(name.removeprefix("team "))
            found[name] = Scope(team_id, teams[team_id])
    return found


def _teams() -> dict[int, tuple[int, ...]]:
    teams = Team.objects.filter(inboxes__is_for_team=False).order_by("pk", "inboxes__pk")
    found: dict[int, tuple[int, ...]] = {}
    for team_id, inbox_id in teams.values_list("pk", "inboxes__pk"):
        found[team_id] = (*found.get(team_id, ()), inbox_id)
    return found


def _cells(
    teams: dict[int, tuple[int, ...]], everything: tuple[int, ...], now: datetime
) -> dict[str, Cell]:
    """Return how much each person answered lately in each inbox, by what it would count in."""
    answers = Message.objects.answering().filter(at__gt=now - LATELY, agent__isnull=False)
    rows = answers.values_list("agent_id", "conversation__inbox_id").annotate(n=Count("pk"))
    put = {(str(agent), inbox): float(n) for agent, inbox, n in rows.order_by()}

    def cell(inbox_ids: tuple[int, ...]) -> Cell:
        return {atom: n for atom, n in put.items() if atom[1] in inbox_ids}

    return {DESK: cell(everything)} | {f"team {pk}": cell(ids) for pk, ids in teams.items()}
