"""A conversation at a glance: what a list tells of it, without the rows behind it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Glance(NamedTuple):
    """Columns of one conversation; a name with `__` is a column of the row it points at."""

    pk: int
    subject: str
    excerpt: str
    waits_for_us_since: datetime | None
    due_at: datetime | None
    warn_at: datetime | None
    severity: int
    latest_at: datetime
    snoozed_until: datetime | None
    opened_at: datetime
    is_restricted: bool
    has_attachments: bool
    has_stranger: bool
    has_trouble: bool
    customer_id: int
    customer__name: str
    assignee__name: str | None

    @property
    def is_marked(self) -> bool:
        marks = (self.severity, self.has_trouble, self.has_stranger, self.has_attachments)
        return any(marks) or self.is_restricted or self.snoozed_until is not None

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now and self.snoozed_until is None

    def is_near(self, now: datetime) -> bool:
        """Say whether most of the time promised is over, but not all of it."""
        warned = self.warn_at is not None and self.warn_at < now and self.snoozed_until is None
        return warned and not self.is_late(now)
