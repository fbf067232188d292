"""The schedule: what the desk does by the clock, in one table that every process shares."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, close_old_connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from wingbeat.config.jobs.models import LastRun
from wingbeat.config.running.bells import Bell
from wingbeat.desk.conversations.view_counts import EVERY

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One call: its name, how often, and where it is; it takes the time.

    Slow ones, which wait for mail servers, are made in a thread of their own.
    """

    name: str
    every: timedelta
    call: str
    is_slow: bool = False


SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3_600, 86_400))
SCHEDULE = (
    Scheduled(
        "let replies leave that were put off",
        10 * SECOND,
        "wingbeat.desk.conversations.leaving_later.look",
    ),
    Scheduled(
        "wake snoozed conversations", 20 * SECOND, "wingbeat.config.jobs.waking.wake_conversations"
    ),
    Scheduled(
        "count what stands in views", EVERY, "wingbeat.desk.conversations.view_counts.count_views"
    ),
    Scheduled(
        "let rules act by the clock",
        30 * SECOND,
        "wingbeat.channels.mail.rule_answers.act_by_clock",
    ),
    Scheduled(
        "give out what waits to whoever is back",
        30 * SECOND,
        "wingbeat.desk.automation.routing.give_out",
    ),
    Scheduled(
        "bring holidays into the promises",
        DAY,
        "wingbeat.desk.automation.promising.compile_promises",
    ),
    Scheduled("prune done jobs", HOUR, "wingbeat.config.jobs.pruning.prune_jobs"),
    Scheduled(
        "forget what the API answered, and files no reply named",
        HOUR,
        "wingbeat.channels.api.models.forget_old",
    ),
    Scheduled(
        "forget old calls of webhooks",
        6 * HOUR,
        "wingbeat.channels.webhooks.subscribing.forget_old",
    ),
    Scheduled("forget old changes of settings", DAY, "wingbeat.desk.journal.changes.forget_old"),
    Scheduled("clear old sessions", DAY, "wingbeat.config.jobs.pruning.prune_sessions"),
    Scheduled(
        "tell of promises that come near", MINUTE, "wingbeat.desk.care.notifying.notify_of_promises"
    ),
    Scheduled(
        "mail what concerns agents and they have not seen",
        MINUTE,
        "wingbeat.screens.digesting.send_due",
        is_slow=True,
    ),
    Scheduled(
        "forget notifications that were seen", DAY, "wingbeat.desk.care.notification.forget_old"
    ),
    Scheduled(
        "forget automatic mail that no cap counts",
        6 * HOUR,
        "wingbeat.channels.mail.caps.forget_old",
    ),
    Scheduled(
        "take away what was kept long enough",
        DAY,
        "wingbeat.channels.privacy.retaining.tidy",
        is_slow=True,
    ),
    Scheduled(
        "settle doubts", 2 * MINUTE, "wingbeat.channels.mail.settling.settle_doubts", is_slow=True
    ),
    Scheduled(
        "reconcile mail accounts",
        DAY,
        "wingbeat.config.jobs.reconciling.reconcile_accounts",
        is_slow=True,
    ),
)


class Keeper:
    """Keeps a part of the schedule, and remembers when to look again."""

    def __init__(self, table: Sequence[Scheduled]) -> None:
        self._table = table
        self._look_at: dict[str, datetime] = {}

    def run_due(self, *, now: datetime, stop: threading.Event) -> list[str]:
        """Make every call that is due and that no other process makes; return their names.

        A call that fails is logged and made again when it is due next; it holds up no other.
        """
        made = []
        for scheduled in self._table:
            if stop.is_set() or now < self._look_at.get(scheduled.name, now):
                continue
            if claim(scheduled, now=now):
                made.append(scheduled.name)
                _call(scheduled)
            self._look_at[scheduled.name] = last_run(scheduled) + scheduled.every
        return made


def keep(stop: threading.Event, bell: Bell, *, slow: bool) -> None:
    """Keep the schedule until told to stop: the quick half of it, or the slow one."""
    keeper = Keeper([scheduled for scheduled in SCHEDULE if scheduled.is_slow == slow])
    while not stop.is_set():
        keeper.run_due(now=timezone.now(), stop=stop)
        bell.wait(1.0)
        close_old_connections()


def claim(scheduled: Scheduled, *, now: datetime) -> bool:
    """Take the turn for a call if it is due; of several processes exactly one gets it."""
    mine = LastRun.objects.filter(name=scheduled.name)
    if mine.exists():
        return bool(mine.filter(at__lte=now - scheduled.every).update(at=now))
    try:
        with transaction.atomic():
            LastRun.objects.create(name=scheduled.name, at=now)
    except IntegrityError:  # another process was quicker
        return False
    return True


def last_run(scheduled: Scheduled) -> datetime:
    return LastRun.objects.get(name=scheduled.name).at


def overdue(*, now: datetime) -> list[str]:
    """Return the calls that nobody has made for three times as long as they should take."""
    runs = dict(LastRun.objects.values_list("name", "at"))
    slack = timedelta(minutes=2)
    return [
        scheduled.name
        for scheduled in SCHEDULE
        if now - runs.get(scheduled.name, now) > 3 * scheduled.every + slack
    ]


def _call(scheduled: Scheduled) -> None:
    try:
        import_string(scheduled.call)(timezone.now())
    except Exception:
        log.exception("Scheduled call failed: %s", scheduled.name)
