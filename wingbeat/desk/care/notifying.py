"""Notifying: who is concerned by what was done, read from the journal and, for promises, the clock.

Nobody hears of what they did themselves, of spam, or of what they may not read. A reason that
stands unseen is added to and rings no second time: ten lines of a chat are one notification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from wingbeat.desk.care.notification import Notification, Why
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.mentioning import Following, Mention
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

READER = "notifications"
# A promise that is long past stands in Today; nobody is told of it again and again.
LATELY = timedelta(days=7)
FAILURES = frozenset({Kind.REPLY_FAILED, Kind.REPLY_IN_DOUBT, Kind.REPLY_BOUNCED})
MOVES = FAILURES | {
    Kind.MESSAGE_RECEIVED,
    Kind.REPLY_QUEUED,
    Kind.NOTE_ADDED,
    Kind.ASSIGNED,
    Kind.MOVED,
    Kind.ENDED,
    Kind.SOLVED,
    Kind.REOPENED,
}


# Says of a conversation that nobody is to hear of what customers and the desk itself do there.
Hushed = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something done in a conversation, as it is read now."""

    entry: Entry
    conversation: Conversation


def _nobody(_conversation_id: int) -> bool:
    return False


def notify_of_events(now: datetime, hushed: Hushed = _nobody, limit: int = 500) -> int:
    """Read on in the journal and tell whomever it concerns; return how many were told anew."""

    def act(entries: Sequence[Entry]) -> int:
        system = Agent.objects.system().pk
        return sum(
            _tell_all(happened)
            for happened in _happened(entries)
            if happened.entry.agent_id != system or not hushed(happened.conversation.pk)
        )

    return reading.read_on(READER, act, limit)


@transaction.atomic
def notify_of_promises(now: datetime) -> int:
    """Tell those who have to keep a promise once when it comes near; return how many were told."""
    told = 0
    heard = Notification.objects.filter(
        why=Why.PROMISE, conversation=OuterRef("conversation"), at__gte=OuterRef("warn_at")
    )
    near = Promise.objects.near(now).filter(~Exists(heard), warn_at__gt=now - LATELY)
    system = Agent.objects.system()
    for promise in near.select_related("conversation__assignee", "by"):
        whole = Conversation.objects.get(pk=whole_of(promise.conversation_id))
        keeper = whole.assignee if whole.assignee and whole.assignee.is_active else promise.by
        if not _has_heard(keeper, whole, since=promise.warn_at):
            told += _tell(keeper, whole, Why.PROMISE, by=system.pk, at=now)
    return told


def _has_heard(keeper: Agent, whole: Conversation, *, since: datetime) -> bool:
    """Say whether somebody was told of a promise here since then, or of an earlier one.

    A conversation may hold several, and some in what was merged into it. What still stands unseen,
    or was seen since, tells of all of them: the clock must not add to it every minute.
    """
    theirs = Q(seen_at__isnull=True) | Q(seen_at__gte=since)
    told = Notification.objects.filter(conversation=whole, why=Why.PROMISE)
    return told.filter(Q(at__gte=since) | theirs & Q(agent=keeper)).exists()


def concerned(happened: Happened) -> dict[int, Why]:
    """Return whom something concerns, by id, each for the strongest reason."""
    found: dict[int, Why] = {}
    for agent_id, why in (*_named(happened), *_whose(happened), *_following(happened)):
        if agent_id is not None and agent_id != happened.entry.agent_id:
            found.setdefault(agent_id, why)
    return found


def _named(happened: Happened) -> Iterator[tuple[int | None, Why]]:
    entry = happened.entry
    if entry.kind == Kind.ASSIGNED:
        to_agent = entry.facts.get("to_agent")
        yield (to_agent if isinstance(to_agent, int) else None), Why.ASSIGNED
    if entry.kind == Kind.NOTE_ADDED:
        for mention in Mention.objects.filter(message=entry.message_id):
            yield mention.agent_id, Why.MENTIONED


def _whose(happened: Happened) -> Iterator[tuple[int | None, Why]]:
    entry, assignee_id = happened.entry, happened.conversation.assignee_id
    if entry.kind in FAILURES:
        writer = Message.objects.filter(
            pk=entry.message_id or 0, automatic="", agent__is_active=True
        )
        agent_id = writer.values_list("agent_id", flat=True).first()
        yield agent_id or assignee_id, Why.FAILED
    if entry.kind == Kind.MESSAGE_RECEIVED:
        yield assignee_id, Why.WORDS


def _following(happened: Happened) -> Iterator[tuple[int | None, Why]]:
    for following in Following.objects.filter(conversation=happened.conversation):
        yield following.agent_id, Why.FOLLOWED


def _happened(entries: Sequence[Entry]) -> Iterator[Happened]:
    for entry in entries:
        if entry.kind not in MOVES or entry.conversation_id is None:
            continue
        if entry.facts.get("margin") or entry.facts.get("automatic"):
            continue
        whole = Conversation.objects.filter(pk=whole_of(entry.conversation_id)).first()
        if whole is not None and not whole.is_spam:
            yield Happened(entry, whole)


def _tell_all(happened: Happened) -> int:
    found = concerned(happened)
    people: Mapping[int, Agent] = Agent.objects.at_work().in_bulk(list(found)) if found else {}
    by, at = happened.entry.agent_id, happened.entry.at
    return sum(
        _tell(people[pk], happened.conversation, why, by=by, at=at)
        for pk, why in found.items()
        if pk in people
    )


def _tell(agent: Agent, conversation: Conversation, why: Why, *, by: int, at: datetime) -> bool:
    """Tell one agent, if they want to hear of it and may read it; say whether it is news."""
    if why in agent.untold or not agent.is_active or not conversation.is_visible_to(agent):
        return False
    unseen = Notification.objects.unseen().filter(agent=agent, conversation=conversation, why=why)
    if unseen.update(times=F("times") + 1):
        return False
    row = Notification.objects.create(
        agent=agent, conversation=conversation, why=why, by_id=by, at=at
    )
    record(
        Kind.AGENT_NOTIFIED,
        by=Agent.objects.system(),
        at=at,
        on=conversation,
        facts={"notification": row.pk, "why": str(why)},
    )
    return True
