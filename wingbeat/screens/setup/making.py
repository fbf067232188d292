"""What the first run makes of its answers, whether asked in a browser or in a terminal."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Membership, Role, Team
from wingbeat.screens.setup import tokens
from wingbeat.screens.setup.forms import InboxForm


def make_owner(answers: dict[str, Any]) -> Agent:
    """Make the first owner; the one-time token opens nothing any more."""
    with transaction.atomic():
        agent = Agent.objects.invite(
            email=answers["email"],
            name=answers["name"],
            role=Role.OWNER,
            password=answers["password"],
        )
    tokens.use_up()
    return agent


def make_inbox(form: InboxForm, agent: Any) -> Inbox:
    """Make an inbox, and a team that reads it with `agent` as its lead."""
    with transaction.atomic():
        inbox = form.save()
        team, _made = Team.objects.get_or_create(name=inbox.name)
        Membership.objects.get_or_create(agent=agent, team=team, defaults={"is_lead": True})
        inbox.teams.add(team)
    return inbox
