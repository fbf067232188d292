"""The outbox: what became of each reply, from the undo window to the customer's server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """Where a reply is on its way."""

    WAITING = "waiting", _("waiting to be sent")
    HANDING_OVER = "handing_over", _("handing over")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    IN_DOUBT = "in_doubt", _("in doubt")
    BOUNCED = "bounced", _("came back")


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    def ready(self, now: datetime) -> OutgoingQuerySet:
        """Replies whose undo window is over and whose next attempt is due, oldest first."""
        return self.filter(state=Delivery.WAITING, next_at__lte=now).order_by("next_at", "pk")

    def stranded(self, now: datetime) -> OutgoingQuerySet:
        """Replies that a crash left between us and the server."""
        return self.filter(state=Delivery.HANDING_OVER, lease_until_at__lt=now)

    def in_trouble(self) -> OutgoingQuerySet:
        """Replies a person must look at, newest first."""
        states = [Delivery.IN_DOUBT, Delivery.FAILED, Delivery.BOUNCED]
        return self.filter(state__in=states).order_by("-pk")


class Outgoing(models.Model):
    """A reply on its way, written in the transaction that made the message."""

    message = models.OneToOneField("conversations.Message", models.CASCADE, related_name="outgoing")
    state = models.CharField(max_length=12, choices=Delivery.choices, default=Delivery.WAITING)
    undo_until_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # The server's own words, or ours when it said nothing.
    why = models.CharField(max_length=500, blank=True)

    objects: ClassVar[OutgoingQuerySet] = OutgoingQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        verbose_name_plural = "outgoing"
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="outgoing_ready", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["lease_until_at"],
                name="outgoing_stranded",
                condition=Q(state="handing_over"),
            ),
            models.Index(
                fields=["-id"],
                name="outgoing_trouble",
                condition=Q(state__in=["in_doubt", "failed", "bounced"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.state}"

    def can_be_undone(self, now: datetime) -> bool:
        return self.state == Delivery.WAITING and self.attempts == 0 and now < self.undo_until_at

    def seconds_left(self, now: datetime) -> int:
        return max(0, int((self.undo_until_at - now) / timedelta(seconds=1)))
