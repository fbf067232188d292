"""The question how it was, asked in a mail of ours: of one person, and rarely."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from wingbeat.desk.conversations.coming_again import NOT_AGAIN_FOR, ReturnQuestion
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent


class RatingQuestion(models.Model):
    """That a mail asked a customer how it was. Their answer is a rating, on their page."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="rating_question")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="rating_questions")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="rating_question_latest")]


@transaction.atomic
def ask_how_it_was(message: Message, customer: Customer, *, by: Agent, at: datetime) -> bool:
    """Note that a mail asks a person how it was; say whether it may.

    Whoever was asked anything within 30 days, or has told us how it was, is left alone.
    """
    everyone = same_person(customer)
    Customer.objects.select_for_update().get(pk=everyone[0])
    since = at - NOT_AGAIN_FOR
    lately = (
        RatingQuestion.objects.filter(customer_id__in=everyone, at__gt=since),
        ReturnQuestion.objects.filter(customer_id__in=everyone, asked_at__gt=since),
        Rating.objects.filter(customer_id__in=everyone, at__gt=since),
    )
    if any(rows.exists() for rows in lately):
        return False
    RatingQuestion.objects.create(message=message, customer=customer, at=at)
    record(
        Kind.RATING_ASKED,
        by=by,
        at=at,
        on=message.conversation,
        customer_id=customer.pk,
        message_id=message.pk,
    )
    return True
