"""Caps on automatic mail: whatever a rule or a robot on the other side does, it comes to an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from wingbeat.channels.mail.filtering import silences
from wingbeat.channels.mail.models import AutomaticMail
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.customers.blocking import is_blocked

PER_CONVERSATION = 3
PER_ADDRESS = 10
A_DAY = timedelta(days=1)


@transaction.atomic
def spend(conversation: Conversation, emails: Sequence[str], *, at: datetime) -> bool:
    """Count one automatic mail to these addresses, or say that it must not be sent.

    A conversation sees three for as long as it lives, an address ten in any 24 hours. Spam,
    blocked senders, and whatever a filter wants left unanswered see none.
    """
    addresses = {email.strip().lower() for email in emails}
    if conversation.is_spam or any(is_blocked(email) for email in addresses):
        return False
    if silences(conversation.pk, "unanswered"):
        return False
    # two mails at once must not both be the last one
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    if Message.objects.automatic_of_ours(conversation.parts()) >= PER_CONVERSATION:
        return False
    today = AutomaticMail.objects.filter(at__gt=at - A_DAY)
    if any(today.filter(email=email).count() >= PER_ADDRESS for email in addresses):
        return False
    AutomaticMail.objects.bulk_create(
        AutomaticMail(email=email[:254], conversation=conversation, at=at) for email in addresses
    )
    return True


def forget_old(now: datetime) -> int:
    """Forget what no cap counts any more; return how many rows that were."""
    return AutomaticMail.objects.filter(at__lte=now - A_DAY).delete()[0]
