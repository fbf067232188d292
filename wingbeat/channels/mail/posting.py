"""The thread that sends: it looks whenever it is woken and every second, whatever else happens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from wingbeat.channels.mail.receipts import send_receipts
from wingbeat.channels.mail.sending import send_due, settle_stranded

log = logging.getLogger(__name__)
# Undo windows end at any moment, and another process rings no bell here.
LOOK_SECONDS = 1.0
LONGEST_PAUSE = 30.0


def work(stop: threading.Event, wait: Callable[[float], object] | None = None) -> None:
    """Send what is due until told to stop. `wait` returns early when a reply was queued."""
    pause = LOOK_SECONDS
    while not stop.is_set():
        try:
            busy = look(timezone.now())
            pause = LOOK_SECONDS
        except DatabaseError as error:
            log.warning("The desk cannot send now: %s", error)
            busy, pause = 0, min(pause * 2, LONGEST_PAUSE)
        close_old_connections()
        if not busy:
            (wait or stop.wait)(pause)


def look(now: datetime) -> int:
    """Settle what a dead process left, confirm first words, send what is due; return how much."""
    return settle_stranded(now) + send_receipts(now) + send_due(now)
