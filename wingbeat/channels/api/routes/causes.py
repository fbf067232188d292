"""Why people write: said of a conversation, and the tree of causes to choose from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes, showing
from wingbeat.channels.api.access import changing, doing, named, named_if
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import Cents, ConversationShape, InPath, Number, Shape, Text
from wingbeat.desk.conversations.cause import LONGEST, Cause, Offers, keep, mark, offer

router = Router(tags=["causes"])
OF_ONE = "/conversations/{number}/cause"


class OffersShape(shapes.Sent):
    """What whoever a cause happens to is offered first, in cents of the desk's currency."""

    offer_kind: Literal["", "refund", "credit", "replacement", "gesture"] = ""
    offer_cents: Cents | None = None
    item_cents: Cents | None = Field(None, description="What one more of the thing costs you.")


class CauseShape(Shape):
    """Why people write: the product's, the desk's or the world's doing, never theirs."""

    id: int
    name: str
    under: int | None
    is_offered: bool = Field(description="Whether agents may choose it; what has it keeps it.")
    offers: OffersShape


class CauseSent(shapes.Sent):
    """A name, and under which other cause it stands."""

    name: Annotated[Text, Field(min_length=1, max_length=LONGEST, examples=["Broken in transit"])]
    under: Number | None = None
    offers: OffersShape | None = Field(None, description="Without it they stay as they are.")


class CauseMarkSent(shapes.Sent):
    cause: Number


@router.put(OF_ONE, response=answers(ConversationShape))
def say_cause(request: KeyRequest, number: InPath, body: CauseMarkSent) -> ConversationShape:
    """Say why somebody wrote; the latest that was said holds."""
    with changing(request, number) as (found, by, at):
        told = f"There is no cause {body.cause}."
        cause = named(Cause.objects.all(), body.cause, "body.cause", told)
        mark(found, cause, by=by, at=at)
        return showing.answered(request, found)


@router.delete(OF_ONE, response=answers(ConversationShape))
def take_cause_back(request: KeyRequest, number: InPath) -> ConversationShape:
    """Say nothing of why somebody wrote."""
    return showing.done(request, number, mark, cause=None)


@router.get("/causes", response=answers(Page[CauseShape]))
def list_causes(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the causes of the desk, by number; those no longer offered as well."""
    return page(Cause.objects.all(), ("pk",), where, _cause)


@router.post("/causes", response=answers(CauseShape, 201))
def make_cause(request: KeyRequest, body: CauseSent) -> Status[CauseShape]:
    """Make a cause to choose; it needs the scope admin."""
    return Status(201, _kept(request, None, body))


@router.put("/causes/{id}", response=answers(CauseShape))
def change_cause(request: KeyRequest, id: InPath, body: CauseSent) -> CauseShape:
    """Call a cause otherwise or put it elsewhere; it needs the scope admin."""
    return _kept(request, id, body)


@router.put("/causes/{id}/offer", response=answers(CauseShape))
def offer_cause(request: KeyRequest, id: InPath) -> CauseShape:
    """Offer a cause again, with all under it; it needs the scope admin."""
    return _offered(request, id, is_offered=True)


@router.delete("/causes/{id}/offer", response=answers(CauseShape))
def retire_cause(request: KeyRequest, id: InPath) -> CauseShape:
    """Offer a cause no longer; what was said stays said. It needs the scope admin."""
    return _offered(request, id, is_offered=False)


def _of(pk: int) -> Cause:
    return get_object_or_404(Cause.objects.select_related("parent"), pk=pk)


def _offered(request: KeyRequest, pk: int, *, is_offered: bool) -> CauseShape:
    who = doing(request, Scope.ADMIN)
    offer(_of(pk), is_offered=is_offered, **who)
    return _cause(_of(pk))


def _kept(request: KeyRequest, pk: int | None, body: CauseSent) -> CauseShape:
    who, told = doing(request, Scope.ADMIN), f"There is no cause {body.under}."
    found = _of(pk) if pk is not None else None
    above = named_if(Cause.objects.all(), body.under, "body.under", told)
    offers = Offers(**body.offers.model_dump()) if body.offers else None
    return _cause(keep(found, name=body.name, under=above, offers=offers, **who))


def _cause(row: Cause) -> CauseShape:
    return CauseShape.of(
        row, under=row.parent_id, is_offered=row.retired_at is None, offers=OffersShape.of(row)
    )
