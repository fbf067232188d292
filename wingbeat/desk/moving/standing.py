"""Who acts next in a conversation of an old desk, told by its words and by what that desk says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.due import WAITING, end_due, stop_waiting, waiting
from wingbeat.desk.conversations.ending import Ending, Reason
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.snoozing import Snooze
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.desk.moving.shapes import OldConversation, OldMessage
from wingbeat.desk.people.models import Agent

Said = tuple[str, datetime]


def stand(
    row: Conversation,
    old: OldConversation,
    added: Sequence[OldMessage],
    *,
    is_new: bool,
    by: Agent,
    at: datetime,
) -> list[Ending | Snooze]:
    """Set the columns of a conversation that came in; return its rows of state, not saved yet.

    What an agent here has ended meanwhile stays ended.
    """
    said: list[Said] = [(m.kind, m.said.at) for m in added if not m.said.automatic]
    if not is_new:
        there = Message.objects.filter(conversation=row, automatic="", in_margin=False)
        said = list(there.values_list("kind", "at"))
    rows: list[Ending | Snooze] = []
    _show(row, added)
    if old.ended_at is not None:
        rows += _end(row, old.ended_at, by=by)
    elif not (row.is_over and row.endings.exclude(reason=Reason.DONE_ELSEWHERE).exists()):
        _open(row, said, at=at)
    if old.wakes_at is not None and old.wakes_at > at and row.snoozed_until != old.wakes_at:
        rows.append(Snooze(conversation=row, until=old.wakes_at, by=by, at=at))
        row.snoozed_until = old.wakes_at
    return rows


def _show(row: Conversation, added: Sequence[OldMessage]) -> None:
    row.has_attachments |= any(not f.is_inline for m in added for f in m.said.attachments)
    last = max(added, key=lambda one: one.said.at, default=None)
    if last is not None and last.said.at >= row.latest_at:
        row.latest_at = last.said.at
        row.excerpt = excerpt_of(last.said.text_new or last.said.text)


def _end(row: Conversation, ended_at: datetime, *, by: Agent) -> list[Ending]:
    reason = Reason.DONE_ELSEWHERE
    new = [] if row.is_over else [Ending(conversation=row, reason=reason, by=by, at=ended_at)]
    row.state = row.state if row.is_over else State.ENDED
    stop_waiting(row)
    row.end_due_at, row.snoozed_until = None, None
    return new


def _open(row: Conversation, said: Sequence[Said], *, at: datetime) -> None:
    answered = max((when for kind, when in said if kind == MessageKind.AGENT), default=None)
    since = min(
        (
            when for kind, when in said
            if kind == MessageKind.CUSTOMER and (answered is None or when > answered)
        ),
        default=None,
    )  # fmt: skip
    row.state = State.US if since else State.CUSTOMER if answered else State.QUIET
    if since is None:
        stop_waiting(row)
    elif since != row.waits_for_us_since:
        columns = waiting(row.inbox, row.customer, since=at, is_first=answered is None)
        for name in WAITING:
            setattr(row, name, columns[name])
        row.waits_for_us_since = since
        row.end_due_at = row.end_due_at or end_due(row.inbox, row.customer, since=at)
