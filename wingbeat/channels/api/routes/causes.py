"""Why people write: said of a conversation, and the tree of causes to choose from."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes, showing
from wingbeat.channels.api.access import allowed, changing, named
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import ConversationShape, InPath, Number, Shape, Text
from wingbeat.desk.conversations.cause import LONGEST, Cause, keep, mark, offer

router = Router(tags=["causes"])
OF_ONE = "/conversations/{number}/cause"


class CauseShape(Shape):
    """Why people write: the product's, the desk's or the world's doing, never theirs."""

    id: int
    name: str
    under: int | None
    is_offered: bool = Field(description="Whether agents may choose it; what has it keeps it.")


class CauseSent(shapes.Sent):
    """A name, and under which other cause it stands."""

    name: Annotated[Text, Field(min_length=1, max_length=LONGEST, examples=["Broken in transit"])]
    under: Number | None = None


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
    return page(Cause.objects.all(), ("pk",), where, lambda some: list(map(_cause, some)))


@router.post("/causes", response=answers(CauseShape, 201))
def make_cause(request: KeyRequest, body: CauseSent) -> Status[CauseShape]:
    """Make a cause to choose; it needs the scope admin."""
    by = allowed(request, Scope.ADMIN)
    made = keep(None, name=body.name, under=_above(body), by=by, at=timezone.now())
    return Status(201, _cause(made))


@router.put("/causes/{id}", response=answers(CauseShape))
def change_cause(request: KeyRequest, id: InPath, body: CauseSent) -> CauseShape:
    """Call a cause otherwise or put it elsewhere; it needs the scope admin."""
    by, found = allowed(request, Scope.ADMIN), _of(id)
    return _cause(keep(found, name=body.name, under=_above(body), by=by, at=timezone.now()))


@router.put("/causes/{id}/offer", response=answers(CauseShape))
def offer_cause(request: KeyRequest, id: InPath) -> CauseShape:
    """Offer a cause again, with all under it; it needs the scope admin."""
    by = allowed(request, Scope.ADMIN)
    offer(_of(id), is_offered=True, by=by, at=timezone.now())
    return _cause(_of(id))


@router.delete("/causes/{id}/offer", response=answers(CauseShape))
def retire_cause(request: KeyRequest, id: InPath) -> CauseShape:
    """Offer a cause no longer; what was said stays said. It needs the scope admin."""
    by = allowed(request, Scope.ADMIN)
    offer(_of(id), is_offered=False, by=by, at=timezone.now())
    return _cause(_of(id))


def _of(pk: int) -> Cause:
    return get_object_or_404(Cause.objects.select_related("parent"), pk=pk)


def _above(body: CauseSent) -> Cause | None:
    if body.under is None:
        return None
    return named(Cause.objects.all(), body.under, "body.under", f"There is no cause {body.under}.")


def _cause(row: Cause) -> CauseShape:
    return CauseShape.of(row, under=row.parent_id, is_offered=row.retired_at is None)
