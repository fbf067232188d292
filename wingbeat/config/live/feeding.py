"""From the journal to the hub: what happened, told to those who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wingbeat.config.live.hub import Event, Hub
from wingbeat.desk.care.notification import Notification
from wingbeat.desk.conversations import audience
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.presence import Present, Registry, without
from wingbeat.desk.conversations.visibility import Reader, Seen
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind

MOST_MISSED = 500  # entries; after a longer absence a page looks at its list anew
SHUTS_OUT = frozenset({Kind.RESTRICTED, Kind.MOVED, Kind.ASSIGNED})
CHANGES_PEOPLE = frozenset({Kind.AGENT_CHANGED, Kind.TEAM_CHANGED, Kind.INBOX_CHANGED})


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, with the conversation it is shown in and what decides who may see that."""

    entry: Entry
    seen: Seen | None
    shown_in: int | None


class Feed:
    """Follows the journal from where it stood when this process began."""

    def __init__(self, hub: Hub, registry: Registry) -> None:
        self._hub = hub
        self._registry = registry
        self._position = reading.head()

    @property
    def position(self) -> int:
        """The journal's position up to which streams have been told."""
        return self._position

    def advance(self, *, now: datetime) -> int:
        """Tell of every entry sealed since; return how many there were."""
        count = 0
        while entries := reading.after(self._position):
            self._position = entries[-1].position or self._position
            count += len(entries)
            agent_ids = self._hub.agents()
            if agent_ids:
                for event, to in events(entries, agent_ids):
                    self._hub.send(event, to)
            self._shut_out(entries, now)
        return count

    def _shut_out(self, entries: Sequence[Entry], now: datetime) -> None:
        watched = self._registry.conversations()
        if not any(entry.kind in CHANGES_PEOPLE for entry in entries):
            watched &= {e.conversation_id or 0 for e in entries if e.kind in SHUTS_OUT}
        if not watched:
            return
        here = {pk: [p.agent_id for p in self._registry.who(pk, at=now)] for pk in watched}
        readers = audience.readers(agent_id for ids in here.values() for agent_id in ids)
        seen = audience.conversations(watched)
        for pk, agent_ids in here.items():
            out = [a for a in agent_ids if not (pk in seen and readers[a].may_see(seen[pk]))]
            if out:
                self._registry.expel(pk, out, at=now)


def missed(position: int, agent_id: int) -> list[Event]:
    """Return what an agent's stream has missed since a position; after long, one "look again"."""
    entries = reading.after(position, limit=MOST_MISSED + 1)
    if len(entries) > MOST_MISSED:
        return [Event("inbox", {"id": None}, reading.head())]
    return [event for event, to in events(entries, {agent_id}) if agent_id in to]


def events(entries: Sequence[Entry], agent_ids: set[int]) -> list[tuple[Event, set[int]]]:
    """Return the events of a batch of entries, each with the agents it is for.

    One event a conversation and entry, then one an inbox: "look at your list again".
    """
    readers = audience.readers(agent_ids).values()
    told = list(_told(entries))
    lists: dict[int, set[int]] = {}
    result: list[tuple[Event, set[int]]] = []
    for one in told:
        to = {reader.agent_id for reader in readers if _may_hear(reader, one)}
        if one.entry.kind == Kind.AGENT_NOTIFIED:
            result += _concern(one, to)
            continue
        if one.entry.conversation_id and to:
            result.append((_event(one), to))
        for inbox_id, whose in _lists(one, to, readers):
            lists.setdefault(inbox_id, set()).update(whose)
    newest = entries[-1].position if entries else None
    return result + [
        (Event("inbox", {"id": inbox_id}, newest), to) for inbox_id, to in lists.items() if to
    ]


def _concern(told: Told, to: set[int]) -> Iterable[tuple[Event, set[int]]]:
    """Tell one agent that something concerns them, and nobody else that it does."""
    row = Notification.objects.filter(pk=told.entry.facts["notification"], seen_at__isnull=True)
    theirs = to & set(row.values_list("agent_id", flat=True))
    if theirs:
        yield Event("notification", {"id": told.shown_in}, told.entry.position), theirs


def presence(
    conversation_id: int, who: tuple[Present, ...], agent_ids: set[int]
) -> Iterable[tuple[Event, set[int]]]:
    """Yield the events that tell who looks at a conversation, each with the agents it is for.

    Whoever is there hears of the others; so does everybody with it in their list, if they may
    see it at this moment.
    """
    here = {one.agent_id for one in who} & agent_ids
    for agent_id in here:
        yield _present(conversation_id, without(who, agent_id)), {agent_id}
    readers = audience.readers(agent_ids - here).values() if agent_ids - here else ()
    seen = audience.conversations([conversation_id]).get(conversation_id) if readers else None
    to = {reader.agent_id for reader in readers if seen and reader.may_see(seen)}
    if to:
        yield _present(conversation_id, who), to


def _present(conversation_id: int, who: Iterable[Present]) -> Event:
    told = [{"name": p.name, "initials": p.initials, "typing": p.is_typing} for p in who]
    return Event("presence", {"conversation": conversation_id, "who": told})


def _told(entries: Sequence[Entry]) -> Iterable[Told]:
    seen = audience.conversations(e.conversation_id for e in entries if e.conversation_id)
    merged = {pk: whole_of(pk) for pk, facts in seen.items() if facts.merged_into_id is not None}
    # who may read the whole decides: it is the whole whose number they are told
    seen |= audience.conversations(merged.values())
    for entry in entries:
        shown_in = merged.get(entry.conversation_id or 0, entry.conversation_id)
        yield Told(entry, seen.get(shown_in or 0), shown_in)


def _event(told: Told) -> Event:
    entry = told.entry
    facts = {"id": told.shown_in, "kind": entry.kind, "message": entry.message_id}
    return Event("conversation", facts, entry.position)


def _may_hear(reader: Reader, told: Told) -> bool:
    if told.seen is not None:
        return reader.may_see(told.seen)
    inbox_id = told.entry.inbox_id
    return told.entry.conversation_id is None and inbox_id is not None and reader.may_read(inbox_id)


def _lists(told: Told, to: set[int], readers: Iterable[Reader]) -> Iterable[tuple[int, set[int]]]:
    """Which lists change. One that a conversation has left changes for who saw it there before."""
    entry = told.entry
    if entry.inbox_id is not None:
        yield entry.inbox_id, to
    if told.seen is None:
        return
    left = entry.facts.get("from_inbox") if entry.kind == Kind.MOVED else entry.inbox_id
    was_open = not told.seen.is_restricted or entry.kind == Kind.RESTRICTED
    if entry.kind in {Kind.MOVED, Kind.RESTRICTED} and isinstance(left, int) and was_open:
        yield left, {reader.agent_id for reader in readers if reader.may_read(left)}
