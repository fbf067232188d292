"""What anybody who answers may give without asking: a plain amount, and the arithmetic behind it.

The business names its own figures; the law of recovery does the sum. What a customer is worth over
the years goes in here and nowhere else: no list, no order and no offer asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.remedy import amount
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
from wingbeat.laws.recovery import shipped_policy
from wingbeat.laws.recovery.coach import Limit, NoWorth, limit


class WrongLimit(ValueError):
    """A limit cannot be set so; the text says what is allowed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A business's own: margin a year from one customer, how many of a hundred stay, the wage."""

    margin_cents: int
    stay_percent: int
    asking_minutes: int
    wage_cents: int  # a minute


class GrantLimitQuerySet(models.QuerySet["GrantLimit"]):
    def in_force(self) -> GrantLimit:
        """Return the limit that was set last; where none was, the lowest that there can be."""
        return self.order_by("-pk").first() or GrantLimit(cents=shipped_policy().lowest_cents)


class GrantLimit(models.Model):
    """The limit for one grant, the figures it was reckoned from, and who set it."""

    cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    a_month_cents = models.PositiveIntegerField(null=True)  # in one inbox; none: no envelope
    margin_cents = models.PositiveIntegerField(null=True)
    stay_percent = models.PositiveSmallIntegerField(null=True)
    asking_minutes = models.PositiveSmallIntegerField(null=True)
    wage_cents = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects: ClassVar[GrantLimitQuerySet] = GrantLimitQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    def __str__(self) -> str:
        return amount(self.cents, self.currency)

    def covers(self, cents: int) -> bool:
        """Say whether one person may give so much."""
        return cents <= self.cents

    @property
    def sum(self) -> Limit | None:
        """What the figures come to, line by line; None while there are none."""
        told = (self.margin_cents, self.stay_percent, self.asking_minutes, self.wage_cents)
        if any(one is None for one in told):
            return None
        return reckoned(Figures(*(int(one or 0) for one in told)))


def reckoned(figures: Figures) -> Limit:
    """Return what the figures of a business come to, between the fixed bounds.

    Raises:
        WrongLimit: if a share lies outside of 1 to 100.
    """
    policy = replace(shipped_policy(), loaded_wage_cents=figures.wage_cents)
    try:
        return limit(
            policy, margin_cents=figures.margin_cents, retention=figures.stay_percent / 100,
            minutes=figures.asking_minutes,
        )  # fmt: skip
    except NoWorth as why:
        raise WrongLimit(_("Of a hundred customers, 0 to 100 stay another year.")) from why


def bounds() -> tuple[int, int]:
    """Return the lowest and the highest limit in cents that a desk can set."""
    return shipped_policy().lowest_cents, shipped_policy().highest_cents


@transaction.atomic
def set_limit(
    cents: int, *, currency: str, by: Agent, at: datetime, figures: Figures | None = None,
    a_month_cents: int | None = None,
) -> GrantLimit:  # fmt: skip
    """Say what may be given without asking; the figures are kept with it, and so is what was.

    Raises:
        WrongLimit: if it lies outside of the fixed bounds, or a figure means nothing.
    """
    lowest, highest = bounds()
    if not lowest <= cents <= highest:
        told = _("The limit is an amount from %(lowest)s to %(highest)s.")
        between = {"lowest": amount(lowest, currency), "highest": amount(highest, currency)}
        raise WrongLimit(told % between)
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise WrongLimit(_("Write the currency in three letters, such as EUR."))
    if figures is not None:
        reckoned(figures)
    row = GrantLimit.objects.order_by("-pk").first() or GrantLimit()
    row.cents, row.currency, row.a_month_cents = cents, currency.upper(), a_month_cents
    for name in Figures.__dataclass_fields__:
        setattr(row, name, getattr(figures, name) if figures is not None else None)
    row.by, row.at = by, at
    row.save()
    record(Kind.LIMIT_CHANGED, by=by, at=at, facts={"limit": row.pk, "cents": cents})
    return row
