"""Steps in words: what a macro will do besides saying something."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.utils.translation import gettext as _, ngettext

from wingbeat.desk.care.promise import read_step
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens import times


def tell(steps: Sequence[Step]) -> list[str]:
    """Return a short line for each step; names are asked for only where one needs them."""
    agents, teams = _names(Agent, steps, Act.AGENT), _names(Team, steps, Act.TEAM)
    return [_told(step, agents, teams) for step in steps]


def _told(step: Step, agents: dict[str, str], teams: dict[str, str]) -> str:
    gone = _("somebody who has left")
    match step.act:
        case Act.TAG:
            return _("Tag “%(tag)s”") % {"tag": step.value}
        case Act.TAKE:
            return _("Assign to you")
        case Act.AGENT | Act.TEAM:
            is_agent = step.act == Act.AGENT
            said = _("Assign to %(name)s") if is_agent else _("Give to %(name)s")
            return said % {"name": (agents if is_agent else teams).get(step.value, gone)}
        case Act.SNOOZE:
            return _snoozed(step.value)
        case Act.PROMISE:
            return _promised(step.value)
    return _("End: %(reason)s") % {"reason": dict(Reason.choices).get(step.value, "")}


def _promised(value: str) -> str:
    due_at, words = read_step(value)
    told = {"words": words, "at": times.moment(due_at, now())}
    return _("Keep track of “%(words)s”, due %(at)s") % told


def _snoozed(value: str) -> str:
    if not value.isdecimal():
        until = parse_datetime(value)
        return _("Put aside until %(until)s") % {
            "until": times.moment(until, now()) if until else ""
        }
    days = int(value)
    if not days:
        return _("Put aside for three hours")
    return ngettext("Put aside for %(n)s day", "Put aside for %(n)s days", days) % {"n": days}


def _names(model: type[Agent] | type[Team], steps: Sequence[Step], act: str) -> dict[str, str]:
    ids = [step.value for step in steps if step.act == act]
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", "name") if ids else ()
    return {str(pk): name for pk, name in rows}
