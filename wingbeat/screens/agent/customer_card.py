"""The person beside their words: addresses, organization, their clock, earlier conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from wingbeat.channels.mail.gathering import own_clock
from wingbeat.desk.care.at_hand import ANY, AtHand
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet, State
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Address, Customer
from wingbeat.screens.promises import PromiseLine, promise_lines

EARLIER = 8
PROMISES = 5


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
    ratings: tuple[Rating, ...]
    promises: tuple[PromiseLine, ...]


def customer_card(
    customer: Customer,
    visible: ConversationQuerySet,
    *,
    now: datetime,
    besides: Conversation | None = None,
    limit: int = EARLIER,
    beside: AtHand = ANY,
) -> CustomerCard:
    """Read the card from what this viewer may see; `besides` is the conversation on the page."""
    records = same_person(customer) if beside.records else [customer.pk]
    earlier = visible.of(records)
    if besides is not None:
        earlier = earlier.exclude(pk=besides.pk)
    return CustomerCard(
        customer=customer,
        addresses=_addresses(customer, records),
        clock=clock_of(customer, now),
        ratings=tuple(Rating.objects.of_customers(records, visible))
        if beside.rated or beside.records
        else (),
        promises=_promises(records, visible, now) if beside.promised or beside.records else (),
        earlier=tuple(
            Earlier(pk, subject, str(State(state).label), at)
            for pk, subject, state, at in earlier[:limit].outlines()
        ),
    )


def _promises(
    records: list[int], visible: ConversationQuerySet, now: datetime
) -> tuple[PromiseLine, ...]:
    rows = Promise.objects.of_customers(records).open_in(visible)
    return promise_lines(rows.with_answers()[:PROMISES], now=now)


def _addresses(customer: Customer, records: list[int]) -> tuple[Address, ...]:
    if records == [customer.pk]:
        return tuple(sorted(customer.addresses.all(), key=lambda address: address.pk))
    return tuple(Address.objects.filter(customer_id__in=records).order_by("pk"))


def clock_of(customer: Customer, now: datetime) -> str:
    """Tell their time of day, and how we know."""
    zone = own_clock(customer)
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return told_clock(zone.key, now)
    there = {"clock": f"{now.astimezone(zone):%H:%M}"}
    return _("%(clock)s by the clock of their newest mail") % there


def told_clock(zone: str, now: datetime) -> str:
    """Tell the time of day in a zone, and its place."""
    place = zone.rpartition("/")[2].replace("_", " ")
    there = {"clock": f"{now.astimezone(ZoneInfo(zone)):%H:%M}", "place": place}
    return _("%(clock)s there, %(place)s") % there
