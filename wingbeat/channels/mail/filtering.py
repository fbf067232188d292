"""Filtering: the first filter that a mail meets decides what becomes of it, once and for good.

Asked only of what would begin a conversation: what answers one goes there whatever a filter says,
and what spam, blocks or our own marks take is taken already. A filter's work is part of the
judgement, so it cannot make another mail, meet another filter, or act twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from wingbeat.channels.mail.case import Case, Decision, Open
from wingbeat.channels.mail.filter_asking import meets
from wingbeat.channels.mail.filters import MailFilterVersion
from wingbeat.channels.mail.models import Judgement, RawMail
from wingbeat.channels.mail.parsing.confined import BeyondLimits, parse_safely
from wingbeat.desk.automation.declaring import SHOWN, TRIED_OVER, Trial
from wingbeat.desk.automation.steps import STEPS, Doing, WrongStep
from wingbeat.desk.conversations.blobs import BytesMissing
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.seeing import seen_by
from wingbeat.desk.people.models import Agent

MOST_TRIED = 300  # past mails that a trial reads again, the newest


def filed(case: Case, decision: Decision) -> Decision:
    """Return a decision as the first filter that the mail meets wants it."""
    if not isinstance(decision.act, Open) or case.its_inbox.is_for_team:
        return decision  # what colleagues ask is between them and whoever answers there
    size = case.raw.size
    found = next((one for one in case.door.filters if meets(one.asks, case.mail, size=size)), None)
    if found is None:
        return decision
    why = _("Filed by the filter “%(filter)s”.") % {"filter": found.declaration.name}
    if found.value("tray") is not None:
        return Decision(Judgement.FILED, why, filed_by=found)
    if found.value("spam") is not None:
        return Decision(Judgement.SPAM, why, filed_by=found)
    return replace(decision, why=why, filed_by=found)


def inbox_for(case: Case, version: MailFilterVersion | None) -> Inbox:
    """Return the inbox that a conversation begins in; one that is gone by now leaves it here."""
    name = version.value("move") if version else None
    moved = Inbox.objects.filter(name=name, is_for_team=False).first() if name else None
    return moved or case.its_inbox


def sort(message: Message, version: MailFilterVersion, *, by: Agent, at: datetime) -> None:
    """Tag the new conversation and say its cause, as the filter wants it."""
    doing = Doing(by=by, rule=version.declaration.name, at=at, say=lambda *_said: False)
    for step in version.steps:
        if step["do"] in {"tag", "cause"}:
            try:
                STEPS[step["do"]].do(message.conversation, step["value"], doing)
            except WrongStep:
                continue  # a cause that is gone by now; the mail comes in all the same


def silences(conversation_id: int, do: str) -> bool:
    """Say whether a filter wants a conversation left alone: `unanswered` or `hushed`."""
    rows = RawMail.objects.filter(
        became__conversation=conversation_id, filed_by__isnull=False
    ).select_related("filed_by")
    return any(row.filed_by.value(do) is not None for row in rows.defer("packed") if row.filed_by)


def hushes(conversation_id: int) -> bool:
    """Say whether nobody is to be notified of what customers and the desk do there."""
    return silences(conversation_id, "hushed")


def trial(version: MailFilterVersion, *, by: Agent, now: datetime) -> Trial:
    """Read the newest mails that began a conversation and that `by` may see again."""
    rows = RawMail.objects.filter(
        judgement__in=(Judgement.OPENED, Judgement.FILED),
        received_at__gt=now - TRIED_OVER,
        inbox_id__in=by.inbox_ids,
    ).exclude(became__conversation__is_restricted=True)
    ids = rows.order_by("-pk").values_list("pk", flat=True)[:MOST_TRIED]
    newest = RawMail.objects.filter(pk__in=list(ids))
    # the conversation may stand elsewhere by now, and is shown only to who may read it there
    seen = seen_by(by, newest, place="became__conversation") | newest.filter(became__isnull=True)
    latest = list(seen.select_related("became__conversation__customer").order_by("-pk"))
    touched = tuple(_touched(version, latest))
    return Trial(len(latest), len(touched), touched[:SHOWN])


def _touched(version: MailFilterVersion, rows: list[RawMail]) -> Iterator[RawMail]:
    for row in rows:
        try:
            mail = parse_safely(row.content())
        except (BeyondLimits, BytesMissing):
            continue
        if meets(version.asks, mail, size=row.size):
            yield row
