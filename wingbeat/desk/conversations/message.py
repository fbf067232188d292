"""A message: from the customer, to the customer, or a note; and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.shown import Shown
from wingbeat.desk.customers.models import Address, CustomerMerge
from wingbeat.desk.journal.recording import Facts, Kind, record
from wingbeat.desk.people.models import Agent

LINE = 400  # characters of a message from which its one line is made


class MessageKind(models.TextChoices):
    """Who speaks, and to whom."""

    CUSTOMER = "customer", _("from the customer")
    AGENT = "agent", _("to the customer")
    NOTE = "note", _("note")


class CameBy(models.TextChoices):
    """How a message came, where it did not come by mail."""

    LINK = "link", _("by their link")
    FORM = "form", _("by the form of the help center")
    PHONE = "phone", _("on the phone")
    WALK_IN = "walk_in", _("at our door")
    VISIT = "visit", _("on a visit")
    PUBLIC = "public", _("in public")


# What was said by word of mouth or read in public, and an agent wrote down.
TOLD = (CameBy.PHONE, CameBy.WALK_IN, CameBy.VISIT, CameBy.PUBLIC)


class MessageQuerySet(models.QuerySet["Message"]):
    def with_words(self) -> MessageQuerySet:
        """Load with each message what its card shows, whatever the number of messages."""
        from wingbeat.desk.conversations.attachment import Attachment  # attachments need messages

        files = models.Prefetch("attachments", Attachment.objects.without_content())
        return self.select_related(
            "words", "agent", "address__customer", "outgoing", "stranger"
        ).prefetch_related(files)

    def without_words(self) -> MessageQuerySet:
        """The same without the words, but with their `length`."""
        wide = ("words__html", "words__text", "words__text_new")
        return self.with_words().defer(*wide).annotate(length=Length("words__html"))

    def shown(self, *, most: int, until: tuple[datetime, int] | None = None) -> list[Shown]:
        """Return what a thread shows of the newest, newest first, without building their rows.

        `until` is the time and number of the newest that is wanted.
        """
        rows = self.annotate(length=Length("words__html")).order_by("-at", "-pk")
        if until is not None:
            at, pk = until
            rows = rows.filter(at__lte=at).exclude(at=at, pk__gt=pk)
        return [Shown(*row) for row in rows.values_list(*Shown._fields)[:most]]

    def place_of(self, pk: int) -> tuple[datetime, int] | None:
        """Return where a message stands in its thread, if it is one of these."""
        return self.filter(pk=pk).values_list("at", "pk").first()

    def for_search(self) -> MessageQuerySet:
        """Load with each message what a search result shows."""
        wide = ("words__html", "words__text_new", "words__recipients")
        return self.select_related("words", "conversation__customer").defer(*wide)

    def answering(self) -> MessageQuerySet:
        """Keep our own words that reached somebody who takes part."""
        return self.filter(kind=MessageKind.AGENT, automatic="", is_aside=False)

    def counting(self) -> MessageQuerySet:
        """Words of known customers, which somebody owes an answer."""
        return self.filter(kind=MessageKind.CUSTOMER, automatic="", in_margin=False)

    def automatic_of_ours(self, conversation_ids: Sequence[int]) -> int:
        """Return how many mails the desk has sent by itself in these conversations."""
        ours = self.filter(conversation_id__in=conversation_ids, kind=MessageKind.AGENT)
        return ours.exclude(automatic="").count()

    def noted(self, conversation_ids: Sequence[int]) -> set[int]:
        """Say which of these conversations have a note."""
        notes = self.filter(conversation_id__in=conversation_ids, kind=MessageKind.NOTE)
        return set(notes.values_list("conversation_id", flat=True))

    def of_inbox(self, message_ids: Sequence[str], inbox_id: int) -> dict[str, int]:
        """Return the conversation of each of these Message-IDs that an inbox has, the newest."""
        rows = self.filter(message_id__in=message_ids, conversation__inbox_id=inbox_id)
        return dict(rows.order_by("pk").values_list("message_id", "conversation_id"))

    def conversations_of(self, pks: Sequence[int]) -> list[int]:
        """Return the conversations that these messages stand in, the earliest message's first."""
        rows = self.filter(pk__in=pks).order_by("pk")
        return list(dict.fromkeys(rows.values_list("conversation_id", flat=True)))

    def reply(self, pk: int) -> Message | None:
        """Return a message we sent, with what became of it."""
        return self._replies().filter(pk=pk).first()

    def replies_to(self, email: str, *, since: datetime) -> list[Message]:
        """Return what we sent to an address lately, newest first."""
        email = email.strip().lower()
        lately = self._replies().filter(at__gte=since, conversation__participants__email=email)
        return [
            message
            for message in lately.order_by("-pk")[:20]
            if any(
                party["address"] == email
                for role in ("to", "cc", "bcc")
                for party in message.words.recipients.get(role, [])
            )
        ]

    def _replies(self) -> MessageQuerySet:
        sent = self.filter(kind=MessageKind.AGENT, outgoing__isnull=False)
        return sent.select_related("outgoing", "words", "conversation")

    def oldest_first(self) -> MessageQuerySet:
        return self.order_by("at", "pk")


