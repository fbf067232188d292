"""Links between conversations: related ones, and what follows up on one that has ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.due import waiting
from wingbeat.desk.conversations.ending import Reopening
from wingbeat.desk.conversations.restricting import bring_along
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet


class LinkKind(models.TextChoices):
    """How the later conversation belongs to the earlier one."""

    RELATED = "related", _("related")
    FOLLOW_UP = "follow_up", _("follow-up")


class CannotLink(ValueError):
    """A conversation cannot be linked with itself, or twice with the same one."""


class LinkQuerySet(models.QuerySet["Link"]):
    def of(self, conversation: Conversation, visible: ConversationQuerySet) -> LinkQuerySet:
        """Those of a conversation, made in it or in the other, among the `visible` ones."""
        here = Q(source=conversation, target__in=visible.values("pk"))
        return self.filter(here | Q(target=conversation, source__in=visible.values("pk")))


class Link(Deed):
    """That a conversation, the source, belongs to another; each stays what it is."""

    source = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="links")
    target = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="linked_from"
    )
    kind = models.CharField(max_length=10, choices=LinkKind.choices)

    objects: ClassVar[LinkQuerySet] = LinkQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="linked_once")]


def linked_with(
    conversation: Conversation, visible: ConversationQuerySet
) -> list[tuple[int, str, str]]:
    """Return number, subject and kind of each linked conversation among the `visible` ones."""
    links = Link.objects.filter(Q(source=conversation) | Q(target=conversation)).order_by("pk")
    kinds = {
        target if source == conversation.pk else source: kind
        for source, target, kind in links.values_list("source_id", "target_id", "kind")
    }
    if not kinds:
        return []
    rows = visible.filter(pk__in=kinds).values_list("pk", "subject")
    return [(pk, subject, str(LinkKind(kinds[pk]).label)) for pk, subject in rows]


@transaction.atomic
def link(conversation: Conversation, *, to: Conversation, by: Agent, at: datetime) -> None:
    """Say that two conversations are related.

    Raises:
        CannotLink: if they are one, or linked already.
    """
    if to.pk == conversation.pk:
        raise CannotLink(_("#%(n)s is this conversation; name another one.") % {"n": to.pk})
    both = {conversation.pk, to.pk}
    if Link.objects.filter(source_id__in=both, target_id__in=both).exists():
        raise CannotLink(_("#%(n)s is linked already.") % {"n": to.pk})
    Link.objects.create(source=conversation, target=to, kind=LinkKind.RELATED, by=by, at=at)
    _record(Kind.LINKED, conversation, to, by=by, at=at)


@transaction.atomic
def unlink(conversation: Conversation, *, other: int, by: Agent, at: datetime) -> None:
    """Take a link off, whichever of the two it was made in."""
    both = {conversation.pk, other}
    row = Link.objects.filter(source_id__in=both, target_id__in=both).first()
    if row is not None:
        to = row.target if row.source_id == conversation.pk else row.source
        row.delete()
        _record(Kind.UNLINKED, conversation, to, by=by, at=at)


@transaction.atomic
def follow_up(source: Conversation, *, by: Agent, at: datetime) -> Conversation:
    """Begin a conversation that goes on where another has ended; we owe the first word."""
    from wingbeat.desk.conversations.conversation import Conversation, State

    new = Conversation.objects.create(
        inbox=source.inbox,
        customer=source.customer,
        subject=source.subject,
        opened_at=at,
        latest_at=at,
        state=State.US,
        **waiting(source.inbox, source.customer, since=at, is_first=True),
        assignee=by,
        is_restricted=source.is_restricted,
    )
    bring_along(source, into=new, by=by, at=at)
    Reopening.objects.create(conversation=new, by=by, at=at)  # something is owed from here on
    Link.objects.create(source=new, target=source, kind=LinkKind.FOLLOW_UP, by=by, at=at)
    record(
        Kind.FOLLOW_UP_OPENED,
        by=by,
        at=at,
        on=new,
        customer_id=new.customer_id,
        facts={"source": source.pk},
    )
    return new


def _record(
    kind: Kind, conversation: Conversation, to: Conversation, *, by: Agent, at: datetime
) -> None:
    record(kind, by=by, at=at, on=conversation, facts={"source": to.pk})
