"""Grants as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from wingbeat.channels.api.shapes import Named, Sent, Shape, Text
from wingbeat.desk.care.grant import Grant

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


def grant_shown(row: Grant) -> GrantShape:
    return GrantShape.of(
        row, by=Named.of(row.by), second=Named.of(row.second) if row.second else None,
        why_a_second=row.why_asked,
    )  # fmt: skip
