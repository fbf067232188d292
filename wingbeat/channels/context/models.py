"""The one system that the context panel asks, and how its latest calls went."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.journal.deed import Deed

PATIENCE = 3  # failures in a row before it is left alone for a while
RESTS_FOR = timedelta(minutes=1)
RESTS_AT_MOST = timedelta(minutes=15)


class PanelQuerySet(models.QuerySet["ContextPanel"]):
    def in_use(self) -> ContextPanel | None:
        """Return the desk's context panel, if it has one."""
        return self.filter(pk=1).first()


class ContextPanel(Deed):
    """Where a customer is asked after, and what is shown of the answer; a desk has at most one."""

    title = models.CharField(_("title"), max_length=40)
    address = models.CharField(_("address"), max_length=500)
    secret = models.TextField()  # sealed, see `mail.secrets`
    labels = models.JSONField(default=list, blank=True)  # what is shown; none: all
    fresh_for_minutes = models.PositiveSmallIntegerField(default=15)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    failing_since_at = models.DateTimeField(null=True)
    failed_why = models.CharField(max_length=300, blank=True)
    rests_until_at = models.DateTimeField(null=True)

    objects: ClassVar[PanelQuerySet] = PanelQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_context_panel")]

    def __str__(self) -> str:
        return self.title

    def rests(self, now: datetime) -> bool:
        return self.rests_until_at is not None and now < self.rests_until_at

    def note_failure(self, why: str, *, now: datetime) -> None:
        """Count a failure; after a few in a row nobody calls for a while, longer each time."""
        self.failures = min(self.failures + 1, 1_000)
        self.failing_since_at, self.failed_why = self.failing_since_at or now, why[:300]
        if self.failures >= PATIENCE:
            longer = RESTS_FOR * 2 ** min(self.failures - PATIENCE, 10)
            self.rests_until_at = now + min(longer, RESTS_AT_MOST)
        self._save_health()

    def note_success(self) -> None:
        if self.failures:
            self.failures, self.failed_why = 0, ""
            self.failing_since_at = self.rests_until_at = None
            self._save_health()

    def _save_health(self) -> None:
        # not `save`: somebody may have removed it, or changed its address, during the call
        health = ("failures", "failing_since_at", "failed_why", "rests_until_at")
        mine = ContextPanel.objects.filter(pk=self.pk, at=self.at)
        mine.update(**{name: getattr(self, name) for name in health})
