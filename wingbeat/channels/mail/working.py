"""The thread that judges mail: woken by whatever is stored, in order of arrival."""

from __future__ import annotations

import logging
import threading
import time

from django.db import connection, transaction
from django.utils import timezone

from wingbeat.channels.mail import intake
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.models import RawMail

_log = logging.getLogger(__name__)
# Mail stored by another process rings no bell here.
LOOK_SECONDS = 1.0
# A new block or filter is seen within this time; a new inbox or address at once.
DOOR_SECONDS = 5.0
LONGEST_PAUSE = 30.0


def work(stop: threading.Event) -> None:
    """Judge mail as it comes, until told to stop."""
    suspect()
    door, opened = Door.open(), time.monotonic()
    pause = LOOK_SECONDS
    while not stop.is_set():
        intake.stored.clear()
        try:
            if time.monotonic() - opened > DOOR_SECONDS and RawMail.objects.to_judge().exists():
                door, opened = Door.open(), time.monotonic()
            judged = intake.judge_stored(at=timezone.now(), door=door)
            pause = LOOK_SECONDS
        except intake.TROUBLE as error:
            _log.warning("The desk cannot judge mail now: %s", error)
            connection.close_if_unusable_or_obsolete()
            judged, pause = 0, min(pause * 2, LONGEST_PAUSE)
            stop.wait(pause)
        if not judged:
            intake.stored.wait(pause)


def suspect() -> None:
    """Count an attempt against the first mail in line, before it is read.

    If this process died while it judged, that mail may be why. A mail that ends the process again
    and again is thus given up like any other that cannot be read. One that another worker reads
    just now ended nobody.
    """
    with transaction.atomic():
        first = RawMail.objects.to_judge().first()
        if first is not None and RawMail.objects.claim(first.pk):
            intake.count_crash(first)
