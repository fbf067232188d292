"""A batch: one act upon many conversations, done in the background, told, and taken back whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.people.models import Agent

MOST = 10_000  # conversations of one batch
ROWS_AT_ONCE = 1_000  # written in one statement


class Act(models.TextChoices):
    """What can be done with many at once; each is a verb of one conversation."""

    ASSIGN = "assign", gettext_lazy("Assign")
    TAG = "tag", gettext_lazy("Tag")
    UNTAG = "untag", gettext_lazy("Take a tag off")
    SNOOZE = "snooze", gettext_lazy("Put aside")
    END = "end", gettext_lazy("End")
    MOVE = "move", gettext_lazy("Move")


class Outcome(models.TextChoices):
    """What became of one conversation of a batch."""

    WAITING = "", gettext_lazy("not yet")
    DONE = "done", gettext_lazy("done")
    SAME = "same", gettext_lazy("was so already")
    REFUSED = "refused", gettext_lazy("could not be done")
    UNDONE = "undone", gettext_lazy("taken back")
    KEPT = "kept", gettext_lazy("left as it is")


class NothingChosen(ValueError):
    """No conversation was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one conversation."))


class CannotUndo(ValueError):
    """The batch was taken back already."""

    def __init__(self) -> None:
        super().__init__(_("This was taken back already; look at what became of it."))


class BatchQuerySet(models.QuerySet["Batch"]):
    def of(self, agent: Agent) -> BatchQuerySet:
        """What an agent did with many, newest first; nobody else's."""
        return self.filter(by=agent).order_by("-pk")

    def outcomes_of(self, batches: Sequence[Batch]) -> dict[int, dict[str, int]]:
        """Return by batch how many conversations came to which outcome, in one query."""
        rows = BatchItem.objects.filter(batch__in=batches).values_list("batch", "outcome")
        found: dict[int, dict[str, int]] = {}
        for pk, outcome, count in rows.annotate(count=Count("pk")).order_by():
            found.setdefault(pk, {})[outcome] = count
        return found


class Batch(models.Model):
    """One act upon a frozen set: who, when and what. `what` holds ids and codes of the act."""

    act = models.CharField(max_length=8, choices=Act.choices)
    what = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="batches")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[BatchQuerySet] = BatchQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    @property
    def outcomes(self) -> dict[str, int]:
        """How many conversations came to which outcome."""
        return Batch.objects.outcomes_of([self]).get(self.pk, {})

    def first_items(self, most: int) -> models.QuerySet[BatchItem]:
        """Return the first few of each outcome that is known, in one query."""
        nth = Window(RowNumber(), partition_by="outcome", order_by="pk")
        known = self.items.exclude(outcome=Outcome.WAITING).annotate(nth=nth)
        return known.filter(nth__lte=most).order_by("outcome", "pk")

    def undo(self, *, at: datetime) -> None:
        """Take it back: each conversation as it was, unless it has changed since.

        Raises:
            CannotUndo: if it was taken back already.
        """
        from wingbeat.desk.conversations.batching import carry_on

        with transaction.atomic():
            if not Batch.objects.filter(pk=self.pk, undone_at=None).update(undone_at=at):
                raise CannotUndo
            self.refresh_from_db(fields=["undone_at"])
            carry_on.enqueue(self.pk)


class BatchItem(models.Model):
    """One conversation of a batch: what became of it, and what it was before."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    conversation = models.ForeignKey("conversations.Conversation", models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    why = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)  # ids, codes and times
    entry = models.BigIntegerField(default=0)  # the newest of the journal when it was done

    class Meta:
        indexes = [models.Index(fields=["batch", "outcome", "id"], name="batch_item_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "conversation"], name="once_in_a_batch")
        ]


@transaction.atomic
def begin(
    act: Act,
    conversation_ids: Iterable[int],
    *,
    what: Mapping[str, int | str | None],
    by: Agent,
    at: datetime,
) -> Batch:
    """Freeze the set and hand it to the jobs; each conversation gets its own journal entry there.

    Raises:
        NothingChosen: if the set is empty.
    """
    from wingbeat.desk.conversations.batching import carry_on

    ids = list(dict.fromkeys(conversation_ids))[:MOST]
    if not ids:
        raise NothingChosen
    batch = Batch.objects.create(act=act, what=dict(what), by=by, at=at)
    BatchItem.objects.bulk_create(
        (BatchItem(batch=batch, conversation_id=pk) for pk in ids), batch_size=ROWS_AT_ONCE
    )
    carry_on.enqueue(batch.pk)
    return batch


def open_items(batch: Batch) -> models.QuerySet[BatchItem]:
    """Return what is left to do: forwards, or, once it is taken back, backwards."""
    left = Q(outcome=Outcome.DONE) if batch.undone_at else Q(outcome=Outcome.WAITING)
    return batch.items.filter(left).order_by("pk")
