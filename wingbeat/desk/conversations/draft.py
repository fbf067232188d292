"""A draft: an agent's words before they are sent, saved while typing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.inbox import Inbox


class DraftKind(models.TextChoices):
    """What will become of it."""

    REPLY = "reply", _("reply")
    NOTE = "note", _("note")
    FORWARD = "forward", _("forward")
    NEW = "new", _("new conversation")


class Draft(models.Model):
    """One a conversation, agent and kind; addresses are kept as typed until it is sent."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, null=True, related_name="drafts"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=DraftKind.choices, default=DraftKind.REPLY)
    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="+")
    to = models.TextField(blank=True)
    cc = models.TextField(blank=True)
    bcc = models.TextField(blank=True)
    subject = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    is_plain = models.BooleanField(default=False)
    # The newest message its author had seen: a send is stopped when there is a newer one.
    seen_message_id = models.BigIntegerField(null=True)
    # What is done when it is sent, as `steps.written` keeps it.
    steps = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)  # since when colleagues read it; shared_draft.py

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "agent", "kind"],
                name="one_draft_of_a_kind",
                condition=Q(conversation__isnull=False),
            )
        ]
