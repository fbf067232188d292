"""Whose conversation it is: an agent's, else a team's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.due import bring_forward
from wingbeat.desk.conversations.restricting import admit
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import NOBODY, Agent, Team

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class CannotAssign(ValueError):
    """The agent cannot take the conversation; the text says why."""


class Assignment(Deed):
    """That a conversation was given to an agent, a team, or nobody."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="assignments"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")


@transaction.atomic
def assign(
    conversation: Conversation,
    *,
    agent: Agent | None,
    team: Team | None = None,
    by: Agent,
    at: datetime,
) -> None:
    """Give a conversation to an agent, to a team, or (neither) to nobody in particular."""
    if agent is not None and (not agent.is_active or agent.role in NOBODY):
        why = _("%(name)s does not work here now; choose somebody who does.")
        raise CannotAssign(why % {"name": agent.name})
    if (conversation.assignee, conversation.team) == (agent, team):
        return
    Assignment.objects.create(conversation=conversation, agent=agent, team=team, by=by, at=at)
    if agent is not None and not conversation.is_visible_to(agent):
        admit(conversation, agent, by=by, at=at)
    conversation.assignee, conversation.team = agent, team
    conversation.save(update_fields=["assignee", "team"])
    bring_forward(conversation)
    facts = {"to_agent": agent.pk if agent else None, "to_team": team.pk if team else None}
    record(Kind.ASSIGNED, by=by, at=at, on=conversation, facts=facts)


def let_go_if_gone(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Take a conversation that opens again out of the hands of an agent who has left.

    Whatever opens it says so in the journal; this adds the row that tells whose it is.
    """
    agent = conversation.assignee
    if agent is None or agent.is_active:
        return
    Assignment.objects.create(
        conversation=conversation, agent=None, team=conversation.team, by=by, at=at
    )
    conversation.assignee = None
    conversation.save(update_fields=["assignee"])


def owner_of(conversation: Conversation) -> Agent | Team | None:
    """Return who answers for it: the assignee, else its team, else the first team of its inbox.

    An inbox that no team answers is the desk's owner's.
    """
    assignee = conversation.assignee
    if assignee is not None and assignee.is_active:
        return assignee
    team = conversation.team or conversation.inbox.teams.order_by("pk").first()
    return team or Agent.objects.owner()
