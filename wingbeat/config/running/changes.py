"""How a process learns that rows were committed, by itself or by another process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from wingbeat.config.running.bells import Bell

WORK_CHANNEL = "wingbeat"
PRESENCE_CHANNEL = "wingbeat_here"
POLL_SECONDS = 0.05  # a poll takes 6 microseconds, so this costs a third of a percent of a core


@dataclass(frozen=True, slots=True)
class Change:
    """Something was committed, or said on a channel; an empty text means it may be anything."""

    channel: str
    text: str = ""


class Changes(Protocol):
    """Waits for changes."""

    def wait(self, seconds: float, bell: Bell) -> list[Change]:
        """Return what happened, at the latest after `seconds`, or soon after the bell was rung."""

    def close(self) -> None:
        """Give back what waiting needs."""


class DataVersion:
    """SQLite: a counter that grows whenever any other connection has committed."""

    def __init__(self) -> None:
        self._version = self._read()

    def wait(self, seconds: float, bell: Bell) -> list[Change]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            version = self._read()
            if version != self._version:
                self._version = version
                return [Change(WORK_CHANNEL)]
            if bell.wait(POLL_SECONDS):
                break
        return []

    def close(self) -> None:
        """It has nothing of its own: the thread's connection is closed with the thread."""

    def _read(self) -> int:
        connection.ensure_connection()
        raw: Any = connection.connection
        return int(raw.execute("PRAGMA data_version").fetchone()[0])


class Notifications:
    """PostgreSQL: what other sessions said with NOTIFY, on a connection of its own."""

    def __init__(self) -> None:
        own = connection.copy()
        own.ensure_connection()
        self._raw: Any = own.connection
        self._raw.execute(f"LISTEN {WORK_CHANNEL}")
        self._raw.execute(f"LISTEN {PRESENCE_CHANNEL}")

    def wait(self, seconds: float, bell: Bell) -> list[Change]:
        deadline = time.monotonic() + seconds
        heard: list[Change] = []
        while not heard and not bell.wait(0) and time.monotonic() < deadline:
            heard += self._hear(timeout=0.25, stop_after=1)
        return [*heard, *self._hear(timeout=0)]

    def close(self) -> None:
        self._raw.close()

    def _hear(self, **how: float) -> list[Change]:
        return [Change(said.channel, said.payload) for said in self._raw.notifies(**how)]


def changes() -> Changes:
    """Return what suits the desk's database; call it in the thread that will wait."""
    return Notifications() if connection.vendor == "postgresql" else DataVersion()
