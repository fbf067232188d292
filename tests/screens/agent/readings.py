"""Readings as a run of the laws would have kept them, and the pages that show them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.insights.reading import Reading
from wingbeat.laws.readings import Reading as Measured
from wingbeat.stats import Estimate

SHARE = Estimate(0.8, 0.7, 0.9, 100, "Wilson")


def kept(
    inboxes: list[int], key: str, result: Any, at: datetime | None = None, **more: Any
) -> Reading:
    """Keep a reading as a run would have."""
    details = more.pop("details", {})
    unit, caveat = more.pop("unit", "share"), more.pop("caveat", "open_counted")
    told = Measured(key, result, unit, "B16", caveat, details, more.pop("telling", "")).as_row()
    del told["key"]
    law, at = key.partition(".")[0], at or timezone.now()
    return Reading.objects.create(
        inbox_ids=inboxes, law=law, version=f"{law}@1", key=key, as_of_at=at, at=at, told=told,
        **more,
    )  # fmt: skip


def weekly(inbox: Inbox, values: list[float], key: str = "first_impression.kept") -> None:
    now = timezone.now()
    for place, value in enumerate(values):
        at = now - timedelta(weeks=len(values) - 1 - place)
        kept([inbox.pk], key, Estimate(value, value - 0.05, value + 0.05, 100, "Wilson"), at)


def page_of(desk: Client, law: str = "first_impression") -> str:
    response = desk.get(f"/laws/{law}/")
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
