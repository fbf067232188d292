"""The crew: threads that each do one thing, and are started again when they break down."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connections

from wingbeat.config.running.bells import Bells

log = logging.getLogger(__name__)
FIRST_PAUSE = 1.0  # seconds before a broken thread is started again; doubled each time
LONGEST_PAUSE = 60.0
SOUND_AFTER = 300.0  # seconds of work after which an earlier breakdown is forgotten

Work = Callable[[threading.Event], None]


@dataclass(frozen=True, slots=True)
class Hand:
    """One member of the crew. Its work returns soon after the event is set, or with none left."""

    name: str
    work: Work


@dataclass(slots=True)
class State:
    """How a member of the crew is doing."""

    is_up: bool = False
    breakdowns: int = 0
    why: str = ""


class Crew:
    """Threads of one process that start together, are watched, and stop together."""

    def __init__(self, hands: Iterable[Hand], bells: Bells) -> None:
        self.states: dict[str, State] = {}
        self._bells = bells
        self._stop = threading.Event()
        self._stopped_at = 0.0
        self._threads: list[threading.Thread] = []
        for hand in hands:
            self.states[hand.name] = State()
            # daemons: a thread that hangs in a library must not keep the process alive
            self._threads.append(
                threading.Thread(target=self._watch, args=[hand], name=hand.name, daemon=True)
            )

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Tell everybody to stop, without waiting."""
        self._stopped_at = self._stopped_at or time.monotonic()
        self._stop.set()
        self._bells.ring_all()

    def join(self, seconds: float) -> list[str]:
        """Wait until everybody has stopped, at most so long after `stop`; return who has not."""
        deadline = (self._stopped_at or time.monotonic()) + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def down(self) -> list[str]:
        """Return who has broken down and not recovered."""
        return [name for name, state in self.states.items() if not state.is_up]

    def _watch(self, hand: Hand) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            if self._work(hand):
                return
            if time.monotonic() - began > SOUND_AFTER:
                pause = FIRST_PAUSE
            log.error("%s starts again in %.0f s", hand.name, pause)
            self._stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _work(self, hand: Hand) -> bool:
        state = self.states[hand.name]
        state.is_up = True
        try:
            hand.work(self._stop)
        except Exception as error:
            state.is_up = False
            state.breakdowns += 1
            state.why = f"{type(error).__name__}: {error}"
            log.exception("%s broke down", hand.name)
            return False
        finally:
            connections.close_all()  # a broken connection must not outlive what broke it
        return True
