"""What rows of any table are asked: where a page of them goes on, and where a pointer leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet


def beyond(order: Sequence[str], values: Iterable[Any]) -> Q:
    """Return what stands behind a row in an order, by its `values`, so that depth costs nothing."""
    further = Q()
    for column, value in reversed(list(zip(order, values, strict=True))):
        side, name = ("lt", column[1:]) if column.startswith("-") else ("gt", column)
        here = Q(**{f"{name}__{side}": value})
        further = here | (Q(**{name: value}) & further) if further else here
    return further


def end_of(pointers: QuerySet[Any], pk: int) -> int:
    """Follow pointers, each from its `source` to its `target`, as far as they lead."""
    while True:
        target = pointers.filter(source_id=pk).values_list("target_id", flat=True).first()
        if target is None:
            return pk
        pk = target


def led_to(pointers: QuerySet[Any], pk: int) -> list[int]:
    """Return what pointers lead to this, over however many others: itself first."""
    found, frontier = [pk], [pk]
    while frontier:
        rows = pointers.filter(target_id__in=frontier)
        frontier = list(rows.values_list("source_id", flat=True))
        found += frontier
    return found
