"""Making teams, and saying who belongs to one and who leads it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import save_named
from wingbeat.desk.people.models import Agent, Membership, Team


@transaction.atomic
def make_team(name: str, *, by: Agent, at: datetime) -> Team:
    """Make a team with nobody in it.

    Raises:
        WrongFields: if there is one of that name.
    """
    team = Team(name=name)
    save_named(team)
    record(Kind.TEAM_CHANGED, by=by, at=at, facts={"team": team.pk, "change": "made"})
    return team


@transaction.atomic
def change_team(
    team: Team,
    *,
    name: str,
    members: Collection[Agent],
    leads: Collection[Agent],
    by: Agent,
    at: datetime,
) -> None:
    """Give a team its name and exactly these members; who leads it belongs to it.

    Members who cannot log in now keep their place for the day they come back.

    Raises:
        WrongFields: if another team has that name.
    """
    wanted = {agent.pk: False for agent in members} | {agent.pk: True for agent in leads}
    at_work = team.memberships.filter(agent__is_active=True)
    had = dict(at_work.values_list("agent_id", "is_lead"))
    if (team.name, had) == (name, wanted):
        return
    if team.name != name:
        team.name = name
        save_named(team)
    at_work.exclude(agent_id__in=wanted).delete()
    for agent_id, is_lead in wanted.items():
        if had.get(agent_id) != is_lead:
            Membership.objects.update_or_create(
                agent_id=agent_id, team=team, defaults={"is_lead": is_lead}
            )
    facts: dict[str, int | str] = {"team": team.pk, "change": "changed"}
    facts |= {"members": len(wanted), "leads": len(set(leads))}
    record(Kind.TEAM_CHANGED, by=by, at=at, facts=facts)
