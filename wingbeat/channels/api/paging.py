"""Pages that go on where one stopped, by the values of its last row: depth costs nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from ninja import Query, Schema
from pydantic import Field

from wingbeat.channels.api.errors import Unusable
from wingbeat.channels.api.shapes import LARGEST
from wingbeat.desk.journal.rows import beyond

Shape = TypeVar("Shape")
Row = TypeVar("Row", bound=Model)
ROWS, MOST = 50, 200


class Page(Schema, Generic[Shape]):
    """One page of a list."""

    items: list[Shape]
    next: str | None = Field(
        None, description="Give this as `cursor` to go on; null where the list ends."
    )


class Where(Schema):
    """Which page of a list is wanted."""

    cursor: str = Field("", max_length=400, description="`next` of the page before.")
    limit: int = Field(ROWS, ge=1, le=MOST, description="How many rows at most.")


AskedPage = Annotated[Where, Query(...)]


def page(
    rows: QuerySet[Row], order: Sequence[str], where: Where, shown: Callable[[Row], Any]
) -> dict[str, Any]:
    """Read one page in an order, whose last column tells any two rows apart."""
    return page_at_once(rows, order, where, lambda some: list(map(shown, some)))


def page_at_once(
    rows: QuerySet[Row], order: Sequence[str], where: Where, shown: Callable[[list[Row]], list[Any]]
) -> dict[str, Any]:
    """Read one page of rows for which something is asked together before they are shown."""
    if where.cursor:
        rows = rows.filter(beyond(order, _values(where.cursor, len(order))))
    found = list(rows.order_by(*order)[: where.limit + 1])
    further = found[where.limit - 1] if len(found) > where.limit else None
    return {"items": shown(found[: where.limit]), "next": _mark(further, order)}


def _values(cursor: str, count: int) -> list[Any]:
    try:
        read = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
        values = [_value(one) for one in read]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        values = []
    if len(values) != count:
        raise Unusable({"query.cursor": "Use `next` of a page of this same list as it was given."})
    return values


def _value(one: object) -> object:
    if isinstance(one, int) and not isinstance(one, bool) and abs(one) <= LARGEST:
        return one
    at = parse_datetime(one) if isinstance(one, str) else None
    if at is None or not timezone.is_aware(at) or not 1970 <= at.year <= 2200:
        raise ValueError(one)
    return at


def _mark(row: Model | None, order: Sequence[str]) -> str | None:
    if row is None:
        return None
    values = [getattr(row, column.removeprefix("-")) for column in order]
    written = [one if isinstance(one, int) else one.isoformat() for one in values]
    return base64.urlsafe_b64encode(json.dumps(written).encode()).decode()
