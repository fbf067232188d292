"""Finding a person by the beginning of their name or address, where one may read them."""

from __future__ import annotations

from django.db.models import Q

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.customers.models import Address, Customer
from wingbeat.desk.people.models import Agent

LOOKS_AT = 60  # people whose name begins so; the first few that one may read are shown


def people_found(asked: str, *, agent: Agent, most: int) -> list[tuple[int, str, str]]:
    """Return number, name and address of customers whose conversations this agent may read.

    The address is the one that was asked for, else the one they have used longest.
    """
    ways = {asked, asked.title()}  # SQLite compares without case in ASCII only
    named = Q()
    for way in ways:
        named |= Q(name__istartswith=way) | Q(name__icontains=f" {way}")
    ids = list(Customer.objects.filter(named).values_list("pk", flat=True)[:LOOKS_AT])
    begun = Address.objects.filter(email__startswith=asked.lower())
    ids += begun.values_list("customer_id", flat=True)[:LOOKS_AT]
    seen = Conversation.objects.visible_to(agent).filter(customer_id__in=ids)
    readable = list(seen.order_by().values_list("customer_id", flat=True).distinct()[:most])
    addresses = Address.objects.first_of(readable) | begun.first_of(readable)
    names = Customer.objects.filter(pk__in=readable).order_by("name", "pk")
    return [(pk, name, addresses.get(pk, "")) for pk, name in names.values_list("pk", "name")]
