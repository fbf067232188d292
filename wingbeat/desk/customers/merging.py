"""Saying that two customers are one person, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.customers.models import Customer, CustomerMerge
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.rows import end_of, led_to
from wingbeat.desk.people.models import Agent


class CannotMerge(ValueError):
    """The two customers cannot become one; the text says why."""


def same_person(customer: Customer) -> list[int]:
    """Return the ids of every customer record that is this person, the one that stays first."""
    if not CustomerMerge.objects.about(customer.pk).exists():
        return [customer.pk]
    return led_to(CustomerMerge.objects.all(), stays(customer.pk))


def stays(customer_id: int) -> int:
    """Follow the pointers to the customer record that stays."""
    return end_of(CustomerMerge.objects.all(), customer_id)


def who_stays() -> dict[int, int]:
    """Return for each merged customer record the one that stays; one query for them all."""
    into = dict(CustomerMerge.objects.values_list("source_id", "target_id"))
    for source, target in into.items():
        latest = target
        while latest in into:
            latest = into[latest]
        into[source] = latest
    return into


@transaction.atomic
def merge(source: Customer, *, into: Customer, by: Agent, at: datetime) -> CustomerMerge:
    """Point `source` at `into`; both keep their rows, so it can be undone."""
    if stays(into.pk) == stays(source.pk):
        why = _("%(name)s and %(other)s are already the same person.")
        raise CannotMerge(why % {"name": source, "other": into})
    try:
        with transaction.atomic():
            row = CustomerMerge.objects.create(
                source_id=stays(source.pk), target_id=stays(into.pk), by=by, at=at
            )
    except IntegrityError as error:
        why = _("%(name)s has just been merged by somebody else; look again.")
        raise CannotMerge(why % {"name": source}) from error
    record(
        Kind.CUSTOMER_MERGED, by=by, at=at, customer_id=row.target_id,
        facts={"source": row.source_id},
    )  # fmt: skip
    return row


@transaction.atomic
def unmerge(source: Customer, *, by: Agent, at: datetime) -> None:
    """Take a merge back: they are two people again."""
    row = CustomerMerge.objects.filter(source=source).first()
    if row is None:
        raise CannotMerge(_("%(name)s is not merged with anybody.") % {"name": source})
    record(
        Kind.CUSTOMER_UNMERGED, by=by, at=at, customer_id=row.target_id, facts={"source": source.pk}
    )
    row.delete()
