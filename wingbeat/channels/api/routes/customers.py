"""Customers and organizations, as far as somebody reads what they wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes, showing
from wingbeat.channels.api.access import conversations, customer_of, doing, knows
from wingbeat.channels.api.errors import Stale, Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.paging import AskedPage, Page, page, page_at_once
from wingbeat.channels.api.shapes import LARGEST, CustomerShape, InPath, Shape, Text, Time
from wingbeat.desk.customers import merging
from wingbeat.desk.customers.business import Told, tell
from wingbeat.desk.customers.describing import Description, describe
from wingbeat.desk.customers.models import BusinessEvent, BusinessKind, Customer, Organization

router = Router(tags=["customers"])
Address = Annotated[
    str,
    Query(max_length=254, description="Only whoever has this address.", examples=["a@b.example"]),
]


class BusinessEventSent(shapes.Sent):
    """What a customer did outside of support, told by your own system."""

    kind: Literal["order", "renewal", "upgrade", "cancellation", "referral"]
    at: Time
    external_id: Annotated[Text, Field(min_length=1, max_length=120, examples=["order-4711"])]
    cents: Annotated[int, Field(ge=-LARGEST, le=LARGEST, examples=[4990])] | None = None
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$", examples=["EUR"])] = ""


class BusinessEventShape(Shape):
    """What a customer did outside of support."""

    id: int
    customer: int
    kind: str
    at: datetime
    external_id: str
    cents: int | None
    currency: str


@router.get("/customers", response=answers(Page[CustomerShape]))
def list_customers(request: HttpRequest, where: AskedPage, address: Address = "") -> dict[str, Any]:
    """List customers whose conversations may be read, by number; merged ones as they stay."""
    theirs = conversations(request).filter(customer_id=OuterRef("pk"))
    rows = Customer.objects.filter(Exists(theirs))
    if address:
        rows = rows.filter(addresses__email=address.strip().lower().replace("\x00", ""))
    loaded = rows.select_related("organization").prefetch_related("addresses")
    return page(loaded, ("pk",), where, showing.customer_shown)


@router.get("/customers/{id}", response=answers(CustomerShape))
def get_customer(request: HttpRequest, id: InPath) -> CustomerShape:
    """Read what is known of a customer."""
    return showing.described(request, customer_of(request, id))


@router.put("/customers/{id}", response=answers(CustomerShape))
def describe_customer(
    request: KeyRequest, id: InPath, body: shapes.DescriptionSent
) -> CustomerShape:
    """Say what is known of a customer; `If-Match` keeps what somebody else said meanwhile."""
    found = customer_of(request, id)
    who, wanted = doing(request), request.headers.get("If-Match")
    showing.described(request, found)
    if wanted and wanted not in {"*", request.etag}:
        raise Stale
    describe(found, Description(**body.model_dump()), **who)
    return showing.described(request, customer_of(request, id))


@router.get("/customers/{id}/conversations", response=answers(Page[shapes.ConversationShape]))
def list_customers_conversations(
    request: HttpRequest, id: InPath, where: AskedPage
) -> dict[str, Any]:
    """List every conversation in which they wrote, newest first."""
    records = merging.same_person(customer_of(request, id))
    rows = showing.with_tags(conversations(request).with_words_of(records))
    return page_at_once(rows, ("-latest_at", "-pk"), where, showing.conversations_shown)


@router.post("/customers/{id}/merge", response=answers(CustomerShape))
def merge_customers(
    request: KeyRequest, id: InPath, body: shapes.CustomerMergeSent
) -> CustomerShape:
    """Say that somebody else is this person too; it can be taken back."""
    found, who = customer_of(request, id), doing(request)
    other = Customer.objects.filter(pk=body.customer).first()
    if other is None or not knows(request, other):
        raise Unusable({"body.customer": f"There is no customer {body.customer} you may read."})
    merging.merge(other, into=found, **who)
    return showing.described(request, customer_of(request, merging.stays(id)))


@router.delete("/customers/{id}/merge", response=answers(CustomerShape))
def unmerge_customers(request: KeyRequest, id: InPath) -> CustomerShape:
    """Say that a customer who was merged into another is a person of their own after all."""
    found = customer_of(request, id)
    merging.unmerge(found, **doing(request))
    return showing.described(request, found)


@router.get("/customers/{id}/events", response=answers(Page[BusinessEventShape]))
def list_events(request: HttpRequest, id: InPath, where: AskedPage) -> dict[str, Any]:
    """List what they did outside of support, newest first."""
    rows = BusinessEvent.objects.of(merging.same_person(customer_of(request, id)))
    return page(rows, ("-at", "-pk"), where, BusinessEventShape.of)


@router.post(
    "/customers/{id}/events",
    response=answers(BusinessEventShape) | {201: BusinessEventShape},
)
def tell_event(request: KeyRequest, id: InPath, body: BusinessEventSent) -> Status[Any]:
    """Tell what a customer did: an order, a renewal, a cancellation; twice, it is kept once."""
    found, who = customer_of(request, id), doing(request)
    if (body.cents is None) != (not body.currency):
        raise Unusable({"body.currency": "An amount has whole cents and a currency, or neither."})
    told = Told(BusinessKind(body.kind), body.at, body.external_id, body.cents, body.currency)
    row, is_new = tell(found, told, **who)
    return Status(201 if is_new else 200, BusinessEventShape.of(row))


@router.get("/organizations", response=answers(Page[shapes.OrganizationShape]))
def list_organizations(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List organizations with a customer whose conversations may be read, by number."""
    theirs = conversations(request).filter(customer__organization_id=OuterRef("pk"))
    rows = Organization.objects.filter(Exists(theirs))
    return page(rows, ("pk",), where, shapes.OrganizationShape.of)
