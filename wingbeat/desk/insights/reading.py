"""Readings: what the laws measured, shown only to who may read every inbox of their scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from wingbeat.desk.people.models import Team
from wingbeat.laws.readings import Reading as Measured
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough, NotSupported

SPEAKS: dict[str, Any] = {
    "estimate": Estimate,
    "not_enough": NotEnough,
    "not_supported": NotSupported,
    "cannot_be_seen": CannotBeSeen,
}


class ReadingQuerySet(models.QuerySet["Reading"]):
    def of_scope(self, team_id: int | None, law: str = "") -> list[Reading]:
        """What the laws, or one of them, measured for a team or the whole desk, oldest first."""
        rows = self.filter(team=team_id) if team_id else self.filter(team__isnull=True)
        return list((rows.filter(law=law) if law else rows).order_by("as_of_at", "pk"))

    def shown_to(self, inbox_ids: Collection[int]) -> dict[int | None, bool]:
        """Say of each scope whether whoever reads these inboxes may see all that it covers."""
        covered: dict[int | None, set[int]] = {}
        for team_id, inboxes in self.order_by().values_list("team_id", "inbox_ids").distinct():
            covered.setdefault(team_id, set()).update(inboxes)
        return {team_id: inboxes <= set(inbox_ids) for team_id, inboxes in covered.items()}

    def loaded(self, at: datetime) -> int:
        """Return how many laws of a run have told their readings."""
        rows = self.filter(at=at).order_by()
        return rows.values_list("team_id", "law", "as_of_at").distinct().count()


class Reading(models.Model):
    """One number as a law measured it, with all that belongs to it; too little data is one too."""

    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="readings")
    inbox_ids = models.JSONField(default=list)
    law = models.CharField(max_length=20)
    version = models.CharField(max_length=24)  # such as `memory@1`
    policy = models.CharField(max_length=12, blank=True)
    key = models.CharField(max_length=60)
    as_of_at = models.DateTimeField()
    at = models.DateTimeField()  # when the run began that measured it
    # estimate or reason, interval, n, method, unit, source, caveat and details, as the law told it
    told = models.JSONField(default=dict)

    objects: ClassVar[ReadingQuerySet] = ReadingQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [
            models.Index(fields=["team", "law", "as_of_at"], name="reading_of_scope"),
            models.Index(fields=["at"], name="reading_run"),
        ]

    @property
    def has_failed(self) -> bool:
        return bool(self.told.get("state") == "failed")

    @property
    def measured(self) -> Measured:
        """The reading as the law told it."""
        told: dict[str, Any] = self.told
        kind = SPEAKS[told["state"]]
        values = {name: told[name] for name in kind.__dataclass_fields__ if name in told}
        if kind is Estimate:  # JSON knows no infinity: an open end was left empty
            for name, far in (("low", float("-inf")), ("high", float("inf"))):
                values[name] = far if values[name] is None else values[name]
        return Measured(
            self.key,
            kind(**values),
            told["unit"],
            told["source"],
            told["caveat"],
            told["details"],
            told.get("telling", ""),
        )
