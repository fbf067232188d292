"""A grant: whoever answers a customer puts something right at once, and within a limit asks nobody.

Above the limit, beyond a month's envelope, or for somebody who had one lately, a second person
joins: asked, agreed and on record. What they are offered hangs on what went wrong and on nothing
that they said.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.care.limit import GrantLimit
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.ending import Solution
from wingbeat.desk.conversations.rating import Rating, Word
from wingbeat.desk.conversations.remedy import Remedy, amount
from wingbeat.desk.conversations.seeing import seen_by, seen_in
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import NOBODY, Agent

LONGEST_WORDS = 200
MOST_CENTS = 100_000_000
AGAIN_WITHIN = timedelta(days=90)  # a second gift to one person so soon wants a second person


class Standing(models.TextChoices):
    """Where a grant stands."""

    ASKED = "asked", gettext_lazy("waits for a second person")
    GIVEN = "given", gettext_lazy("given")
    DECLINED = "declined", gettext_lazy("not agreed to")
    TAKEN_BACK = "taken_back", gettext_lazy("taken back")


class Why(models.TextChoices):
    """Why a second person joins."""

    LIMIT = "limit", gettext_lazy("it is above the limit")
    MONTH = "month", gettext_lazy("this month's envelope is used up")
    AGAIN = "again", gettext_lazy("they were given something lately")
    PROGRAM = "program", gettext_lazy("a program asked for it")


class WrongGrant(ValueError):
    """Nothing can be given so; the text says what can."""


class DecidedAlready(ValueError):
    """Somebody has said already whether it is given."""

    def __init__(self, grant: Grant) -> None:
        told = _("This was decided already: %(standing)s.")
        super().__init__(told % {"standing": grant.get_standing_display()})


class NeedsAnother(ValueError):
    """Whoever asked cannot be the second person."""

    def __init__(self) -> None:
        super().__init__(_("You asked for this yourself: somebody else has to agree."))


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, agent: Agent) -> GrantQuerySet:
        """Those of a conversation that this agent may read, or of a part of one."""
        return seen_by(agent, self, place="conversation")

    def given(self) -> GrantQuerySet:
        return self.filter(standing=Standing.GIVEN)

    def asked(self) -> GrantQuerySet:
        """Those that wait for a second person."""
        return self.filter(standing=Standing.ASKED)

    def of_conversations(self, ids: Collection[int]) -> GrantQuerySet:
        rows = self.filter(conversation_id__in=ids).select_related("by", "second", "cause")
        return rows.order_by("-at", "-pk")

    def of_customers(self, ids: Collection[int], visible: ConversationQuerySet) -> GrantQuerySet:
        """What these records of one person were given, where this viewer may read of it."""
        rows = seen_in(visible, self.given().filter(customer_id__in=ids), place="conversation")
        return rows.order_by("-at", "-pk")

    def accepted(self) -> GrantQuerySet:
        """Those after which the customer said that it was good, or solved. Our word is none."""
        since = {"conversation": OuterRef("conversation"), "at__gt": OuterRef("given_at")}
        good = Rating.objects.filter(**since, value=Word.GOOD)
        solved = Solution.objects.filter(**since)
        return self.given().filter(Exists(good) | Exists(solved))


class Grant(Deed):
    """Something given to put things right, by whom, and who joined above the limit."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="grants")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="grants")
    cause = models.ForeignKey(Cause, models.SET_NULL, null=True, related_name="grants")
    kind = models.CharField(max_length=11, choices=Remedy.choices)
    cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    limit_cents = models.PositiveIntegerField()  # as it was then
    standing = models.CharField(max_length=10, choices=Standing.choices)
    why_asked = models.CharField(max_length=7, choices=Why.choices, blank=True)
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # agreed, declined or taken back

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(standing=Standing.GIVEN) | Q(given_at__isnull=False),
                name="grant_given_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("by")),
                name="grant_second_is_another",
                violation_error_message=gettext_lazy("Somebody else has to agree."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "given_at"], name="grant_of_customer"),
            models.Index(fields=["cause", "given_at"], name="grant_for_cause"),
            models.Index(fields=["at"], name="grant_asked", condition=Q(standing=Standing.ASKED)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.amount}"

    @property
    def amount(self) -> str:
        return amount(self.cents, self.currency)

    @property
    def is_asked(self) -> bool:
        return self.standing == Standing.ASKED

    def agree(self, *, by: Agent, at: datetime) -> None:
        """Join as the second person: it is given now.

        Raises:
            NeedsAnother: if one asked for it oneself.
            DecidedAlready: if somebody was quicker.
        """
        self._decide(Standing.GIVEN, Kind.GRANT_AGREED, by=by, at=at)

    def decline(self, *, by: Agent, at: datetime) -> None:
        """Say that it should not be given so; whoever asked may take their wish back like this.

        Raises:
            DecidedAlready: if somebody was quicker.
        """
        self._decide(Standing.DECLINED, Kind.GRANT_DECLINED, by=by, at=at)

    @transaction.atomic
    def take_back(self, *, by: Agent, at: datetime) -> None:
        """Say that it was not given after all; the record keeps that it once stood.

        Raises:
            WrongGrant: if somebody else gave it, and one does not look after the desk.
            DecidedAlready: if it does not stand.
        """
        if by.pk != self.by_id and not by.may_administer:
            raise WrongGrant(_("Only whoever gave it, or an admin, can say that it was not given."))
        rows = Grant.objects.filter(pk=self.pk).given()
        if not rows.update(standing=Standing.TAKEN_BACK, settled_at=at):
            self.refresh_from_db()
            raise DecidedAlready(self)
        self.refresh_from_db()
        _record(Kind.GRANT_TAKEN_BACK, self, by=by, at=at)

    @transaction.atomic
    def _decide(self, standing: Standing, kind: Kind, *, by: Agent, at: datetime) -> None:
        own = by.pk == self.by_id
        if standing == Standing.GIVEN and (own or by.role in NOBODY):
            raise NeedsAnother
        changed = Grant.objects.filter(pk=self.pk).asked().update(
            standing=standing, second=None if own else by, settled_at=at,
            given_at=at if standing == Standing.GIVEN else None,
        )  # fmt: skip
        self.refresh_from_db()
        if not changed:
            raise DecidedAlready(self)
        _record(kind, self, by=by, at=at)


