"""The pulse: learns of committed rows, seals the journal, feeds live updates, wakes the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing

from django.db import close_old_connections
from django.utils import timezone

from wingbeat.config.live.feeding import Feed
from wingbeat.config.live.relaying import heard
from wingbeat.config.running.bells import Bells
from wingbeat.config.running.changes import PRESENCE_CHANNEL, WORK_CHANNEL, Change, changes
from wingbeat.desk.conversations.presence import Registry
from wingbeat.desk.journal import sealing

BELL = "pulse"
BEATS_EVERY = 1.0  # seconds, even if nothing seems to have changed
WHILE_SEALING_LAGS = 0.1  # another process has the lock, or holds entries back
WORKERS = ("mail", "outbox", "jobs")


class Pulse:
    """One a process. `feed` is None where no page is served."""

    def __init__(self, bells: Bells, registry: Registry, feed: Feed | None) -> None:
        self._bells = bells
        self._registry = registry
        self._feed = feed
        self._lags_since: float | None = None
        self._beat_at = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        with closing(changes()) as news:
            self._beat()
            while not stop.is_set():
                pause = BEATS_EVERY if self._lags_since is None else WHILE_SEALING_LAGS
                self._wake(news.wait(pause, self._bells[BELL]))
                self._beat()

    def lag(self) -> float:
        """Return for how many seconds an entry has waited to be sealed, or nobody has looked."""
        now = time.monotonic()
        since = now if self._lags_since is None else self._lags_since
        return max(now - since, now - self._beat_at - BEATS_EVERY, 0.0)

    def _wake(self, told: Sequence[Change]) -> None:
        for change in told:
            if change.channel == PRESENCE_CHANNEL:
                heard(self._registry, change.text)
        texts = {change.text for change in told if change.channel == WORK_CHANNEL}
        self._bells.ring(*(WORKERS if "" in texts else texts.intersection(WORKERS)))

    def _beat(self) -> None:
        while sealing.seal():
            pass
        if sealing.is_behind():
            self._lags_since = self._lags_since or time.monotonic()
        else:
            self._lags_since = None
        if self._feed is not None:
            now = timezone.now()
            self._feed.advance(now=now)
            self._registry.sweep(at=now)
        close_old_connections()
        self._beat_at = time.monotonic()
