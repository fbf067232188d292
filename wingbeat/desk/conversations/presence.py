"""Who looks at a conversation now, and who types; kept in memory and nowhere else.

Screens call `arrive` when somebody opens a conversation, again every 15 seconds while they stay
and with `is_typing` while they type, and `leave` when they go. Whoever calls has found the
conversation through the visibility rule first. The program around the desk listens to `registry`
and tells the others who are there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from wingbeat.desk.people.models import Agent

STAYS_FOR = timedelta(seconds=45)  # three signs of life, and one of them may get lost
TYPES_FOR = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who looks at a conversation."""

    agent_id: int
    name: str
    initials: str
    is_typing: bool
    draft_version: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of life in a conversation, or that somebody has gone.

    `draft_version` grows when words were saved in a draft that others read; 0 says nothing of it.
    """

    conversation_id: int
    agent_id: int
    name: str
    initials: str
    at: datetime
    is_typing: bool = False
    is_gone: bool = False
    draft_version: int = 0

    def seen(self, at: datetime) -> Present:
        """Return what others see of it at a time."""
        is_typing = self.is_typing and at < self.at + TYPES_FOR
        return Present(self.agent_id, self.name, self.initials, is_typing, self.draft_version)


Listener = Callable[[Sign], None]


class Picture(Protocol):
    """Whoever shows who is here."""

    def __call__(
        self, conversation_id: int, who: tuple[Present, ...], /, *, is_for_lists: bool
    ) -> None: ...


class Registry:
    """Everybody's latest sign, by conversation. Threads may share it.

    `on_sign` is told of every sign given here, so that it can reach other processes; `on_change`
    is told when who is here, who types, or what was saved has changed, and whether it concerns
    lists: they do not tell what was saved.
    """

    def __init__(self) -> None:
        self.on_sign: Listener = _nobody_listens
        self.on_change: Picture = _nobody_looks
        self._signs: dict[int, dict[int, Sign]] = {}
        self._shown: dict[int, tuple[Present, ...]] = {}
        self._lock = threading.Lock()
        self._telling = threading.Lock()  # pictures are told in the order they were taken in

    def give(self, sign: Sign) -> None:
        """Take a sign given in this process, and pass it on."""
        try:
            self.take(sign)
        finally:  # other processes hear it even where showing it here failed
            self.on_sign(sign)

    def take(self, sign: Sign) -> None:
        """Take a sign, given here or in another process."""
        with self._lock:
            here = self._signs.setdefault(sign.conversation_id, {})
            if sign.is_gone:
                here.pop(sign.agent_id, None)
            else:
                known = here.get(sign.agent_id)
                if known is not None and not sign.draft_version:
                    sign = replace(sign, draft_version=known.draft_version)
                here[sign.agent_id] = sign
        self._tell([sign.conversation_id], sign.at)

    def who(self, conversation_id: int, *, at: datetime) -> tuple[Present, ...]:
        """Return who is there, by name."""
        with self._lock:
            signs = list(self._signs.get(conversation_id, {}).values())
        here = [sign.seen(at) for sign in signs if at < sign.at + STAYS_FOR]
        return tuple(sorted(here, key=lambda present: (present.name, present.agent_id)))

    def conversations(self) -> set[int]:
        """Return the conversations somebody looks at."""
        with self._lock:
            return set(self._signs)

    def expel(self, conversation_id: int, agent_ids: Iterable[int], *, at: datetime) -> None:
        """Forget people who may not see a conversation any more."""
        with self._lock:
            here = self._signs.get(conversation_id, {})
            for agent_id in agent_ids:
                here.pop(agent_id, None)
        self._tell([conversation_id], at)

    def sweep(self, *, at: datetime) -> None:
        """Notice who has fallen silent."""
        with self._lock:
            for here in self._signs.values():
                for agent_id in [a for a, sign in here.items() if at >= sign.at + STAYS_FOR]:
                    del here[agent_id]
            watched = set(self._signs) | set(self._shown)
        self._tell(watched, at)

    def _tell(self, conversation_ids: Iterable[int], at: datetime) -> None:
        for conversation_id in conversation_ids:
            with self._telling:
                picture = self.who(conversation_id, at=at)
                with self._lock:
                    before = self._shown.get(conversation_id, ())
                    if picture:
                        self._shown[conversation_id] = picture
                    else:
                        self._shown.pop(conversation_id, None)
                    if not self._signs.get(conversation_id):
                        self._signs.pop(conversation_id, None)
                if before != picture:
                    is_for_lists = _who(before) != _who(picture)
                    self.on_change(conversation_id, picture, is_for_lists=is_for_lists)


def _who(picture: tuple[Present, ...]) -> list[tuple[int, bool]]:
    """What lists tell of it: who is there and types, not what was saved."""
    return [(one.agent_id, one.is_typing) for one in picture]


def _nobody_listens(sign: Sign) -> None:
    """Without other processes nobody else has to hear a sign."""


def _nobody_looks(conversation_id: int, who: tuple[Present, ...], /, *, is_for_lists: bool) -> None:
    """Without open streams nobody has to be shown who is here."""


registry = Registry()


def arrive(conversation_id: int, *, by: Agent, at: datetime, is_typing: bool = False) -> None:
    """Say that an agent is here, still here, or types."""
    registry.give(Sign(conversation_id, by.pk, by.name, by.initials, at, is_typing=is_typing))


def saved(conversation_id: int, *, by: Agent, at: datetime) -> None:
    """Say that an agent has written on in a draft that others read."""
    version = int(at.timestamp() * 1000)
    registry.give(
        Sign(
            conversation_id, by.pk, by.name, by.initials, at, is_typing=True, draft_version=version
        )
    )


def leave(conversation_id: int, *, by: Agent, at: datetime) -> None:
    """Say that an agent has gone."""
    registry.give(Sign(conversation_id, by.pk, by.name, by.initials, at, is_gone=True))


def others(conversation_id: int, than: Agent, *, at: datetime) -> tuple[Present, ...]:
    """Return who else looks at a conversation, by name; it asks nothing of the database."""
    return without(registry.who(conversation_id, at=at), than.pk)


def without(who: tuple[Present, ...], agent_id: int) -> tuple[Present, ...]:
    return tuple(present for present in who if present.agent_id != agent_id)