@transaction.atomic
def give(
    conversation: Conversation, kind: str, cents: int, *, by: Agent, at: datetime, words: str = ""
) -> Grant:
    """Give something now; where a second person has to join, ask for it.

    Raises:
        WrongGrant: if there is no such kind, or the amount is none.
    """
    if kind not in Remedy.values:
        raise WrongGrant(_("Choose what is given: %(known)s.") % {"known": _known()})
    if not 0 < cents <= MOST_CENTS:
        raise WrongGrant(_("Write an amount above nothing, such as 12.50."))
    Customer.objects.select_for_update().get(pk=conversation.customer_id)
    limit = GrantLimit.objects.in_force()
    why = why_a_second(conversation, cents, limit=limit, by=by, at=at)
    mark = getattr(conversation, "cause_mark", None)
    grant = Grant.objects.create(
        conversation=conversation, customer_id=conversation.customer_id,
        cause_id=mark.cause_id if mark else None, kind=kind, cents=cents, currency=limit.currency,
        words=" ".join(words.split())[:LONGEST_WORDS], by=by, at=at, limit_cents=limit.cents,
        standing=Standing.ASKED if why else Standing.GIVEN, why_asked=why,
        given_at=None if why else at,
    )  # fmt: skip
    _record(Kind.GRANT_ASKED if why else Kind.GRANT_GIVEN, grant, by=by, at=at)
    return grant


def why_a_second(
    conversation: Conversation, cents: int, *, limit: GrantLimit, by: Agent, at: datetime
) -> str:
    """Say why somebody else has to agree; the empty string lets one person decide, whoever it is.

    Neither the role of a person nor the worth of a customer is asked for.
    """
    if by.role in NOBODY:
        return Why.PROGRAM
    if not limit.covers(cents):
        return Why.LIMIT
    lately = Grant.objects.given().filter(
        customer_id__in=same_person(conversation.customer), given_at__gt=at - AGAIN_WITHIN
    )
    if lately.exists():
        return Why.AGAIN
    if limit.a_month_cents is not None:
        begun = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        here = Grant.objects.given().filter(
            conversation__inbox_id=conversation.inbox_id, given_at__gte=begun, given_at__lte=at
        )
        if (here.aggregate(n=Sum("cents"))["n"] or 0) + cents > limit.a_month_cents:
            return Why.MONTH
    return ""


def _known() -> str:
    return ", ".join(str(label) for label in Remedy.labels)


def _record(kind: Kind, row: Grant, *, by: Agent, at: datetime) -> None:
    record(
        kind,
        by=by,
        at=at,
        on=row.conversation,
        customer_id=row.customer_id,
        facts={"grant": row.pk, "cents": row.cents},
    )
