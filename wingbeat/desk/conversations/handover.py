"""Seeing an agent off: what they had in hand goes to somebody, and nothing becomes unreadable."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.restricting import Admission, admit
from wingbeat.desk.people.leaving import leave
from wingbeat.desk.people.models import Agent


class OnlyTheirs(ValueError):
    """Some restricted conversations could be read by nobody any more. How many is not told."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(
            _(
                "Some restricted conversations can be read by %(name)s alone: choose who takes "
                "them over."
            )
            % {"name": agent.name}
        )


@transaction.atomic
def see_off(agent: Agent, *, to: Agent | None, by: Agent, at: datetime) -> int:
    """Hand over every open conversation of an agent, to somebody or to its team; then let them go.

    Returns:
        How many conversations were handed over; each leaves an entry of its own.

    Raises:
        OnlyTheirs: if nobody takes over what only they could read.
        CannotAssign: if `to` does not work here.
        NotTheirs, NotYourself, LastOwner: as `leave` does.
    """
    leave(agent, by=by, at=at)
    _keep_readable(agent, to, by=by, at=at)
    theirs = Conversation.objects.of_agent(agent).select_related("assignee", "team")
    handed_over = list(theirs.select_for_update(of=("self",)))
    for conversation in handed_over:
        conversation.assign(agent=to, team=conversation.team, by=by, at=at)
    return len(handed_over)


def read_by_them_alone(agent: Agent) -> list[Conversation]:
    """Return the restricted conversations that no other agent at work may read."""
    admitted = Admission.objects.filter(conversation=OuterRef("pk"), agent__is_active=True)
    restricted = Conversation.objects.filter(is_restricted=True)
    readable = restricted.filter(
        Exists(Admission.objects.filter(conversation=OuterRef("pk"), agent=agent))
    ) | restricted.filter(assignee=agent)
    alone = readable.exclude(Exists(admitted.exclude(agent=agent)))
    others = Agent.objects.at_work().exclude(pk=agent.pk)
    return list(alone.exclude(assignee__in=others).distinct())


def _keep_readable(agent: Agent, to: Agent | None, *, by: Agent, at: datetime) -> None:
    alone = read_by_them_alone(agent)
    if alone and to is None:
        raise OnlyTheirs(agent)
    for conversation in alone:
        if to is not None:
            admit(conversation, to, by=by, at=at)
