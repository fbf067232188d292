"""The one question about the whole, asked rarely: whether they would gladly come again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction

from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

NOT_AGAIN_FOR = timedelta(days=30)


class ReturnQuestion(models.Model):
    """That a customer was asked whether they would gladly come again, and what they said."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="return_questions"
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="return_questions")
    asked_at = models.DateTimeField()
    would_return = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-asked_at"], name="return_question_latest")]


@transaction.atomic
def ask_at_most_monthly(
    conversation: Conversation, customer: Customer, *, at: datetime
) -> ReturnQuestion | None:
    """Note that the question is put to a person now, unless they heard it within 30 days."""
    everyone = same_person(customer)
    Customer.objects.select_for_update().get(pk=everyone[0])
    lately = ReturnQuestion.objects.filter(
        customer_id__in=everyone, asked_at__gt=at - NOT_AGAIN_FOR
    )
    if lately.exists():
        return None
    return ReturnQuestion.objects.create(conversation=conversation, customer=customer, asked_at=at)


@transaction.atomic
def answer(question: ReturnQuestion, *, would_return: bool, by: Agent, at: datetime) -> None:
    """Keep what they say; they may say it anew."""
    question.would_return, question.answered_at = would_return, at
    question.save(update_fields=["would_return", "answered_at"])
    record(
        Kind.RETURN_ANSWERED,
        by=by,
        at=at,
        on=question.conversation,
        customer_id=question.customer_id,
        facts={"would_return": would_return},
    )
