"""Keeping words as long as the owner chose and no longer: told first, then done every night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from wingbeat.channels.mail.models import Judgement, RawMail
from wingbeat.channels.privacy import before_update
from wingbeat.channels.privacy.emptying import LeavingNow, empty_conversations, remove_bytes
from wingbeat.channels.privacy.erasing import drop_blobs
from wingbeat.channels.privacy.models import Keeping, What
from wingbeat.desk.conversations import blobs
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.splitting import SplitMessage
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.knowledge import pictures
from wingbeat.desk.people.models import Agent

AT_ONCE = 100  # conversations in one short write
OVER = (State.ENDED, State.SOLVED)
SHORTEST = 30  # days: less would take words that are still being talked about


class TooShort(ValueError):
    """Fewer days than the desk allows."""


def over(what: str, days: int, *, now: datetime) -> QuerySet[Conversation] | QuerySet[RawMail]:
    """Return what would go now if it were kept for so many days."""
    before = now - timedelta(days=days)
    if what == What.TRAY:
        quiet = (Judgement.SPAM, Judgement.BLOCKED)
        return RawMail.objects.filter(judgement__in=quiet, received_at__lt=before)
    old = Conversation.objects.whole().filter(latest_at__lt=before, emptying__isnull=True)
    old = old.exclude(Exists(_lent(before).filter(message__conversation=OuterRef("pk"))))
    if what == What.SPAM:
        return old.filter(is_spam=True)
    return old.filter(state__in=OVER, is_spam=False)


def _lent(before: datetime) -> QuerySet[SplitMessage]:
    """Return what is also read in a conversation split off, not over, which has no other words."""
    lent = SplitMessage.objects.filter(split__conversation__emptying__isnull=True)
    is_over = Q(split__conversation__state__in=OVER) | Q(split__conversation__is_spam=True)
    return lent.exclude(
        is_over,
        split__conversation__latest_at__lt=before,
        split__conversation__merged_into__isnull=True,  # of a part its own words count
    )


@transaction.atomic
def keep_for(what: What, days: int | None, *, by: Agent, at: datetime) -> None:
    """Keep something for so many days, or for good.

    Raises:
        TooShort: if it would be less than a month.
    """
    if days is not None and days < SHORTEST:
        raise TooShort(f"{days} days are too few; use {SHORTEST} or more, or nothing for good.")
    before = Keeping.objects.filter(what=what).values_list("days", flat=True).first()
    if before == days:
        return
    if days is None:
        Keeping.objects.filter(what=what).delete()
    else:
        values = {"days": days, "by": by, "at": at}
        Keeping.objects.update_or_create(what=what, defaults=values)
    facts = {"what": str(what), "before": before, "after": days}
    record(Kind.KEEPING_CHANGED, by=by, at=at, facts=facts)


def tidy(now: datetime) -> int:
    """Take away what was kept long enough, then files that no row names; return how many rows."""
    count = 0
    for keeping in Keeping.objects.order_by("pk"):
        rows = over(keeping.what, keeping.days, now=now).order_by("pk")
        last = 0
        while some := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
            last = some[-1]
            count += _take(keeping, some, now)
    pictures.forget_unused(now)
    before_update.forget_old(now)
    drop_blobs(blobs.stored())
    return count


def _take(keeping: Keeping, pks: Sequence[int], now: datetime) -> int:
    if keeping.what == What.TRAY:
        with transaction.atomic():
            remove_bytes(RawMail.objects.filter(pk__in=pks))
        return len(pks)
    desk = Agent.objects.system()
    lent = _lent(now - timedelta(days=keeping.days))
    taken = 0
    for pk in pks:
        try:
            with transaction.atomic():
                old = Conversation.objects.select_for_update().get(pk=pk)
                parts = old.parts()
                if lent.filter(message__conversation__in=parts).exists():
                    continue
                empty_conversations(parts, by=desk, at=now)
                record(
                    Kind.WORDS_KEPT_LONG_ENOUGH, by=desk, at=now, inbox_id=old.inbox_id,
                    conversation_id=pk,
                )  # fmt: skip
        except LeavingNow:  # tomorrow, then
            continue
        taken += 1
    return taken
