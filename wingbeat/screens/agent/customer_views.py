"""A customer's own page, and what one changes there: what we know, and who is the same person."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.care.grant import Grant
from wingbeat.desk.care.mending import bond
from wingbeat.desk.conversations.custom_field import CustomField, told_of
from wingbeat.desk.customers import merging
from wingbeat.desk.customers.describing import Description, UnknownZone, describe
from wingbeat.desk.customers.models import Address, BusinessEvent, Customer
from wingbeat.desk.insights.lived import remembered
from wingbeat.screens.agent import customer_card
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import not_for_light, number_in
from wingbeat.screens.agent.history import history_of
from wingbeat.screens.agent.lived_words import bond_line, quotations
from wingbeat.screens.refusing import told_on_page

GRANTS = 10
BUSINESS = 20  # latest things that they did outside of support


@for_agents("GET")
def customer(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a person, and whatever they wrote that this agent may read."""
    found = _customer_of(request, pk)
    if merging.stays(pk) != pk:
        return redirect("agent:customer", pk=merging.stays(pk))
    visible, now = conversations(request), timezone.now()
    lived = remembered(merging.same_person(found), visible, now=now)
    context = {
        "card": customer_card.customer_card(found, visible, now=now, limit=0),
        "quotations": quotations(lived),
        "bond": bond_line(bond(merging.same_person(found), visible, now), now),
        "grants": Grant.objects.of_customers(merging.same_person(found), visible)[:GRANTS],
        "history": history_of(found, visible, after=request.GET.get("after", "")),
        "business": BusinessEvent.objects.of(merging.same_person(found))[:BUSINESS],
        "merged": found.merged_in.select_related("source").order_by("pk"),
        "told": told_of(CustomField.objects.known_to(request.user), found),
        "place": "customer",
    }
    return respond(request, "agent/customer/page.html", context)


@for_agents("POST")
def description(request: DeskRequest, pk: int) -> HttpResponse:
    found = customer_to_change(request, pk)
    fields = ("name", "organization", "zone", "details")
    said = Description(**{field: request.POST.get(field, "") for field in fields})
    with told_on_page(request, UnknownZone):
        describe(found, said, by=request.user, at=timezone.now())
    return redirect("agent:customer", pk=pk)


@for_agents("POST")
def merge(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that somebody else, named by their address, is this person too."""
    found = customer_to_change(request, pk)
    address = Address.objects.of(request.POST.get("address", ""))
    with told_on_page(request, merging.CannotMerge):
        # one answer to both, so that nobody finds out who writes to inboxes that they cannot read
        if address is None or not _is_known_to(request, address.customer):
            raise merging.CannotMerge(_("Nobody here has written from that address."))
        merging.merge(address.customer, into=found, by=request.user, at=timezone.now())
    return redirect("agent:customer", pk=pk)


@for_agents("POST")
def unmerge(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that they are two people after all."""
    found = customer_to_change(request, pk)
    source = get_object_or_404(found.merged_in, source_id=number_in(request, "source")).source
    merging.unmerge(source, by=request.user, at=timezone.now())
    return redirect("agent:customer", pk=source.pk)


def _customer_of(request: DeskRequest, pk: int) -> Customer:
    """Return a person with whom this agent may read a conversation."""
    found = Customer.objects.select_related("organization").filter(pk=pk).first()
    if found is None or not _is_known_to(request, found):
        raise Http404
    return found


def customer_to_change(request: DeskRequest, pk: int) -> Customer:
    found = _customer_of(request, pk)
    not_for_light(request)
    return found


def _is_known_to(request: DeskRequest, customer: Customer) -> bool:
    records, visible = merging.same_person(customer), conversations(request)
    return visible.of(records).exists() or visible.with_words_of(records).exists()
