"""An old desk, what each of its objects became here, and its numbers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.message import Message
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet


class OldDesk(models.Model):
    """A desk or mailbox that words are brought in from, and how far that has come."""

    name = models.CharField(max_length=200, unique=True)
    # Where an import that was interrupted goes on; the reader's own mark, empty at the beginning.
    reached = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class What(models.TextChoices):
    """What kind of thing was brought in."""

    CONVERSATION = "conversation", _("conversation")
    MESSAGE = "message", _("message")
    CUSTOMER = "customer", _("customer")
    ARTICLE = "article", _("article")


class BroughtQuerySet(models.QuerySet["Brought"]):
    def of(self, desk: OldDesk, what: What, refs: Collection[str]) -> dict[str, Brought]:
        """Return what these objects of an old desk became, by the name it gave them."""
        rows = self.filter(desk=desk, what=what, ref__in=list(refs))
        return {row.ref: row for row in rows}

    def conversations_of(self, message_ids: Collection[str]) -> dict[str, int]:
        """Return the conversation of each of these Message-IDs that came from an old desk."""
        rows = Message.objects.filter(message_id__in=message_ids).order_by("pk")
        brought = self.words().filter(became=OuterRef("pk"))
        found = rows.filter(Exists(brought)).values_list("message_id", "conversation_id")
        return dict(found)

    def came_along(self, message_ids: Collection[int]) -> bool:
        """Say whether one of these messages was brought in from an old desk."""
        return self.words().filter(became__in=list(message_ids)).exists()

    def words(self) -> BroughtQuerySet:
        """Messages whose words came from an old desk."""
        return self.filter(what=What.MESSAGE, came_by_itself=False)

    def taken_by_both(self) -> BroughtQuerySet:
        """Messages that reached both desks by themselves."""
        return self.filter(what=What.MESSAGE, came_by_itself=True)


class Brought(models.Model):
    """What one object of an old desk became here: bringing it in again changes nothing."""

    desk = models.ForeignKey(OldDesk, models.CASCADE, related_name="brought")
    what = models.CharField(max_length=12, choices=What.choices)
    ref = models.CharField(max_length=200)  # the old desk's own name for it
    became = models.BigIntegerField(null=True)  # null: it only leads to another
    mark = models.CharField(max_length=60, blank=True)  # as it was when it was last read
    # Of a message: the old desk's name for its conversation, and what machine it took it to be by.
    within = models.CharField(max_length=200, blank=True)
    told_automatic = models.CharField(max_length=12, blank=True)
    # A mail that reached this desk too, as beside an old one: nothing of it was brought in.
    came_by_itself = models.BooleanField(default=False)

    objects: ClassVar[BroughtQuerySet] = BroughtQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        verbose_name_plural = "brought"
        constraints = [models.UniqueConstraint(fields=["desk", "what", "ref"], name="brought_once")]
        indexes = [models.Index(fields=["what", "became"], name="brought_became")]


def is_history() -> Q:
    """Ask for conversations in which nothing has happened since they were brought in."""
    brought = Brought.objects.filter(what=What.CONVERSATION, became=OuterRef("pk"))
    since = Entry.objects.filter(conversation_id=OuterRef("pk")).exclude(kind=Kind.IMPORTED)
    return Q(Exists(brought)) & ~Q(Exists(since))


class OldNumberQuerySet(models.QuerySet["OldNumber"]):
    def named(self, number: str) -> list[int]:
        """Return the conversations that old desks knew under a number."""
        rows = self.filter(number=number, conversation__isnull=False).order_by("pk")
        return list(rows.values_list("conversation_id", flat=True))

    def seen_in(self, visible: ConversationQuerySet, number: str) -> Conversation | None:
        """Return the conversation of these that an old number leads to."""
        from wingbeat.desk.conversations.merging import whole_of

        places = {whole_of(pk) for pk in self.named(number)}
        return visible.filter(pk__in=places).order_by("pk").first() if places else None


class OldNumber(models.Model):
    """A number that an old desk gave a conversation, also where it was merged into another."""

    desk = models.ForeignKey(OldDesk, models.CASCADE, related_name="numbers")
    ref = models.CharField(max_length=200)
    number = models.CharField(max_length=60, db_index=True)
    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, null=True, related_name="old_numbers"
    )
    leads_to = models.CharField(max_length=200, blank=True)  # the name of what it was merged into

    objects: ClassVar[OldNumberQuerySet] = OldNumberQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "ref"], name="old_number_once")]

    def __str__(self) -> str:
        return self.number
