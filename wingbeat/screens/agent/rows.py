"""The rows of a list, all in words already: a template that has to ask costs more than the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wingbeat.desk.conversations import presence
from wingbeat.desk.conversations.glance import Glance
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.shared_draft import begun_in
from wingbeat.desk.customers.models import Address
from wingbeat.desk.people.models import Agent
from wingbeat.screens.paths import path_to


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of a list; `number` is its `pk` as it is written."""

    glance: Glance
    number: SafeString
    url: SafeString
    customer: str
    excerpt: str
    at: datetime
    is_late: bool
    is_near: bool
    has_note: bool
    draft: str  # whose words are begun and not sent, in words
    here: tuple[presence.Present, ...]
    facts: str = ""  # what a view's columns tell

    @property
    def pk(self) -> int:
        return self.glance.pk

    @property
    def is_marked(self) -> bool:
        return self.has_note or bool(self.draft) or self.glance.is_marked


def rows_of(
    glances: Sequence[Glance], *, reader: Agent, now: datetime, suffix: str = ""
) -> tuple[Row, ...]:
    """Return rows that lead to their conversation at its address and `suffix`."""
    ids = [glance.pk for glance in glances]
    noted, begun = Message.objects.noted(ids), begun_in(ids, reader)
    # whoever gave no name goes by their address
    nameless = [glance.customer_id for glance in glances if not glance.customer__name]
    addresses = Address.objects.first_of(nameless) if nameless else {}
    return tuple(
        Row(
            glance,
            number=SafeString(glance.pk),  # as it is written seven times, nothing is escaped anew
            url=SafeString(path_to("agent:conversation", glance.pk) + suffix),
            customer=glance.customer__name or addresses.get(glance.customer_id, ""),
            excerpt=glance.excerpt,
            at=glance.waits_for_us_since or glance.latest_at,
            is_late=glance.is_late(now),
            is_near=glance.is_near(now),
            has_note=glance.pk in noted,
            draft=_begun(begun.get(glance.pk), reader),
            here=presence.others(glance.pk, reader, at=now),
        )
        for glance in glances
    )


def _begun(by: Agent | None, reader: Agent) -> str:
    if by is None or by == reader:
        return _("You have a draft here") if by else ""
    return _("%(name)s shows a draft here") % {"name": by.name}
