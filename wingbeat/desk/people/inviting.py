"""Inviting somebody to work at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Membership, Role, Team
from wingbeat.desk.people.roles import require_may_give


class AlreadyHere(ValueError):
    """Somebody at this desk has that address already."""

    def __init__(self, email: str) -> None:
        super().__init__(_("Somebody at this desk already uses %(email)s.") % {"email": email})


@transaction.atomic
def invite(
    *, name: str, email: str, role: Role, teams: Sequence[Team], by: Agent, at: datetime
) -> Agent:
    """Make an agent who has no password yet; they set one by a link.

    Raises:
        NotTheirs: if the role is above that of whoever invites.
        AlreadyHere: if the address is taken.
    """
    require_may_give(by, role)
    try:
        with transaction.atomic():
            agent = Agent.objects.invite(email=email, name=name, role=role)
    except IntegrityError as error:
        raise AlreadyHere(email) from error
    Membership.objects.bulk_create(Membership(agent=agent, team=team) for team in teams)
    record(
        Kind.AGENT_CHANGED, by=by, at=at,
        facts={"agent": agent.pk, "change": "invited", "role": role.value, "teams": len(teams)},
    )  # fmt: skip
    return agent
