"""The threads of a desk that carry mail: they take it, judge it, and hand replies in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from wingbeat.channels.mail import receipts, sending, smtp_in, working
from wingbeat.config.running.bells import Bell, Bells
from wingbeat.config.running.crew import Hand

# An undo window ends by itself, so nothing rings when a reply becomes due.
LOOK_SECONDS = 0.5


def hands(bells: Bells) -> Iterator[Hand]:
    """Yield every thread that carries mail."""
    yield Hand("judging mail", working.work)
    yield Hand("sending mail", partial(send, bell=bells["sending mail"]))
    if settings.WINGBEAT["smtp_listen"]:
        yield Hand("listening for mail", smtp_in.listen)


def send(stop: threading.Event, bell: Bell) -> None:
    """Hand replies in as they become due, and settle what a crash has left."""
    while not stop.is_set():
        now = timezone.now()
        done = sending.settle_stranded(now) + receipts.send_receipts(now) + sending.send_due(now)
        close_old_connections()
        if not done:
            bell.wait(LOOK_SECONDS)
