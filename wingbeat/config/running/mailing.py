"""The threads of a desk that carry mail: they take it, judge it, and hand replies in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from wingbeat.channels.mail import (
    filtering,
    handing_in,
    intake,
    receipts,
    rule_answers,
    sending,
    smtp_in,
    watching,
    working,
)
from wingbeat.channels.webhooks import calling
from wingbeat.config.running import locking
from wingbeat.config.running.bells import Bell, Bells
from wingbeat.config.running.crew import Hand, Work
from wingbeat.desk.automation import acting, routing
from wingbeat.desk.care import notifying
from wingbeat.desk.insights import evaluating, measuring

# An undo window ends by itself, so nothing rings when a reply becomes due.
LOOK_SECONDS = 0.5
SETTLE_SECONDS = 2.0  # what a crash left in doubt is to be seen within ten seconds
TURN_SECONDS = 2.0
ROUTES_SECONDS = 1.0
LAWS_SECONDS = 5.0
AT_LEISURE = 3.0  # rests so many times as long as it worked, so that pages and mail go first


def hands(bells: Bells) -> Iterator[Hand]:
    """Yield every thread that carries mail. None waits for another's mail server."""
    bells.attach("mail", intake.stored.set)
    yield Hand("judging mail", working.work)
    for turn in ("sending mail", "sending mail beside"):
        # each serves another inbox, so that a server that hangs does not hold up every reply
        yield Hand(turn, partial(again, sending.send_due, bells["outbox"], LOOK_SECONDS))
    yield Hand(
        "settling replies",
        partial(again, sending.settle_stranded, bells["settling"], SETTLE_SECONDS),
    )
    yield Hand("receipts", partial(again, receipts.send_receipts, bells["receipts"], LOOK_SECONDS))
    yield Hand("routing", partial(again, routing.route, bells["routing"], ROUTES_SECONDS))
    rules = partial(acting.act_on_events, say=rule_answers.answer)
    yield Hand("rules", partial(again, rules, bells["rules"], ROUTES_SECONDS))
    moments = partial(again, evaluating.evaluate_news, bells["moments"], ROUTES_SECONDS)
    yield Hand("moments", partial(moments, rest=AT_LEISURE))
    notify = partial(notifying.notify_of_events, hushed=filtering.hushes)
    yield Hand("notifications", partial(again, notify, bells["notifications"], ROUTES_SECONDS))
    yield Hand("laws", partial(again, measuring.measure_when_due, bells["laws"], LAWS_SECONDS))
    yield Hand("webhooks", partial(again, calling.owe_calls, bells["webhooks"], ROUTES_SECONDS))
    yield Hand(
        "calling webhooks", partial(again, calling.make_calls, bells["calls"], ROUTES_SECONDS)
    )
    yield Hand("fetching mail", watching.watch_all)
    bells.attach("pipe", partial(handing_in.ring, settings.HOME))
    yield Hand("mail by pipe", partial(in_turn, "pipe.lock", handing_in.serve, bells["pipe turn"]))
    if settings.WINGBEAT["smtp_listen"]:
        yield Hand(
            "mail by SMTP", partial(in_turn, "smtp.lock", smtp_in.listen, bells["smtp turn"])
        )


def again(
    call: Callable[[datetime], int],
    bell: Bell,
    seconds: float,
    stop: threading.Event,
    rest: float = 0.0,
) -> None:
    """Make a call again and again: at once while it finds work, else when the bell rings.

    With `rest`, a multiple of the time each call took passes before the next, or the bell rings.
    """
    while not stop.is_set():
        began = time.monotonic()
        done = call(timezone.now())
        close_old_connections()
        if rest or not done:
            bell.wait(rest * (time.monotonic() - began) if done else seconds)


def in_turn(lock: str, work: Work, bell: Bell, stop: threading.Event) -> None:
    """Do what only one process of this folder can do: the next takes over when that one ends."""
    while not stop.is_set():
        try:
            with locking.held(settings.HOME, lock):
                work(stop)
                return
        except locking.AlreadyRunning:
            bell.wait(TURN_SECONDS)
