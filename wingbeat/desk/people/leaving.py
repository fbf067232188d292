"""Leaving the desk, and coming back: who left cannot log in, and all they did stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
from wingbeat.desk.people.roles import require_another_owner, require_may_change


class NotYourself(ValueError):
    """Nobody shuts themselves out by mistake."""

    def __init__(self) -> None:
        super().__init__(_("You would lock yourself out. Ask another admin to do it."))


@transaction.atomic
def leave(agent: Agent, *, by: Agent, at: datetime) -> None:
    """Let an agent log in no more, from their next click on; leaving twice changes nothing.

    Their conversations are handed over first: see `conversations.handover`.

    Raises:
        NotTheirs: if the agent stands above `by`.
        NotYourself: if it is `by`.
        LastOwner: if nobody would own the desk any more.
    """
    require_may_change(by, agent)
    if agent.pk == by.pk:
        raise NotYourself
    require_another_owner(agent)
    if not agent.is_active:
        return
    _mark(agent, is_active=False)
    record(Kind.AGENT_CHANGED, by=by, at=at, facts={"agent": agent.pk, "change": "left"})


@transaction.atomic
def come_back(agent: Agent, *, by: Agent, at: datetime) -> None:
    """Let an agent log in again, with the role and the teams they had.

    Raises:
        NotTheirs: if the agent stands above `by`.
    """
    require_may_change(by, agent)
    if agent.is_active:
        return
    _mark(agent, is_active=True)
    record(Kind.AGENT_CHANGED, by=by, at=at, facts={"agent": agent.pk, "change": "came_back"})


def _mark(agent: Agent, *, is_active: bool) -> None:
    agent.is_active = is_active
    agent.save(update_fields=["is_active"])
