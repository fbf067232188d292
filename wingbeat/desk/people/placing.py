"""An agent's place at the desk: the role, and the teams."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Membership, Role, Team
from wingbeat.desk.people.roles import require_another_owner, require_may_change, require_may_give


@transaction.atomic
def place(agent: Agent, *, role: Role, teams: Collection[Team], by: Agent, at: datetime) -> None:
    """Give an agent a role and exactly these teams; whoever leads one they keep leads it still.

    Raises:
        NotTheirs: if the agent stands above `by`, or the role does.
        LastOwner: if nobody would own the desk any more.
    """
    require_may_change(by, agent)
    require_may_give(by, role)
    if role != Role.OWNER:
        require_another_owner(agent)
    wanted = {team.pk for team in teams}
    had = set(agent.memberships.values_list("team_id", flat=True))
    if (agent.role, had) == (role, wanted):
        return
    agent.role = role
    agent.save(update_fields=["role"])
    agent.memberships.filter(team_id__in=had - wanted).delete()
    new = [Membership(agent=agent, team_id=pk) for pk in sorted(wanted - had)]
    Membership.objects.bulk_create(new)
    record(
        Kind.AGENT_CHANGED, by=by, at=at,
        facts={"agent": agent.pk, "change": "placed", "role": role.value, "teams": len(wanted)},
    )  # fmt: skip
