"""Putting things right: what was given, and the word of a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api.access import allowed, changing, conversation_of, doing, grant_of
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import Cents, InPath, Named, Sent, Shape, Text
from wingbeat.desk.care.grant import Grant, give
from wingbeat.desk.care.limit import Figures, GrantLimit, reckoned, set_limit
from wingbeat.laws.recovery.coach import Limit

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


class FiguresSent(Sent):
    """What the business knows of itself, from which a limit is reckoned."""

    margin_cents: Cents = Field(description="What one customer leaves you a year.")
    stay_percent: int = Field(ge=0, le=100, description="Of a hundred, who stay another year.")
    asking_minutes: int = Field(ge=1, le=240, description="That asking somebody takes.")
    wage_cents: Cents = Field(description="What a minute of work costs you.")


class LimitSent(Sent):
    """What one person gives without asking, and at most a month in one inbox."""

    cents: Cents
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]
    a_month_cents: Cents | None = Field(None, description="Null: no envelope.")
    figures: FiguresSent | None = Field(None, description="Kept with it, where they led to it.")


class LimitShape(LimitSent):
    """What one person gives now."""

    by: int | None = Field(description="Null: nobody has set one, it is the lowest there is.")
    at: datetime | None


@router.get("/limit", response=answers(LimitShape))
def get_limit(request: KeyRequest) -> LimitShape:
    """Read what one person gives without asking; it needs the scope admin."""
    allowed(request, Scope.ADMIN)
    return _limit(GrantLimit.objects.in_force())


@router.put("/limit", response=answers(LimitShape))
def change_limit(request: KeyRequest, body: LimitSent) -> LimitShape:
    """Say what one person gives without asking; it needs the scope admin."""
    who, told = doing(request, Scope.ADMIN), body.model_dump()
    told["figures"] = Figures(**told["figures"]) if told["figures"] else None
    return _limit(set_limit(told.pop("cents"), **told, **who))


@router.post("/limit/sum", response=answers(Limit))
def reckon_limit(request: KeyRequest, body: FiguresSent) -> Limit:
    """Do the sum that leads to a limit, and keep nothing; it needs the scope admin."""
    allowed(request, Scope.ADMIN)
    return reckoned(Figures(**body.model_dump()))


@router.get("/grants", response=answers(Page[GrantShape]))
def list_grants(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List what was given, or waits for a second person, in conversations that may be read."""
    rows = Grant.objects.visible_to(asker(request)).select_related("by", "second")
    return page(rows, ("-pk",), where, grant_shown)


@router.get(ONE, response=answers(Page[GrantShape]))
def list_conversations_grants(
    request: HttpRequest, number: InPath, where: AskedPage
) -> dict[str, Any]:
    """List what was given in a conversation, newest first."""
    rows = Grant.objects.of_conversations(conversation_of(request, number).parts())
    return page(rows, ("-at", "-pk"), where, grant_shown)


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
    row.agree(**doing(request, for_light=True))
    return grant_shown(row)


@router.post("/grants/{id}/refusal", response=answers(GrantShape))
def decline(request: KeyRequest, id: InPath) -> GrantShape:
    """Say that it should not be given so."""
    row = grant_of(request, id)
    row.decline(**doing(request, for_light=True))
    return grant_shown(row)


@router.post("/grants/{id}/withdrawal", response=answers(GrantShape))
def take_back_grant(request: KeyRequest, id: InPath) -> GrantShape:
    """Say that it was not given after all; the record keeps that it once stood."""
    row = grant_of(request, id)
    row.take_back(**doing(request, for_light=True))
    return grant_shown(row)


def _limit(row: GrantLimit) -> LimitShape:
    figures = FiguresSent.of(row) if row.sum is not None else None
    return LimitShape.of(row, figures=figures)


def grant_shown(row: Grant) -> GrantShape:
    return GrantShape.of(row, why_a_second=row.why_asked)
