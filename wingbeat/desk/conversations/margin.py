"""The margin: where a stranger's mail waits until somebody lets it in or keeps it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.assigning import let_go_if_gone
from wingbeat.desk.conversations.message import Message, Participant
from wingbeat.desk.conversations.seeing import seen_by
from wingbeat.desk.conversations.waiting import restate
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class Doubt(models.TextChoices):
    """Why a mail stands in the margin."""

    UNKNOWN_SENDER = "unknown", _("nobody here has written to this address")
    FAILED_CHECK = "failed_check", _("the sender's address failed our mail server's check")


class AlreadyDecided(ValueError):
    """Somebody has already decided about this mail."""

    def __init__(self, message: Message) -> None:
        why = _("Message %(n)s does not stand in the margin any more; look again.")
        super().__init__(why % {"n": message.pk})


class StrangerQuerySet(models.QuerySet["Stranger"]):
    def of_messages(self, message_ids: Sequence[int]) -> dict[int, Stranger]:
        """Return by message who stands in the margin, and who decided about them."""
        rows = self.filter(message_id__in=message_ids).select_related("by")
        return {row.message_id: row for row in rows} if message_ids else {}

    def overlooked(self) -> StrangerQuerySet:
        """Those still undecided where nobody would look, as no customer waits for us there."""
        conversation = "message__conversation__"
        asleep = Q(**{f"{conversation}snoozed_until__isnull": False})
        answered = Q(**{f"{conversation}waits_for_us_since__isnull": True})
        return self.filter(asleep | answered, is_let_in__isnull=True).order_by("-message_id")

    def visible_to(self, agent: Agent) -> StrangerQuerySet:
        """Those in the margin of what this agent may read."""
        return seen_by(agent, self)


class Stranger(models.Model):
    """A message in the margin: why it stands there, and what somebody decided."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="stranger")
    why = models.CharField(max_length=20, choices=Doubt.choices)
    is_let_in = models.BooleanField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects: ClassVar[StrangerQuerySet] = StrangerQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions


@transaction.atomic
def let_in(conversation: Conversation, message: Message, *, by: Agent, at: datetime) -> None:
    """Make a stranger part of the conversation, kept out or not: their words count from now on.

    Raises:
        AlreadyDecided: if somebody has let them in.
    """
    _decide(message, is_let_in=True, by=by, at=at)
    if message.address is not None:
        Participant.objects.get_or_create(
            conversation=conversation,
            email=message.address.email,
            defaults={"name": message.address.customer.name},
        )
    message.in_margin = False
    message.save(update_fields=["in_margin"])
    if conversation.is_over:
        conversation.state = "us"
        let_go_if_gone(conversation, by=by, at=at)
    restate(conversation)
    look_for_strangers(conversation)
    record(Kind.LET_IN, by=by, at=at, on=conversation, message_id=message.pk)


@transaction.atomic
def keep_out(conversation: Conversation, message: Message, *, by: Agent, at: datetime) -> None:
    """Leave a stranger's mail out of the conversation. It stays readable, and counts nowhere.

    Raises:
        AlreadyDecided: if somebody was quicker.
    """
    _decide(message, is_let_in=False, by=by, at=at)
    look_for_strangers(conversation)
    record(Kind.KEPT_OUT, by=by, at=at, on=conversation, message_id=message.pk)


def _decide(message: Message, *, is_let_in: bool, by: Agent, at: datetime) -> None:
    decided = Q(is_let_in=True) if is_let_in else Q(is_let_in__isnull=False)
    undecided = Stranger.objects.filter(message=message).exclude(decided)
    if not undecided.update(is_let_in=is_let_in, by=by, at=at):
        raise AlreadyDecided(message)


def look_for_strangers(conversation: Conversation) -> None:
    """Mark a conversation in whose margin, or in that of a part of it, somebody still stands."""
    parts = conversation.parts()
    waiting = Stranger.objects.filter(message__conversation__in=parts, is_let_in__isnull=True)
    conversation.has_stranger = waiting.exists()
    conversation.save(update_fields=["has_stranger", "state"])
