"""What was erased, by whom and when, and how long words stay; never whose they were, or what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.deed import Deed


class Erasure(Deed):
    """That a person was erased; the customer's row stays as a number without a name."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="erasures")


class Emptying(Deed):
    """That a conversation lost its words: to an erasure, or because it was kept long enough."""

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="emptying")
    erasure = models.ForeignKey(Erasure, models.CASCADE, null=True, related_name="emptied")


class What(models.TextChoices):
    """What can be kept for a while only."""

    ENDED = "ended", _("Ended conversations, since their last word")
    SPAM = "spam", _("Conversations marked as spam, since their last word")
    TRAY = "tray", _("Spam and blocked senders’ mail in the tray, since it came")


class Keeping(Deed):
    """How many days one of these is kept; without a row it is kept for good."""

    what = models.CharField(max_length=5, choices=What.choices, unique=True)
    days = models.PositiveIntegerField()