class Message(models.Model):
    """One thing said. The wide text stands in a table of its own, so that lists stay quick."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="messages"
    )
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    at = models.DateTimeField()
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    address = models.ForeignKey(Address, models.PROTECT, null=True, related_name="messages")
    # Empty, or which kind of robot wrote it: reply, bounce, list, report, loop.
    automatic = models.CharField(max_length=10, blank=True)
    in_margin = models.BooleanField(default=False)
    # Ours to somebody who took no part, such as a forward to a supplier, or not left yet: it
    # answers nobody.
    is_aside = models.BooleanField(default=False)
    message_id = models.CharField(max_length=300, blank=True)
    # Empty for mail. Whoever came by a link had our mail, or somebody who passed it on had.
    came_by = models.CharField(max_length=10, choices=CameBy.choices, blank=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_of_conversation"),
            # Threading looks for the Message-IDs that a mail refers to. Not a partial index:
            # SQLite cannot see that a value it is asked for is not empty, and would scan.
            models.Index(fields=["message_id"], name="message_by_id"),
            models.Index(
                fields=["conversation"], name="message_note", condition=models.Q(kind="note")
            ),
        ]

    @property
    def is_note(self) -> bool:
        return self.kind == MessageKind.NOTE

    @property
    def is_ours(self) -> bool:
        return self.kind == MessageKind.AGENT


class MessageTextQuerySet(models.QuerySet["MessageText"]):
    def to_show(
        self, *, cut: Sequence[int], whole: Sequence[int], lines: Sequence[int], most: int
    ) -> dict[int, str]:
        """Return HTML of messages by number: `most` characters of it, all of it, or one line.

        The line is plain text, and a cut may stand anywhere in a tag.
        """
        line = Case(
            When(text_new="", then=Substr("text", 1, LINE)),
            default=Substr("text_new", 1, LINE),
            output_field=models.TextField(),
        )
        shown = Case(
            When(pk__in=whole, then=F("html")),
            When(pk__in=lines, then=line),
            default=Substr("html", 1, most),
            output_field=models.TextField(),
        )
        return dict(self.filter(pk__in=[*cut, *whole, *lines]).values_list("pk", shown))


class MessageText(models.Model):
    """The words of a message: safe HTML to show, all its text, and the text that is new in it."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="words")
    subject = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    text_new = models.TextField(blank=True)
    # the shape is `words.Parties`
    recipients = models.JSONField(default=dict)
    # Outlook's own thread header, to be continued in our answer
    thread_index = models.CharField(max_length=400, blank=True)

    objects: ClassVar[MessageTextQuerySet] = MessageTextQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def known(self, conversation_ids: Sequence[int], customer_id: int, email: str) -> bool:
        """Say whether an address takes part in these conversations, or is their customer's."""
        email = email.strip().lower()
        if self.filter(conversation_id__in=conversation_ids, email=email).exists():
            return True
        theirs = Q(customer_id=customer_id)
        for one, other in (("source", "target"), ("target", "source")):
            merged = {one: OuterRef("customer_id"), f"{other}_id": customer_id}
            theirs |= Q(Exists(CustomerMerge.objects.filter(**merged)))
        return Address.objects.filter(theirs, email=email).exists()

    def with_conversation(self, pk: int) -> Participant | None:
        """Return one with its conversation, inbox and customer."""
        rows = self.select_related("conversation__inbox", "conversation__customer")
        return rows.filter(pk=pk).first()

    def of_message(self, message: Message, email: str) -> Participant | None:
        """Return who takes part under an address where a message was sent."""
        return self.filter(conversation_id=message.conversation_id, email=email).first()


class Participant(models.Model):
    """An address that belongs in a conversation: it wrote, was let in, or was put in To or Cc."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="participants"
    )
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    link_turn = models.PositiveIntegerField(default=0)  # links of earlier turns are over

    objects: ClassVar[ParticipantQuerySet] = ParticipantQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "email"], name="participant_once")
        ]

    def __str__(self) -> str:
        return self.email


def record_of(
    message: Message, kind: Kind, *, by: Agent, at: datetime, facts: Facts | None = None
) -> None:
    """Write the journal entry of a verb on a message, with the conversation and whose it is."""
    conversation = message.conversation
    whose = conversation.customer_id
    record(
        kind, by=by, at=at, on=conversation, customer_id=whose, message_id=message.pk, facts=facts
    )
