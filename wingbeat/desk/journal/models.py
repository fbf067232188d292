"""Entries of the journal, and how far each of its readers has come."""

from __future__ import annotations

from django.db import models


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
    # PostgreSQL's transaction id: entries of transactions that may still be running stay unsealed.
    transaction = models.BigIntegerField(null=True)
    position = models.BigIntegerField(null=True, unique=True)
    digest = models.CharField(max_length=64, blank=True)

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

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Cursor(models.Model):
    """How far one reader of the journal has come."""

    reader = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} at {self.position}"
