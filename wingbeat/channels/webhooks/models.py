"""Webhooks, and each call that one is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from wingbeat.channels.api.models import ApiKey
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.models import Entry


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def calling(self) -> WebhookQuerySet:
        """Those that are told what is done: neither stopped, nor is what their key acts as."""
        opens = Q(key__revoked_at__isnull=True, key__agent__is_active=True)
        return self.filter(opens, stopped_at__isnull=True).select_related("key__agent", "by")

    def listed(self) -> WebhookQuerySet:
        return self.select_related("key__agent").order_by("-pk")


class Webhook(Deed):
    """An address that is told what is done, as far as its key may see it."""

    address = models.CharField(_("address"), max_length=500)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="webhooks")
    kinds = models.JSONField(default=list, blank=True)  # of entries; none: all
    secret = models.TextField()  # sealed, see `mail.secrets`
    rests_until_at = models.DateTimeField(null=True)
    failing_since_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[WebhookQuerySet] = WebhookQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    def __str__(self) -> str:
        return self.address


class CallState(models.TextChoices):
    """What became of a call."""

    WAITING = "waiting", _("waits")
    TAKEN = "taken", _("taken")
    GIVEN_UP = "given_up", _("given up")


class CallQuerySet(models.QuerySet["WebhookCall"]):
    def due(self, webhook: Webhook, now: datetime) -> CallQuerySet:
        """Calls of a webhook whose time has come, the earliest first."""
        return self.filter(webhook=webhook, state=CallState.WAITING, next_at__lte=now).order_by(
            "pk"
        )

    def claim(self, pk: int, *, now: datetime, until: datetime) -> bool:
        """Take a call that is due, so that no other process makes it; say whether it is ours."""
        mine = self.filter(pk=pk, state=CallState.WAITING, next_at__lte=now)
        return bool(mine.update(next_at=until))

    def newest(self, most: int) -> list[WebhookCall]:
        """Return the latest calls, each with the position of what it tells."""
        position = Entry.objects.filter(pk=OuterRef("entry")).values("position")
        return list(self.annotate(position=Subquery(position)).order_by("-pk")[:most])

    def owe(self, webhook: Webhook, entry_ids: Iterable[int], *, at: datetime) -> int:
        """Owe a webhook a call for each of these entries of the journal."""
        rows = [self.model(webhook=webhook, entry=pk, at=at, next_at=at) for pk in entry_ids]
        return len(self.bulk_create(rows))


class WebhookCall(models.Model):
    """One call that a webhook is owed, and what was answered last."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    entry = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    said = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)

    objects: ClassVar[CallQuerySet] = CallQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "state", "next_at"], name="webhook_call_due"),
            models.Index(fields=["webhook", "-id"], name="webhook_call_newest"),
            models.Index(fields=["at"], name="webhook_call_age"),
        ]
