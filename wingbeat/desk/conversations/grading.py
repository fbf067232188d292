"""How badly somebody needs us: a mark that a person or a rule sets, with who, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class Severity(models.IntegerChoices):
    """What is at stake for the customer, never who they are."""

    ORDINARY = 0, gettext_lazy("Ordinary")
    SERIOUS = 1, gettext_lazy("Serious: they cannot go on")
    GRAVE = 2, gettext_lazy("Grave: harm is done")


class NoReason(ValueError):
    """A severity above the ordinary needs its reason; others will ask for it."""

    def __init__(self) -> None:
        super().__init__(_("Say in a few words why it is that serious; everybody here reads it."))


class SeverityMark(Deed):
    """That somebody said how severe a matter is; the newest one counts."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="severity_marks"
    )
    level = models.SmallIntegerField(choices=Severity.choices)
    why = models.CharField(max_length=200, blank=True)


@transaction.atomic
def grade(
    conversation: Conversation, level: Severity, *, why: str, by: Agent, at: datetime
) -> None:
    """Say how severe a matter is; those who need us most stand first in the list.

    Raises:
        NoReason: if it is above the ordinary and nothing is said why.
    """
    why = why.strip()[:200]
    if level != Severity.ORDINARY and not why:
        raise NoReason
    if conversation.severity == level:
        return
    SeverityMark.objects.create(conversation=conversation, level=level, why=why, by=by, at=at)
    conversation.severity = level
    conversation.save(update_fields=["severity"])
    record(Kind.SEVERITY_MARKED, by=by, at=at, on=conversation, facts={"level": int(level)})
