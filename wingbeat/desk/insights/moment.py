"""Moments, derived from what happened and kept, so that nobody has to fold a history to count.

What is going to be felt unless something happens before (a silence when an answer is due) is kept
with its own time, and every reader asks for moments up to a time: no clock has to notice anything.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet, State
from wingbeat.desk.customers.models import Customer
from wingbeat.laws.facts import Moment as Lived


class MomentQuerySet(models.QuerySet["Moment"]):
    def until(self, now: datetime) -> MomentQuerySet:
        """Leave out what has not come yet."""
        return self.filter(at__lte=now)

    def of_conversations(self, ids: Collection[int]) -> MomentQuerySet:
        """Those of these conversations, in the order in which they were lived through."""
        return self.filter(conversation_id__in=ids).order_by("at", "conversation_id", "seq")

    def in_readable(self, visible: ConversationQuerySet, kinds: Collection[str]) -> MomentQuerySet:
        """The latest of some kinds in conversations that a reader may read."""
        seen = self.filter(kind__in=kinds, conversation__in=visible.newest_first().order_by())
        return seen.select_related("conversation").order_by("-at", "-pk")


class Moment(models.Model):
    """One thing a customer lived through with us, with the row that is its evidence."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="moments")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="moments")
    at = models.DateTimeField()
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    value = models.SmallIntegerField()  # thousandths; 0 is what they expected
    evidence = models.CharField(max_length=40)  # such as `message 12`
    law = models.CharField(max_length=40)  # such as `memory@1`
    policy = models.CharField(max_length=12)  # the fingerprint of its thresholds

    objects: ClassVar[MomentQuerySet] = MomentQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "customer", "seq"], name="moment_once")
        ]
        indexes = [
            models.Index(fields=["kind", "-at"], name="moment_kind")  # evidence, newest first
        ]

    @property
    def message_id(self) -> int | None:
        """The message it was made from, where a message is its evidence."""
        table, _, pk = self.evidence.partition(" ")
        return int(pk) if table == "message" else None

    @classmethod
    def of(cls, lived: Lived, *, law: str, policy: str) -> Moment:
        """Return the row of a moment, not yet saved."""
        return cls(
            conversation_id=int(lived.conversation or 0), customer_id=int(lived.customer),
            at=lived.at, seq=lived.seq, kind=lived.kind, value=lived.value,
            evidence=lived.evidence or "", law=law, policy=policy,
        )  # fmt: skip

    def same(self) -> tuple[object, ...]:
        """Return everything that tells it from another, its number aside."""
        return (
            self.conversation_id, self.customer_id, self.at, self.seq, self.kind, self.value,
            self.evidence, self.law, self.policy,
        )  # fmt: skip


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def done(self, law: str, policy: str) -> EvaluationQuerySet:
        """Those made by a law as it stands now."""
        return self.filter(law=law, policy=policy, failures=0)

    def to_try_again(self, now: datetime) -> EvaluationQuerySet:
        """Those that failed and have waited long enough."""
        return self.filter(failures__gt=0, again_at__lte=now).order_by("again_at")

    def coverage(self, inbox_ids: Collection[int] | None, law: str, policy: str) -> tuple[int, int]:
        """Return how many ended conversations were evaluated, of how many; None is the desk."""
        over = Conversation.objects.whole().filter(state__in=[State.ENDED, State.SOLVED])
        over = over.filter(is_restricted=False)
        if inbox_ids is not None:
            over = over.filter(inbox_id__in=inbox_ids)
        done = self.done(law, policy).filter(conversation__in=over.order_by())
        return done.count(), over.count()


class Evaluation(models.Model):
    """That a conversation was evaluated, by which law; or that this failed, and when it is due."""

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="evaluation"
    )
    law = models.CharField(max_length=40)
    policy = models.CharField(max_length=12)
    at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=60, blank=True)  # the error's kind, never its words

    objects: ClassVar[EvaluationQuerySet] = EvaluationQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [
            models.Index(fields=["again_at"], name="evaluation_again", condition=Q(failures__gt=0))
        ]
