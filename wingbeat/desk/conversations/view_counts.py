"""Counting what stands in views: by a job, up to 99, for whoever looks, never inside a list."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.view import COUNTED_TO, View, ViewCount
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=15)  # so that none is older than 30 s, the time it takes included
WANTED_FOR = timedelta(minutes=3)  # after somebody has looked
AT_MOST_SECONDS = 8.0  # of one round; what is left comes first in the next


def want(views: Iterable[View], *, agent: Agent, at: datetime) -> None:
    """Say that an agent looks at these views, so that they are counted for a while."""
    rows = {view.pk: ViewCount(view=view, agent=agent, wanted_at=at) for view in views}
    fresh = ViewCount.objects.filter(agent=agent, view_id__in=rows, wanted_at__gt=at - EVERY)
    for pk in fresh.values_list("view_id", flat=True):
        del rows[pk]
    ViewCount.objects.bulk_create(
        rows.values(), update_conflicts=True, update_fields=["wanted_at"],
        unique_fields=["agent", "view"],
    )  # fmt: skip


def count_views(now: datetime) -> int:
    """Count anew what somebody looks at, the oldest first; return how many were counted."""
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = ViewCount.objects.filter(wanted_at__gt=now - WANTED_FOR).select_related("view", "agent")
    oldest_first = rows.order_by(F("counted_at").asc(nulls_first=True), "pk")
    agents: dict[int, Agent] = {}
    end, counted = time.monotonic() + AT_MOST_SECONDS, 0
    done: list[ViewCount] = []
    for row in oldest_first:
        if time.monotonic() > end:
            log.info("View counts: %d of %d in this round", len(done), len(oldest_first))
            break
        # one row of the agent for all their views: it remembers which inboxes it reads
        agent = agents.setdefault(row.agent_id, row.agent)
        counted += _count(row, agent, newest=newest, now=now)
        done.append(row)
    # in one commit: each of its own would wait for the disk
    ViewCount.objects.bulk_update(done, ["count", "counted_at", "entry"], batch_size=200)
    return counted


def _count(row: ViewCount, agent: Agent, *, newest: int, now: datetime) -> bool:
    row.counted_at = now
    if not row.view.reads:  # its page says what is wrong with it
        row.count = None
        return False
    query = row.view.query
    if row.count is not None and row.entry == newest and not query.moves_with_time:
        return False
    asked = Conversation.objects.visible_to(agent).asked(query, by=agent, now=now)
    row.count = len(asked.order_by().values_list("pk", flat=True)[: COUNTED_TO + 1])
    row.entry = newest
    return True


def told(count: int | None) -> str:
    """Tell a count as the rail does: nothing for none, and 99+ for more."""
    if count is None or count == 0:
        return ""
    return f"{COUNTED_TO}+" if count > COUNTED_TO else str(count)
