"""A customer's own page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from wingbeat.desk.customers.merging import same_person, stays
from wingbeat.desk.customers.models import Customer
from wingbeat.screens.agent import customer_card
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond


@require_GET
@for_agents
def customer(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a person to whoever may read a conversation with them."""
    if stays(pk) != pk:
        return redirect("agent:customer", pk=stays(pk))
    found = Customer.objects.select_related("organization").filter(pk=pk).first()
    visible = conversations(request)
    if found is None or not visible.of(same_person(found)).exists():
        raise Http404
    card = customer_card.customer_card(found, visible, now=timezone.now(), limit=customer_card.ALL)
    page = "agent/customer/page.html"
    return respond(request, page, page, {"card": card, "place": "customer"})
