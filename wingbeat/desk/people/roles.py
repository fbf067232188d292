"""Roles, low to high: nobody gives one above their own, and a desk never loses its last owner."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wingbeat.desk.people.models import Agent, Role

LOW_TO_HIGH = (Role.LIGHT, Role.AGENT, Role.ADMIN, Role.OWNER)


class NotTheirs(ValueError):
    """Whoever asks may not do that to this person, or give this role; the text says why."""


class LastOwner(ValueError):
    """Without this person nobody would own the desk."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(
            _("%(name)s is the only owner. Make somebody else an owner first.")
            % {"name": agent.name}
        )


def may_give(by: Agent) -> tuple[Role, ...]:
    """Return the roles that somebody may give, low to high; their own is the highest."""
    if by.role == Role.SYSTEM:
        return LOW_TO_HIGH
    if not (by.may_administer and by.is_active):
        return ()
    return LOW_TO_HIGH[: LOW_TO_HIGH.index(Role(by.role)) + 1]


def may_change(by: Agent, agent: Agent) -> bool:
    """Say whether somebody may give this agent another role, see them off, or let them in again."""
    return agent.role in may_give(by)


def require_may_give(by: Agent, role: str) -> None:
    """Raise `NotTheirs` unless `by` may give a role."""
    if role not in may_give(by):
        raise NotTheirs(
            _("A role can only be given by somebody who has at least that role themselves.")
        )


def require_may_change(by: Agent, agent: Agent) -> None:
    """Raise `NotTheirs` unless `by` may change an agent."""
    if not may_change(by, agent):
        raise NotTheirs(
            _("%(name)s has a higher role than you: ask an owner.") % {"name": agent.name}
        )


def require_another_owner(agent: Agent) -> None:
    """Raise `LastOwner` if this is the only owner who can log in; hold the others until we end."""
    if agent.role != Role.OWNER or not agent.is_active:
        return
    owners = Agent.objects.at_work().select_for_update().filter(role=Role.OWNER)
    if not any(owner.pk != agent.pk for owner in owners):
        raise LastOwner(agent)
