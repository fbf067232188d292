"""Putting things right: what was given, and the word of a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api.access import allowed, changing, conversation_of, grant_of
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Named, Sent, Shape, Text
from wingbeat.desk.care.grant import Grant, give

router = Router(tags=["putting right"])
ONE = "/conversations/{number}/grants"
RemedyCode = Literal["refund", "credit", "replacement", "gesture"]


class GrantSent(Sent):
    """Something to be given to put things right."""

    kind: RemedyCode
    cents: Annotated[int, Field(ge=1, le=100_000_000, examples=[1250])]
    words: Annotated[Text, Field(max_length=200, examples=["for the broken glass"])] = ""


class GrantShape(Shape):
    """Something given to put things right, or asked for."""

    id: int
    conversation: int
    customer: int
    cause: int | None
    kind: RemedyCode
    cents: int
    currency: str
    words: str
    standing: Literal["asked", "given", "declined", "taken_back"]
    why_a_second: str = Field(description="limit, month, again, program; empty: one decided.")
    by: Named
    second: Named | None
    at: datetime
    given_at: datetime | None


@router.get("/grants", response=answers(Page[GrantShape]))
def list_grants(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List what was given, or waits for a second person, in conversations that may be read."""
    rows = Grant.objects.visible_to(asker(request)).select_related("by", "second")
    return page(rows, ("-pk",), where, lambda some: list(map(grant_shown, some)))


@router.get(ONE, response=answers(list[GrantShape]))
def list_conversations_grants(request: HttpRequest, number: InPath) -> list[GrantShape]:
    """List what was given in a conversation, newest first."""
    found = conversation_of(request, number)
    return [grant_shown(one) for one in Grant.objects.of_conversations(found.parts())]


@router.post(ONE, response=answers(GrantShape, 201))
def grant(request: KeyRequest, number: InPath, body: GrantSent) -> Status[Any]:
    """Give something at once; above the limit, and always for a program, a second person decides.

    The customer is not told by this: say it in a reply.
    """
    with changing(request, number, for_light=True) as (found, by, at):
        row = give(found, body.kind, body.cents, words=body.words, by=by, at=at)
        return Status(201, grant_shown(row))


@router.post("/grants/{id}/agreement", response=answers(GrantShape))
def agree(request: KeyRequest, id: InPath) -> GrantShape:
    """Join as the second person: it is given now."""
    row = grant_of(request, id)
    row.agree(by=allowed(request, Scope.WRITE, for_light=True), at=timezone.now())
    return grant_shown(row)


@router.post("/grants/{id}/refusal", response=answers(GrantShape))
def decline(request: KeyRequest, id: InPath) -> GrantShape:
    """Say that it should not be given so."""
    row = grant_of(request, id)
    row.decline(by=allowed(request, Scope.WRITE, for_light=True), at=timezone.now())
    return grant_shown(row)


@router.post("/grants/{id}/withdrawal", response=answers(GrantShape))
def take_back_grant(request: KeyRequest, id: InPath) -> GrantShape:
    """Say that it was not given after all; the record keeps that it once stood."""
    row = grant_of(request, id)
    row.take_back(by=allowed(request, Scope.WRITE, for_light=True), at=timezone.now())
    return grant_shown(row)


def grant_shown(row: Grant) -> GrantShape:
    return GrantShape.of(
        row, by=Named.of(row.by), second=Named.of(row.second) if row.second else None,
        why_a_second=row.why_asked,
    )  # fmt: skip
