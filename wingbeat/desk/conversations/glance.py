"""A conversation at a glance: what a list tells of it, without the rows behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings


class Glance(NamedTuple):
    """Columns of one conversation; a name with `__` is a column of the row it points at."""

    pk: int
    subject: str
    excerpt: str
    waits_for_us_since: datetime | None
    latest_at: datetime
    snoozed_until: datetime | None
    is_restricted: bool
    has_attachments: bool
    has_stranger: bool
    has_trouble: bool
    customer_id: int
    customer__name: str
    assignee__name: str | None

    def is_late(self, now: datetime) -> bool:
        due = answer_due(self.waits_for_us_since)
        return due is not None and due < now and self.snoozed_until is None


def answer_due(waits_since: datetime | None) -> datetime | None:
    """Return when words that wait for us are due an answer; None while nobody waits."""
    if waits_since is None:
        return None
    return waits_since + timedelta(hours=settings.WINGBEAT["answer_within_hours"])
