"""The acts of a batch: what each needs to know beforehand, does, and takes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.batch import Act, Batch, BatchItem
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import AlreadyEnded, take_back_alone
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent, Team

Before = dict[str, int | str | bool | None]
THEY_WENT_ON = frozenset({
    Kind.MESSAGE_RECEIVED, Kind.REPLY_QUEUED, Kind.ENDED, Kind.REOPENED, Kind.SOLVED, Kind.MERGED,
})  # fmt: skip


class Refused(ValueError):
    """It cannot be done with this conversation; the text says why."""


@dataclass(frozen=True, slots=True)
class Doing:
    """One conversation of a batch, and the time."""

    batch: Batch
    item: BatchItem
    conversation: Conversation
    at: datetime

    @property
    def by(self) -> Agent:
        return self.batch.by

    def what(self, name: str) -> int | None:
        value = self.batch.what.get(name)
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Doer:
    """How an act is done and taken back; `undone_by` are the entries after which it is not."""

    before: Callable[[Doing], Before]
    do: Callable[[Doing], bool]
    undo: Callable[[Doing], None]
    undone_by: frozenset[str]


def _owner(doing: Doing) -> Before:
    return {"agent": doing.conversation.assignee_id, "team": doing.conversation.team_id}


def _assign(doing: Doing) -> bool:
    return _give(doing, doing.what("agent"), doing.what("team"))


def _give(doing: Doing, agent_id: int | None, team_id: int | None) -> bool:
    one = doing.conversation
    if (one.assignee_id, one.team_id) == (agent_id, team_id):
        return False
    agent = Agent.objects.get_queryset().get(pk=agent_id) if agent_id else None
    team = Team.objects.filter(pk=team_id).first() if team_id else None
    if team is not None and not one.inbox.teams.filter(pk=team.pk).exists():
        raise Refused(_("%(team)s does not answer %(inbox)s.") % {"team": team, "inbox": one.inbox})
    one.assign(agent=agent, team=team, by=doing.by, at=doing.at)
    return True


def _give_back(doing: Doing) -> None:
    before = doing.item.before
    _give(doing, before["agent"], before["team"])


def _tagged(doing: Doing) -> Before:
    return {"tagged": doing.conversation.taggings.filter(tag__name=_name(doing)).exists()}


def _name(doing: Doing) -> str:
    return str(doing.batch.what["tag"])


def _tag(doing: Doing) -> bool:
    doing.conversation.tag(_name(doing), by=doing.by, at=doing.at)
    return not doing.item.before["tagged"]


def _untag(doing: Doing) -> bool:
    doing.conversation.untag(_name(doing), by=doing.by, at=doing.at)
    return bool(doing.item.before["tagged"])


def _take_tag_off(doing: Doing) -> None:
    doing.conversation.untag(_name(doing), by=doing.by, at=doing.at)


def _put_tag_on(doing: Doing) -> None:
    doing.conversation.tag(_name(doing), by=doing.by, at=doing.at)


def _asleep(doing: Doing) -> Before:
    until = doing.conversation.snoozed_until
    return {"until": until.isoformat() if until else None}


def _snooze(doing: Doing) -> bool:
    if doing.conversation.is_over:
        raise AlreadyEnded(doing.conversation)
    until = parse_datetime(str(doing.batch.what["until"]))
    if until is None or until == doing.conversation.snoozed_until:
        return False
    doing.conversation.snooze(until=until, by=doing.by, at=doing.at)
    return True


def _wake(doing: Doing) -> None:
    until = parse_datetime(str(doing.item.before["until"] or ""))
    if until is not None and until > doing.at:
        doing.conversation.snooze(until=until, by=doing.by, at=doing.at)
    else:
        doing.conversation.wake(by=doing.by, at=doing.at)


def _open(doing: Doing) -> Before:
    return {**_asleep(doing), "ended_at": doing.at.isoformat()}


def _end(doing: Doing) -> bool:
    doing.conversation.end(by=doing.by, at=doing.at, reason=str(doing.batch.what["reason"]))
    return True


def _unend(doing: Doing) -> None:
    before = doing.item.before
    ended_at = parse_datetime(str(before["ended_at"]))
    until = parse_datetime(str(before["until"] or ""))
    if ended_at is None or not doing.conversation.is_over:
        raise Refused(_("It has changed since."))
    still = until if until and until > doing.at else None
    take_back_alone(doing.conversation, ended_at, snoozed_until=still, by=doing.by, at=doing.at)


def _place(doing: Doing) -> Before:
    return {"inbox": doing.conversation.inbox_id, "team": doing.conversation.team_id}


def _move(doing: Doing) -> bool:
    return _move_to(doing, doing.what("inbox"))


def _move_to(doing: Doing, inbox_id: int | None) -> bool:
    if doing.conversation.inbox_id == inbox_id:
        return False
    to = next((inbox for inbox in doing.by.inboxes if inbox.pk == inbox_id), None)
    if to is None:
        raise Refused(_("You do not read that inbox any more."))
    doing.conversation.move(to=to, by=doing.by, at=doing.at)
    return True


def _move_back(doing: Doing) -> None:
    before = doing.item.before
    _move_to(doing, before["inbox"])
    if before["team"]:  # moving takes a team off
        _give(doing, doing.conversation.assignee_id, before["team"])


ACTS: Mapping[str, Doer] = {
    Act.ASSIGN: Doer(_owner, _assign, _give_back, frozenset({Kind.ASSIGNED, Kind.MOVED})),
    Act.TAG: Doer(_tagged, _tag, _take_tag_off,
                  frozenset({Kind.TAGGED, Kind.UNTAGGED})),
    Act.UNTAG: Doer(_tagged, _untag, _put_tag_on,
                    frozenset({Kind.TAGGED, Kind.UNTAGGED})),
    Act.SNOOZE: Doer(_asleep, _snooze, _wake, THEY_WENT_ON | {Kind.SNOOZED, Kind.WOKEN}),
    Act.END: Doer(_open, _end, _unend, THEY_WENT_ON | {Kind.SNOOZED}),
    Act.MOVE: Doer(_place, _move, _move_back, frozenset({Kind.MOVED, Kind.ASSIGNED})),
}  # fmt: skip
