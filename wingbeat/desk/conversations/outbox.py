"""The outbox: what became of each reply, from the undo window to the customer's server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations import delivering, redelivering
from wingbeat.desk.conversations.seeing import seen_by
from wingbeat.desk.people.models import Agent

# After so many attempts, about an hour, a person should know that a reply is late.
LATE_ATTEMPTS = 5


class Delivery(models.TextChoices):
    """Where a reply is on its way."""

    LATER = "later", _("leaves later")
    WAITING = "waiting", _("waiting to be sent")
    HANDING_OVER = "handing_over", _("handing over")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    IN_DOUBT = "in_doubt", _("in doubt")
    BOUNCED = "bounced", _("came back")
    PERHAPS = "perhaps", _("perhaps came back")
    GIVEN_UP = "given_up", _("given up")


IN_TROUBLE = (Delivery.IN_DOUBT, Delivery.FAILED, Delivery.BOUNCED, Delivery.PERHAPS)


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    def ready(self, now: datetime) -> OutgoingQuerySet:
        """Replies whose undo window is over, whose next attempt is due and that nobody holds."""
        free = Q(lease_until_at__isnull=True) | Q(lease_until_at__lt=now)
        return self.filter(free, state=Delivery.WAITING, next_at__lte=now).order_by("next_at", "pk")

    def of_messages(self, message_ids: Sequence[int]) -> dict[int, Outgoing]:
        """Return by message what became of each that was to leave."""
        return {row.message_id: row for row in self.filter(message_id__in=message_ids)}

    def of_inbox(self, inbox_id: int) -> OutgoingQuerySet:
        return self.filter(message__conversation__inbox_id=inbox_id)

    def next_inbox(self, now: datetime) -> int | None:
        """Return the inbox of the reply that is due longest, of those nobody sends for now."""
        held = self.filter(
            state__in=[Delivery.WAITING, Delivery.HANDING_OVER], lease_until_at__gte=now
        )
        inbox = "message__conversation__inbox_id"
        busy = set(held.order_by().values_list(inbox, flat=True).distinct())
        due = self.ready(now).exclude(**{f"{inbox}__in": busy}) if busy else self.ready(now)
        return due.values_list(inbox, flat=True).first()

    def held_by(self, lease: str) -> OutgoingQuerySet:
        """Replies that one sender has leased and not finished with."""
        return self.filter(lease=lease, state__in=[Delivery.WAITING, Delivery.HANDING_OVER])

    def stranded(self, now: datetime) -> OutgoingQuerySet:
        """Replies that a crash left between us and the server."""
        return self.filter(state=Delivery.HANDING_OVER, lease_until_at__lt=now)

    def waiting_again(self, inbox_id: int, now: datetime) -> OutgoingQuerySet:
        """Replies of an inbox that were tried in vain and wait for a later attempt."""
        later = self.filter(state=Delivery.WAITING, next_at__gt=now, attempts__gt=0)
        return later.of_inbox(inbox_id)

    def waiting_in(self) -> dict[int, int]:
        """Return how many replies wait to be sent, by inbox."""
        waiting = self.filter(state=Delivery.WAITING).order_by()
        counted = waiting.values_list("message__conversation__inbox").annotate(models.Count("pk"))
        return dict(counted)

    def in_doubt(self) -> OutgoingQuerySet:
        """Replies that a server may or may not have taken, oldest first."""
        return self.filter(state=Delivery.IN_DOUBT).order_by("pk")

    def handed_since(self, since: datetime) -> OutgoingQuerySet:
        return self.filter(handed_at__gte=since)

    def put_off(self) -> OutgoingQuerySet:
        """Replies that leave at a time to come."""
        return self.filter(state=Delivery.LATER)

    def with_inbox(self) -> OutgoingQuerySet:
        """Load with each reply its message, its conversation and its inbox."""
        return self.select_related("message__conversation__inbox")

    def in_trouble(self) -> OutgoingQuerySet:
        """Replies a person must look at, newest first: gone wrong, or not taken for an hour."""
        late = Q(state=Delivery.WAITING, attempts__gte=LATE_ATTEMPTS)
        return self.filter(Q(state__in=IN_TROUBLE) | late).order_by("-pk")

    def visible_to(self, agent: Agent) -> OutgoingQuerySet:
        """Those that stand in a conversation which this agent may read, or in a part of one."""
        return seen_by(agent, self)


class Outgoing(models.Model):
    """A reply on its way, written in the transaction that made the message.

    While a sender composes it, it is leased and still waiting: a crash then costs nothing.
    *Handing over* is committed before the first byte of the mail itself leaves us, so only that
    state can leave a doubt.
    """

    message = models.OneToOneField("conversations.Message", models.CASCADE, related_name="outgoing")
    state = models.CharField(max_length=12, choices=Delivery.choices, default=Delivery.WAITING)
    undo_until_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # Who works on it now; whoever lost the lease can change nothing any more.
    lease = models.CharField(max_length=32, blank=True)
    lease_until_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # Who does not have it yet, as far as we know. Empty: everyone in To, Cc and Bcc.
    still_to = models.JSONField(default=list)
    # Address -> a server's words, for those it will never take. They surely do not have it.
    refused = models.JSONField(default=dict)
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
            # not a partial index: SQLite does not see that a list of states is the index's own
            models.Index(fields=["state", "-id"], name="outgoing_state"),
        ]

    # Questions

    def can_be_undone(self, now: datetime) -> bool:
        if self.state == Delivery.LATER:
            return True
        return self.state == Delivery.WAITING and self.attempts == 0 and now < self.undo_until_at

    def seconds_left(self, now: datetime) -> int:
        return max(0, int((self.undo_until_at - now) / timedelta(seconds=1)))

    @property
    def is_in_trouble(self) -> bool:
        late = self.state == Delivery.WAITING and self.attempts >= LATE_ATTEMPTS
        return late or self.state in IN_TROUBLE

    # Verbs of the sender, who holds the lease

    hand_over = delivering.hand_over
    taken = delivering.taken
    postpone = delivering.postpone
    fail = delivering.fail
    doubt = delivering.doubt

    # Verbs of people, and of what is learned later

    came_back = redelivering.came_back
    perhaps_came_back = redelivering.perhaps_came_back
    settle_as_sent = redelivering.settle_as_sent
    resend = redelivering.resend
    resend_to = redelivering.resend_to
    give_up = redelivering.give_up
