"""Business events: what a customer did outside of support, as their own system tells it.

They are read by laws and shown in the person's history. Money in them decides no order: nobody is
answered sooner for what they paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.desk.customers.models import BusinessEvent, BusinessKind, Customer
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent


class ToldOtherwise(ValueError):
    """The same external id was told before, with something else about it."""

    def __init__(self, external_id: str) -> None:
        why = _(
            "“%(id)s” was told before, and otherwise; what happened keeps its words. "
            "Tell what happened since under an id of its own."
        )
        super().__init__(why % {"id": external_id})


@dataclass(frozen=True, slots=True)
class Told:
    """What another system says has happened; `cents` are whole, of `currency`."""

    kind: BusinessKind
    at: datetime
    external_id: str
    cents: int | None = None
    currency: str = ""


@transaction.atomic
def tell(customer: Customer, told: Told, *, by: Agent, at: datetime) -> tuple[BusinessEvent, bool]:
    """Keep what a customer did; told twice it is kept once. Say whether it is new.

    Raises:
        ToldOtherwise: if its external id was told before with something else about it.
    """
    about: dict[str, Any] = {
        "customer": customer, "kind": told.kind, "at": told.at, "cents": told.cents,
        "currency": told.currency,
    }  # fmt: skip
    row, is_new = BusinessEvent.objects.get_or_create(
        external_id=told.external_id, defaults={**about, "by": by}
    )
    if not is_new:
        if any(getattr(row, name) != value for name, value in about.items()):
            raise ToldOtherwise(told.external_id)
        return row, False
    record(
        Kind.BUSINESS_TOLD, by=by, at=at, customer_id=customer.pk,
        facts={"event": row.pk, "kind": str(told.kind)},
    )  # fmt: skip
    return row, True
