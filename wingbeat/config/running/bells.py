"""Bells: how a thread that waits for work is woken when there is some, or when all must stop."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Bell:
    """One thread waits on it; any may ring."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Wait until somebody rings, at most so long; a ring from before counts."""
        has_rung = self._rung.wait(seconds)
        self._rung.clear()
        return has_rung


class Bells:
    """The bells of one process, by the name of the work they announce."""

    def __init__(self) -> None:
        self._bells: dict[str, Bell] = {}
        self._others: dict[str, Callable[[], object]] = {}

    def attach(self, name: str, ring: Callable[[], object]) -> None:
        """Ring also something that a thread of another module waits for."""
        self._others[name] = ring

    def __getitem__(self, name: str) -> Bell:
        return self._bells.setdefault(name, Bell())

    def ring(self, *names: str) -> None:
        for name in names:
            self[name].ring()
            if name in self._others:
                self._others[name]()

    def ring_all(self) -> None:
        self.ring(*{*self._bells, *self._others})
