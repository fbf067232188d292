"""Entries of the journal, and how far each of its readers has come."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One thing that was done, written in the transaction that did it.

    It holds ids and small facts, never words or addresses, so that erasing a person never has to
    touch it. Sealing gives it a gapless `position` and a digest that chains it to the one before.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    agent_id = models.BigIntegerField()
    inbox_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, unique=True)
    digest = models.CharField(max_length=64, blank=True)
    differs = models.CharField(max_length=64, blank=True)  # digest of its changes, see `changes`

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            # the conversation page shows what was done between the messages
            models.Index(fields=["conversation_id", "at"], name="entry_of_conversation"),
            # sealing asks for the unsealed ones only, and there are few
            models.Index(
                fields=["id"], name="entry_unsealed", condition=models.Q(position__isnull=True)
            ),
        ]


class Change(models.Model):
    """What an entry changed of the desk's settings, in words: what was, and what is.

    `thing` is its table and what names it there; `found` how it was found afterwards. Of each
    difference there is a line: column, before, now. Nothing writes a row again.
    """

    class How(models.TextChoices):
        """What became of the thing."""

        MADE = "made", _("made")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")

    entry = models.BigIntegerField()
    agent_id = models.BigIntegerField()
    at = models.DateTimeField()
    thing = models.CharField(max_length=80)
    how = models.CharField(max_length=7, choices=How.choices)
    name = models.CharField(max_length=120, blank=True)
    differences = models.TextField(blank=True)
    found = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["thing", "-id"], name="change_of_thing"),
            models.Index(fields=["entry"], name="change_of_entry"),
        ]

    @property
    def model(self) -> str:
        return self.thing.partition(":")[0]


class Cursor(models.Model):
    """How far one reader of the journal has come."""

    reader = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)
