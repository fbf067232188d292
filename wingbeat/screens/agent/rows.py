"""The rows of a list, all in words already: a template that has to ask costs more than the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from wingbeat.desk.conversations import presence
from wingbeat.desk.conversations.glance import Glance
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.customers.models import Address
from wingbeat.desk.people.models import Agent
from wingbeat.screens.paths import path_to


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of a list; `number` is its `pk` as it is written."""

    pk: int
    number: SafeString
    url: SafeString
    customer: str
    subject: str
    excerpt: str
    at: datetime
    assignee: str
    is_waiting: bool
    is_late: bool
    is_near: bool
    due_at: datetime | None
    severity: int
    is_asleep: bool
    is_restricted: bool
    has_attachments: bool
    has_stranger: bool
    has_trouble: bool
    has_note: bool
    here: tuple[presence.Present, ...]
    facts: str = ""  # what a view's columns tell

    @property
    def is_marked(self) -> bool:
        return (
            self.has_note
            or self.has_attachments
            or self.has_stranger
            or self.has_trouble
            or self.is_asleep
            or self.is_restricted
            or bool(self.severity)
        )


def rows_of(
    glances: Sequence[Glance], *, reader: Agent, now: datetime, suffix: str
) -> tuple[Row, ...]:
    """Return rows that lead to their conversation at its address and `suffix`."""
    noted = Message.objects.noted([glance.pk for glance in glances])
    # whoever gave no name goes by their address
    nameless = [glance.customer_id for glance in glances if not glance.customer__name]
    addresses = Address.objects.first_of(nameless) if nameless else {}
    return tuple(
        Row(
            pk=glance.pk,
            number=SafeString(glance.pk),  # as it is written seven times, nothing is escaped anew
            url=SafeString(path_to("agent:conversation", glance.pk) + suffix),
            customer=glance.customer__name or addresses.get(glance.customer_id, ""),
            subject=glance.subject,
            excerpt=glance.excerpt,
            at=glance.waits_for_us_since or glance.latest_at,
            assignee=glance.assignee__name or "",
            is_waiting=glance.waits_for_us_since is not None,
            is_late=glance.is_late(now),
            is_near=glance.is_near(now),
            due_at=glance.due_at,
            severity=glance.severity,
            is_asleep=glance.snoozed_until is not None,
            is_restricted=glance.is_restricted,
            has_attachments=glance.has_attachments,
            has_stranger=glance.has_stranger,
            has_trouble=glance.has_trouble,
            has_note=glance.pk in noted,
            here=presence.others(glance.pk, reader, at=now),
        )
        for glance in glances
    )
