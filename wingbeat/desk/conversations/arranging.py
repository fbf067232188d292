"""Arranging a team: its name and people, and the inboxes it reads, in one go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.inboxes import give_inboxes
from wingbeat.desk.people.models import Agent, Team
from wingbeat.desk.people.teams import change_team


@transaction.atomic
def arrange(
    team: Team,
    *,
    name: str,
    members: Collection[Agent],
    leads: Collection[Agent],
    inboxes: Collection[Inbox],
    by: Agent,
    at: datetime,
) -> None:
    """Change a team and the inboxes it reads; each that really changes leaves its entry.

    Raises:
        WrongFields: if another team has that name.
        NobodyReads: if an inbox would lose its only team.
    """
    change_team(team, name=name, members=members, leads=leads, by=by, at=at)
    give_inboxes(team, inboxes=inboxes, by=by, at=at)
