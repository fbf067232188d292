"""What the first run makes of its answers, whether asked in a browser or in a terminal."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.inboxes import open_inbox
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Role, Team
from wingbeat.desk.people.teams import change_team, make_team
from wingbeat.screens.setup import tokens
from wingbeat.screens.setup.forms import InboxForm


def make_owner(answers: dict[str, Any]) -> Agent:
    """Make the first owner; the one-time token opens nothing any more."""
    with transaction.atomic():
        agent = Agent.objects.invite(
            email=answers["email"], name=answers["name"], role=Role.OWNER,
            password=answers["password"],
        )  # fmt: skip
        facts: dict[str, int | str] = {
            "agent": agent.pk, "change": "invited", "role": Role.OWNER.value,
        }  # fmt: skip
        record(Kind.AGENT_CHANGED, by=agent, at=timezone.now(), facts=facts)
    tokens.use_up()
    return agent


def make_inbox(form: InboxForm, agent: Agent) -> Inbox:
    """Make an inbox, and a team that reads it with `agent` as its lead."""
    now = timezone.now()
    inbox = form.save(commit=False)
    with transaction.atomic():
        team = Team.objects.filter(name=inbox.name).first()
        if team is None:
            team = make_team(inbox.name, by=agent, at=now)
            change_team(team, name=team.name, members=[], leads=[agent], by=agent, at=now)
        return open_inbox(inbox, teams=[team], by=agent, at=now)
