"""Causes: why people write to us, in one tree of two levels for the whole desk."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations.remedy import Remedy
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
from wingbeat.language.manner import is_manner

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

LONGEST = 60


class WrongCause(ValueError):
    """A cause cannot be called so or stand there; the text says what is allowed."""


class WrongOffer(WrongCause):
    """Something is offered where it happens, and not how much."""


class CauseQuerySet(models.QuerySet["Cause"]):
    def as_tree(self) -> CauseQuerySet:
        """Each cause before those under it, by name."""
        above = Coalesce("parent__name", "name")
        return self.select_related("parent").order_by(
            Lower(above), F("parent").asc(nulls_first=True), Lower("name"), "pk"
        )

    def offered(self) -> CauseQuerySet:
        return self.filter(retired_at__isnull=True)

    def to_choose(self, conversation: Conversation) -> CauseQuerySet:
        """Those on offer and the one that a conversation has, which is marked `is_chosen`."""
        chosen = CauseMark.objects.filter(conversation=conversation, cause=OuterRef("pk"))
        rows = self.annotate(is_chosen=Exists(chosen))
        return rows.filter(Q(retired_at__isnull=True) | Q(is_chosen=True)).as_tree()


class Cause(models.Model):
    """Why people write: the product's, the desk's or the world's doing, never theirs."""

    name = models.CharField(gettext_lazy("name"), max_length=LONGEST)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    retired_at = models.DateTimeField(null=True)  # no longer offered; what has it keeps it
    # What whoever it happens to is offered: it hangs on the cause, never on who asks or how.
    offer_kind = models.CharField(
        gettext_lazy("offer"), max_length=11, choices=Remedy.choices, blank=True
    )
    offer_cents = models.PositiveIntegerField(null=True)
    item_cents = models.PositiveIntegerField(null=True)  # what one more of the thing costs us

    objects: ClassVar[CauseQuerySet] = CauseQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="cause_named_once")]

    def __str__(self) -> str:
        return self.name


class CauseMark(Deed):
    """Why somebody wrote, as an agent or a rule said: one cause a conversation, the latest said."""

    conversation = models.OneToOneField(
        "conversations.Conversation", models.CASCADE, related_name="cause_mark"
    )
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="marks")


@dataclass(frozen=True, slots=True)
class Offers:
    """What whoever a cause happens to is offered, and what one more of the thing costs us."""

    offer_kind: str = ""
    offer_cents: int | None = None
    item_cents: int | None = None


@transaction.atomic
def keep(
    cause: Cause | None, *, name: str, under: Cause | None, by: Agent, at: datetime,
    offers: Offers | None = None,
) -> Cause:  # fmt: skip
    """Make a cause, or call it otherwise and put it elsewhere; marks follow it.

    Raises:
        WrongCause: if the name is taken or empty, or the tree would grow a third level.
    """
    row = cause or Cause()
    row.name, row.parent = " ".join(name.split()), under
    for field, value in asdict(offers).items() if offers is not None else ():
        setattr(row, field, value)
    _check(row)
    row.save()
    record(Kind.CAUSE_CHANGED, by=by, at=at, facts={"cause": row.pk})
    return row


@transaction.atomic
def offer(cause: Cause, *, is_offered: bool, by: Agent, at: datetime) -> None:
    """Offer a cause again, or no longer, with all under it; what was marked stays marked."""
    below = Cause.objects.filter(Q(pk=cause.pk) | Q(parent=cause))
    below.update(retired_at=None if is_offered else at)
    if is_offered and cause.parent_id:
        Cause.objects.filter(pk=cause.parent_id).update(retired_at=None)
    record(Kind.CAUSE_CHANGED, by=by, at=at, facts={"cause": cause.pk, "offered": is_offered})


@transaction.atomic
def mark(conversation: Conversation, cause: Cause | None, *, by: Agent, at: datetime) -> None:
    """Say why somebody wrote; None takes it back, and the same again changes nothing.

    Raises:
        WrongCause: if the cause is no longer offered.
    """
    earlier = CauseMark.objects.filter(conversation=conversation).first()
    if (earlier.cause_id if earlier else None) == (cause.pk if cause else None):
        return
    if cause is None:
        CauseMark.objects.filter(conversation=conversation).delete()
    elif cause.retired_at is not None:
        told = _("“%(name)s” is no longer a cause to choose; take another.")
        raise WrongCause(told % {"name": cause.name})
    else:
        said = {"cause": cause, "by": by, "at": at}
        CauseMark.objects.update_or_create(conversation=conversation, defaults=said)
    record(
        Kind.CAUSE_MARKED,
        by=by,
        at=at,
        on=conversation,
        facts={"cause": cause.pk if cause else None},
    )


def _check_what_it_says(row: Cause) -> None:
    if row.offer_kind and not row.offer_cents:
        raise WrongOffer(_("Write how much whoever it happens to is offered, above nothing."))
    if is_manner(row.name):
        told = _("Name what would upset a calm person, too: “%(name)s” says what somebody is like.")
        raise WrongCause(told % {"name": row.name})


def _check(row: Cause) -> None:
    if not 0 < len(row.name) <= LONGEST:
        raise WrongCause(_("The name of a cause has 1 to %(n)d characters.") % {"n": LONGEST})
    if row.name.casefold() == "none":
        raise WrongCause(_("“none” asks for conversations without a cause; use another name."))
    _check_what_it_says(row)
    others = Cause.objects.exclude(pk=row.pk).values_list("name", flat=True)
    if any(name.casefold() == row.name.casefold() for name in others):
        told = _("There is a cause “%(name)s” already; a name stands for one cause.")
        raise WrongCause(told % {"name": row.name})
    if row.parent is None:
        return
    if row.parent.parent_id is not None or row.parent == row:
        raise WrongCause(_("Causes have two levels: put it under one that stands alone."))
    if row.pk is not None and row.children.exists():
        told = _("Other causes stand under “%(name)s”; move them first.")
        raise WrongCause(told % {"name": row.name})
