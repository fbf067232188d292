"""What a notification says, on a page, beside the page and in a mail: why, who, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from wingbeat.desk.care.notification import SHOWN, Concern, Notification, Why, concerns
from wingbeat.desk.people.models import Agent
from wingbeat.screens import times
from wingbeat.screens.paths import path_to

SAYS: dict[str, str | Promise] = {
    Why.ASSIGNED: gettext_lazy("%(who)s gave it to you"),
    Why.MENTIONED: gettext_lazy("%(who)s named you in a note"),
    Why.FAILED: gettext_lazy("A reply of yours did not arrive, or may not have"),
    Why.PROMISE: gettext_lazy("What you promised here is nearly due"),
    Why.WORDS: gettext_lazy("They wrote to you"),
    Why.FOLLOWED: gettext_lazy("Something happened here, and you follow it"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation that concerns an agent, in words."""

    conversation_id: int
    title: str
    who: str
    reasons: tuple[str, ...]
    at: datetime

    @property
    def url(self) -> str:
        return path_to("agent:conversation", self.conversation_id)

    @property
    def when(self) -> str:
        return times.since(self.at, timezone.now())


def lines_of(agent: Agent, *, seen: bool) -> list[Line]:
    """Return what concerns an agent and they have not seen, or what they have, the newest first."""
    rows = Notification.objects.visible_to(agent).filter(seen_at__isnull=not seen)
    rows = rows.select_related("conversation__customer", "by").order_by("-at", "-pk")
    return [line_of(concern) for concern in concerns(rows[: 4 * SHOWN])[:SHOWN]]


def line_of(concern: Concern) -> Line:
    """Say one; of a restricted conversation no more than that there is something."""
    conversation = concern.conversation
    title, who = conversation.subject or _("(no subject)"), str(conversation.customer)
    if conversation.is_restricted:
        title, who = _("A restricted conversation"), ""
    return Line(
        conversation.pk,
        title,
        who,
        tuple(_reason(one) for one in concern.reasons),
        concern.at,
    )


def told_together(n: int) -> str:
    """Say in one line that so many conversations concern somebody."""
    return ngettext("%(n)d conversation concerns you", "%(n)d conversations concern you", n) % {
        "n": n
    }


def _reason(row: Notification) -> str:
    says = str(SAYS[row.why]) % {"who": row.by.name}
    if row.times > 1:
        told = ngettext("%(says)s, %(n)d time.", "%(says)s, %(n)d times.", row.times)
        return told % {"says": says, "n": row.times}
    return _("%(says)s.") % {"says": says}
