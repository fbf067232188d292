"""Making teams, and saying who belongs to one and who leads it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Membership, Team


class NameTaken(ValueError):
    """Another team has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(_("There is a team named “%(name)s” already.") % {"name": name})


@transaction.atomic
def make_team(name: str, *, by: Agent, at: datetime) -> Team:
    """Make a team with nobody in it.

    Raises:
        NameTaken: if there is one of that name.
    """
    team = Team(name=name)
    _keep(team)
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
        NameTaken: if another team has that name.
    """
    wanted = {agent.pk: False for agent in members} | {agent.pk: True for agent in leads}
    at_work = team.memberships.filter(agent__is_active=True)
    had = dict(at_work.values_list("agent_id", "is_lead"))
    if (team.name, had) == (name, wanted):
        return
    if team.name != name:
        team.name = name
        _keep(team)
    at_work.exclude(agent_id__in=wanted).delete()
    for agent_id, is_lead in wanted.items():
        if had.get(agent_id) != is_lead:
            Membership.objects.update_or_create(
                agent_id=agent_id, team=team, defaults={"is_lead": is_lead}
            )
    facts: dict[str, int | str] = {"team": team.pk, "change": "changed"}
    facts |= {"members": len(wanted), "leads": len(set(leads))}
    record(Kind.TEAM_CHANGED, by=by, at=at, facts=facts)


def _keep(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise NameTaken(team.name) from error
