"""A promise: what we told a customer we would do, and by when by their own clock.

Nothing marks one as broken: that is a fact of its times, so no job can be late to notice it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.due import WARNED_AFTER
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.seeing import seen_by, seen_in
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

LONGEST_WORDS = 300


class Outcome(models.TextChoices):
    """What became of a promise, as somebody said."""

    KEPT = "kept", gettext_lazy("kept")
    WITHDRAWN = "withdrawn", gettext_lazy("taken back")


class NothingPromised(ValueError):
    """A promise without words would say nothing to whoever has to keep it."""

    def __init__(self) -> None:
        super().__init__(_("Write what was promised: the customer reads these words."))


class PastDue(ValueError):
    """A promise is for a time to come."""

    def __init__(self, due_at: datetime) -> None:
        told = _("%(at)s by their clock is past; choose a time to come.")
        super().__init__(told % {"at": f"{due_at:%Y-%m-%d %H:%M}"})


class SettledAlready(ValueError):
    """Somebody has said already what became of it."""

    def __init__(self, promise: Promise) -> None:
        told = _("“%(words)s” was settled already: %(outcome)s.")
        outcome = promise.get_outcome_display()
        super().__init__(told % {"words": promise.words, "outcome": outcome})


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, agent: Agent) -> PromiseQuerySet:
        """Those given in a conversation that this agent may read, or in a part of one."""
        return seen_by(agent, self, place="conversation")

    def open(self) -> PromiseQuerySet:
        """Those of which nobody has said what became of them, the first due first."""
        return self.filter(outcome="").order_by("due_at", "pk")

    def near(self, now: datetime) -> PromiseQuerySet:
        """Open ones of whose time four fifths are over, or all of it."""
        return self.open().filter(warn_at__lte=now)

    def of_conversations(self, ids: Collection[int]) -> PromiseQuerySet:
        return self.filter(conversation_id__in=ids).order_by("due_at", "pk")

    def of_customers(self, ids: Collection[int]) -> PromiseQuerySet:
        """Those given to these records of one person."""
        return self.filter(customer_id__in=ids).order_by("due_at", "pk")

    def open_in(self, visible: ConversationQuerySet) -> PromiseQuerySet:
        """Open ones of these conversations, the first due first."""
        return seen_in(visible, self.open(), place="conversation")

    def with_answers(self) -> PromiseQuerySet:
        """Say of each whether we have written since: then it may be kept, which a person says."""
        since = Message.objects.answering().filter(
            conversation=OuterRef("conversation"), at__gt=OuterRef("at")
        )
        return self.annotate(is_answered=Exists(since))

    def give_along(
        self, conversation: Conversation, value: str, *, message: Message | None, by: Agent,
        at: datetime,
    ) -> None:  # fmt: skip
        """Give what a reply promises as it leaves, as `step_value` wrote it down.

        A reply that leaves after that time promises nothing any more: who puts one off is told so.
        """
        due_at, words = read_step(value)
        if due_at > at:
            promise(conversation, words, due_at=due_at, by=by, at=at, message=message)

    def take_back_along(self, message: Message, *, by: Agent, at: datetime) -> None:
        """Forget what a reply promised that never left: nobody has read it."""
        for row in self.filter(message=message).open():
            _record(Kind.PROMISE_WITHDRAWN, row, by=by, at=at)
            row.delete()

    def kept_in_time(
        self, inbox_ids: Collection[int], *, since: datetime, now: datetime
    ) -> dict[int, tuple[int, int]]:
        """Return by inbox how many were kept in time, of those due since then or kept by now.

        What was taken back before it was due counts for nothing; restricted ones are left out.
        """
        ours = self.filter(conversation__inbox_id__in=inbox_ids, conversation__is_restricted=False)
        kept = Q(outcome=Outcome.KEPT, settled_at__lte=F("due_at"))
        released = Q(outcome=Outcome.WITHDRAWN, settled_at__lte=F("due_at"))
        counted = ours.filter(Q(due_at__lte=now) | kept, due_at__gte=since).exclude(released)
        rows = counted.order_by().values_list("conversation__inbox_id")
        return {
            inbox_id: (k, n)
            for inbox_id, k, n in rows.annotate(k=Count("pk", filter=kept), n=Count("pk"))
        }


class Promise(Deed):
    """One promise, with who gave it, and who said what became of it when."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="promises")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="promises")
    # the reply that gave it, where one did; on the phone none does
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="promises")
    words = models.CharField(max_length=LONGEST_WORDS)
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    zone = models.CharField(max_length=64)  # the customer's when it was given
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[PromiseQuerySet] = PromiseQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True)
                | Q(~Q(outcome=""), settled_at__isnull=False),
                name="promise_settled_at_a_time",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("at")), name="promise_for_later"),
        ]
        indexes = [
            models.Index(fields=["warn_at"], name="promise_open", condition=Q(outcome="")),
            models.Index(fields=["customer", "due_at"], name="promise_of_customer"),
            models.Index(fields=["due_at"], name="promise_due"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def clock(self) -> tzinfo:
        """The customer's clock when it was given."""
        return zone_named(self.zone)

    @property
    def is_open(self) -> bool:
        return not self.outcome

    def is_broken(self, now: datetime) -> bool:
        """Say whether its time came and went; kept or taken back later, it was broken all the same.

        `laws.moments` derives its moments by the same rule.
        """
        return (self.settled_at or now) > self.due_at

    def keep(self, *, by: Agent, at: datetime) -> None:
        """Say that what was promised is done.

        Raises:
            SettledAlready: if somebody was quicker.
        """
        self._settle(Outcome.KEPT, Kind.PROMISE_KEPT, by=by, at=at)

    def withdraw(self, *, by: Agent, at: datetime) -> None:
        """Take it back: the customer reads that we did.

        Raises:
            SettledAlready: if somebody was quicker.
        """
        self._settle(Outcome.WITHDRAWN, Kind.PROMISE_WITHDRAWN, by=by, at=at)

    @transaction.atomic
    def _settle(self, outcome: Outcome, kind: Kind, *, by: Agent, at: datetime) -> None:
        rows = Promise.objects.filter(pk=self.pk, outcome="")
        changed = rows.update(outcome=outcome, settled_by=by, settled_at=at)
        self.refresh_from_db(fields=["outcome", "settled_by", "settled_at"])
        if not changed:
            raise SettledAlready(self)
        _record(kind, self, by=by, at=at)


@transaction.atomic
def promise(
    conversation: Conversation, words: str, *, due_at: datetime, by: Agent, at: datetime,
    message: Message | None = None,
) -> Promise:  # fmt: skip
    """Keep what a customer was told; `due_at` is in their zone, and that zone is kept with it.

    Raises:
        NothingPromised: if there are no words.
        PastDue: if its time is not to come.
    """
    words = " ".join(words.split())[:LONGEST_WORDS]
    if not words:
        raise NothingPromised
    if due_at <= at:
        raise PastDue(due_at)
    row = Promise.objects.create(
        conversation=conversation, customer=conversation.customer, message=message, words=words,
        due_at=due_at, warn_at=at + (due_at - at) * WARNED_AFTER / 100, zone=str(due_at.tzinfo),
        by=by, at=at,
    )  # fmt: skip
    _record(Kind.PROMISE_MADE, row, by=by, at=at)
    return row


def step_value(words: str, due_at: datetime) -> str:
    """Return a promise as a step of a draft keeps it: its time, the customer's zone, its words."""
    words = " ".join(words.split())[:LONGEST_WORDS]
    return f"{due_at.isoformat()} {due_at.tzinfo} {words}"


def read_step(value: str) -> tuple[datetime, str]:
    """Return what `step_value` wrote.

    >>> from zoneinfo import ZoneInfo
    >>> friday = datetime(2026, 3, 6, 17, tzinfo=ZoneInfo("Europe/Berlin"))
    >>> read_step(step_value("We call by Friday.", friday)) == (friday, "We call by Friday.")
    True
    """
    at, zone, words = value.split(" ", 2)
    return datetime.fromisoformat(at).astimezone(zone_named(zone)), words


def zone_named(name: str) -> tzinfo:
    """Return a zone by its name, or by an offset as Python writes one.

    >>> zone_named("Europe/Budapest").key, str(zone_named("UTC+05:30"))
    ('Europe/Budapest', 'UTC+05:30')
    """
    offset = name.removeprefix("UTC")
    if offset and offset != name:
        return datetime.strptime(offset, "%z").tzinfo or ZoneInfo("UTC")
    return ZoneInfo(name)


def _record(kind: Kind, row: Promise, *, by: Agent, at: datetime) -> None:
    record(
        kind,
        by=by,
        at=at,
        on=row.conversation,
        customer_id=row.customer_id,
        message_id=row.message_id,
        facts={"promise": row.pk},
    )
