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


class NotForYourself(OnlyTheirs):
    """Whoever sees somebody off would come to read what was kept from them."""

    def __init__(self, agent: Agent) -> None:
        ValueError.__init__(
            self,
            _(
                "Some restricted conversations can be read by %(name)s alone. Choose somebody "
                "else than yourself to take them over."
            )
            % {"name": agent.name},
        )


@transaction.atomic
def see_off(agent: Agent, *, to: Agent | None, by: Agent, at: datetime) -> int:
    """Hand over every open conversation of an agent, to somebody or to its team; then let them go.

    Returns:
        How many conversations were handed over; each leaves an entry of its own.

    Raises:
        OnlyTheirs: if nobody takes over what only they could read.
        NotForYourself: if `by` would, though there are others to do it.
        CannotAssign: if `to` does not work here.
        NotTheirs, NotYourself, LastOwner: as `leave` does.
    """
    leave(agent, by=by, at=at)
    _keep_readable(agent, to, by=by, at=at)
    theirs = Conversation.objects.of_agent(agent).select_related("assignee", "team")
    handed_over = list(theirs.select_for_update(of=("self",)))
    for conversation in handed_over:
        taker = _who_reads(conversation, to) if conversation.is_restricted else to
        conversation.assign(agent=taker, team=conversation.team, by=by, at=at)
    return len(handed_over)


def _who_reads(conversation: Conversation, to: Agent | None) -> Agent | None:
    """Return who takes over a restricted conversation: `to` only if it is theirs to read."""
    if to is not None and conversation.is_visible_to(to):
        return to
    return Agent.objects.at_work().filter(admissions__conversation=conversation).first()


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
    if alone and to == by and Agent.objects.at_work().exclude(pk__in=[agent.pk, by.pk]).exists():
        raise NotForYourself(agent)
    for conversation in alone:
        if to is not None:
            admit(conversation, to, by=by, at=at)
