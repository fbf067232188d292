"""The person beside their words: addresses, organization, their clock, earlier conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet, State
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Address, Customer

EARLIER = 8


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another conversation with the same person, and what became of it."""

    pk: int
    subject: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What the customer column and the customer's page show."""

    customer: Customer
    addresses: tuple[Address, ...]
    clock: str
    earlier: tuple[Earlier, ...]


def customer_card(
    customer: Customer,
    visible: ConversationQuerySet,
    *,
    now: datetime,
    besides: Conversation | None = None,
    limit: int = EARLIER,
) -> CustomerCard:
    """Read the card from what this viewer may see; `besides` is the conversation on the page."""
    records = same_person(customer)
    earlier = visible.of(records)
    if besides is not None:
        earlier = earlier.exclude(pk=besides.pk)
    return CustomerCard(
        customer=customer,
        addresses=_addresses(customer, records),
        clock=clock_of(customer, now),
        earlier=tuple(
            Earlier(pk, subject, str(State(state).label), at)
            for pk, subject, state, at in earlier[:limit].outlines()
        ),
    )


def _addresses(customer: Customer, records: list[int]) -> tuple[Address, ...]:
    if records == [customer.pk]:
        return tuple(sorted(customer.addresses.all(), key=lambda address: address.pk))
    return tuple(Address.objects.filter(customer_id__in=records).order_by("pk"))


def clock_of(customer: Customer, now: datetime) -> str:
    """Tell their time of day: by the zone somebody set, else by the clock of their newest mail."""
    if customer.zone:
        try:
            there = now.astimezone(ZoneInfo(customer.zone))
        except (ZoneInfoNotFoundError, ValueError):
            return ""
        place = customer.zone.rpartition("/")[2].replace("_", " ")
        return _("%(clock)s there, %(place)s") % {"clock": f"{there:%H:%M}", "place": place}
    if customer.mail_offset_minutes is not None:
        there = now.astimezone(timezone(timedelta(minutes=customer.mail_offset_minutes)))
        return _("%(clock)s by the clock of their newest mail") % {"clock": f"{there:%H:%M}"}
    return ""
