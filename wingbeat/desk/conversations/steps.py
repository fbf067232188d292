"""Steps that go along with a reply: done when it is sent, taken back when it is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.assigning import CannotAssign
from wingbeat.desk.people.models import Agent, Team

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.message import Message

MORNING = time(9)
LATER_TODAY = timedelta(hours=3)


class Act(models.TextChoices):
    """What a step does; its value says with what."""

    TAG = "tag", _("tag")
    TAKE = "take", _("assign to whoever sends it")
    AGENT = "agent", _("assign to")
    TEAM = "team", _("give to")
    SNOOZE = "snooze", _("put aside")
    END = "end", _("end as")
    PROMISE = "promise", _("promise")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `value` is a tag, an id, some days, an instant, a reason or a promise."""

    act: str
    value: str = ""


class Along(models.Model):
    """What was done along with a reply: the steps, and what they changed."""

    message = models.OneToOneField("conversations.Message", models.CASCADE, related_name="along")
    steps = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "along"


def read(stored: Iterable[Sequence[str]]) -> tuple[Step, ...]:
    """Return steps from how a row keeps them."""
    return tuple(Step(*one) for one in stored)


def written(steps: Iterable[Step]) -> list[list[str]]:
    """Return steps as a row keeps them, none twice."""
    return [[step.act, step.value] for step in dict.fromkeys(steps)]


def take(
    conversation: Conversation,
    steps: Sequence[Step],
    *,
    by: Agent,
    at: datetime,
    message: Message | None = None,
) -> Mapping[str, Any]:
    """Do them, an ending last; return what the conversation was like before.

    `message` is the reply they go along with: what is promised is promised in it.

    Raises:
        CannotAssign: if somebody who left, or a team that is gone, should have it.
    """
    before = picture(conversation)
    for step in sorted(steps, key=lambda step: step.act == Act.END):
        if step.act == Act.PROMISE:
            _promises().give_along(conversation, step.value, message=message, by=by, at=at)
        else:
            ACTS[step.act](conversation, step.value, by, at)
    return before


def note_down(message: Any, steps: Sequence[Step], before: Mapping[str, Any]) -> None:
    """Keep with a reply what went along with it."""
    after = picture(message.conversation)
    Along.objects.create(message=message, steps=written(steps), before=before, after=after)


def take_back(conversation: Conversation, along: Along, *, by: Agent, at: datetime) -> None:
    """Make a conversation what it was; what somebody has changed since stays theirs."""
    _promises().take_back_along(along.message, by=by, at=at)
    before, after, now = along.before, along.after, picture(conversation)
    whose = ("assignee", "team")
    if any(before[one] != after[one] for one in whose) and all(now[o] == after[o] for o in whose):
        agent = Agent.objects.at_work().filter(pk=before["assignee"]).first()
        team = Team.objects.filter(pk=before["team"]).first()
        conversation.assign(agent=agent, team=team, by=by, at=at)
    for name in set(after["tags"]) - set(before["tags"]):
        conversation.untag(name, by=by, at=at)
    if now["snoozed_until"] != before["snoozed_until"] == "":
        conversation.wake(by=by, at=at)


def wakes_at(value: str, *, at: datetime) -> datetime:
    """Return when a step's snooze ends: so many days on in the morning, or a given instant."""
    if not value.isdecimal():
        until = parse_datetime(value)
        if until is None:
            raise ValueError(f"{value!r} is neither a number of days nor a time.")
        return until if timezone.is_aware(until) else timezone.make_aware(until)
    if value == "0":
        return at + LATER_TODAY
    day = (timezone.localtime(at) + timedelta(days=int(value))).date()
    return timezone.make_aware(datetime.combine(day, MORNING))


def _promises() -> Any:
    return apps.get_model("care", "Promise").objects  # promises belong to a higher app


def _tag(conversation: Conversation, value: str, by: Agent, at: datetime) -> None:
    conversation.tag(value, by=by, at=at)


def _take(conversation: Conversation, value: str, by: Agent, at: datetime) -> None:
    conversation.assign(agent=by, by=by, at=at)


def _agent(conversation: Conversation, value: str, by: Agent, at: datetime) -> None:
    agent = Agent.objects.at_work().filter(pk=value).first()
    if agent is None:
        raise CannotAssign(_("Whoever should get this has left; take the step off and send again."))
    conversation.assign(agent=agent, by=by, at=at)


def _team(conversation: Conversation, value: str, by: Agent, at: datetime) -> None:
    team = conversation.inbox.teams.filter(pk=value).first()
    if team is None:
        raise CannotAssign(
            f"The team that should get this does not read {conversation.inbox}; "
            "take the step off and send again."
        )
    conversation.assign(agent=None, team=team, by=by, at=at)


def _snooze(conversation: Conversation, value: str, by: Agent, at: datetime) -> None:
    conversation.snooze(until=wakes_at(value, at=at), by=by, at=at)


def _end(conversation: Conversation, value: str, by: Agent, at: datetime) -> None:
    if not conversation.is_over:
        conversation.end(by=by, at=at, reason=value)


ACTS: dict[str, Callable[[Conversation, str, Agent, datetime], None]] = {
    Act.TAG: _tag,
    Act.TAKE: _take,
    Act.AGENT: _agent,
    Act.TEAM: _team,
    Act.SNOOZE: _snooze,
    Act.END: _end,
}


def picture(conversation: Conversation) -> dict[str, Any]:
    """Return what steps may change of a conversation."""
    until = conversation.snoozed_until
    return {
        "assignee": conversation.assignee_id,
        "team": conversation.team_id,
        "snoozed_until": until.isoformat() if until else "",
        "tags": sorted(conversation.taggings.values_list("tag__name", flat=True)),
    }
