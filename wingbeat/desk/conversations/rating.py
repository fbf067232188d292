"""Ratings: a customer's own judgment of an episode, which stands above anything computed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet

LONGEST_COMMENT = 4_000


class Word(models.IntegerChoices):
    """What a customer can say: three words, on the scale of five that other desks ask for."""

    BAD = 1, _("not good")
    SO_SO = 3, _("so-so")
    GOOD = 5, _("good")


class WrongWord(ValueError):
    """The rating is none that can be given."""

    def __init__(self, value: object) -> None:
        super().__init__(f"{value!r} is no rating; use one of {Word.values}.")


class RatingQuerySet(models.QuerySet["Rating"]):
    def of_conversations(self, ids: Collection[int]) -> list[Rating]:
        """Ratings of these conversations, newest first."""
        return list(self.filter(conversation_id__in=ids).order_by("-at", "-pk"))

    def of_customers(
        self, ids: Collection[int], visible: ConversationQuerySet, *, most: int = 3
    ) -> list[Rating]:
        """What these records of one person said last, where this viewer may see it."""
        theirs = self.filter(customer_id__in=ids, conversation__in=visible)
        return list(theirs.select_related("conversation").order_by("-at", "-pk")[:most])


class Rating(models.Model):
    """One customer's judgment of one episode. They may change it; the newest word counts."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="ratings"
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="ratings")
    value = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    objects: ClassVar[RatingQuerySet] = RatingQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__gte=1, value__lte=5), name="rating_of_five"
            )
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="rating_of_customer")]

    @property
    def words(self) -> str:
        """Tell the value in the words it was asked in; imported ones may lie between."""
        return str(Word(self.value).label) if self.value in Word.values else f"{self.value} / 5"

    @property
    def is_bad(self) -> bool:
        return self.value < Word.SO_SO


def last_bad_word(conversation_ids: Collection[int], *, heard_at: datetime | None) -> Rating | None:
    """Return the latest rating if it is bad and the customer has said nothing since.

    Its conversation would end on a bad moment; `heard_at` is the time of their latest message.
    """
    latest = next(iter(Rating.objects.of_conversations(conversation_ids)), None)
    if latest is None or not latest.is_bad:
        return None
    return None if heard_at is not None and heard_at > latest.at else latest


@transaction.atomic
def rate(
    conversation: Conversation, customer: Customer, value: int, comment: str, *,
    by: Agent, at: datetime,
) -> Rating:  # fmt: skip
    """Keep what a customer says of the present episode; saying it anew changes what they said.

    Raises:
        WrongWord: if the value is none of `Word`.
    """
    if value not in Word.values:
        raise WrongWord(value)
    episode = timedelta(days=settings.WINGBEAT["quiet_after_days"])
    Customer.objects.select_for_update().get(pk=customer.pk)  # two clicks are one rating
    row = (
        Rating.objects.filter(conversation=conversation, customer=customer, at__gt=at - episode)
        .order_by("-at")
        .first()
    ) or Rating(conversation=conversation, customer=customer)
    is_new = row.pk is None
    row.value, row.comment, row.at = value, comment.strip()[:LONGEST_COMMENT], at
    row.save()
    record(
        Kind.RATED,
        by=by,
        at=at,
        on=conversation,
        customer_id=customer.pk,
        facts={"value": value, "changed": not is_new, "has_comment": bool(row.comment)},
    )
    return row
