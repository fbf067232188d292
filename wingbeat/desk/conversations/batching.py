"""Carrying out a batch: a few conversations at a time, each once, whatever dies in between."""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from wingbeat.desk.conversations.batch import Batch, BatchItem, Outcome, open_items
from wingbeat.desk.conversations.batch_acts import ACTS, Doing, Refused
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.journal.models import Entry

AT_ONCE = 20  # conversations in one transaction: others who write wait no longer than for these
PAUSE_SECONDS = 0.01  # in which they get their turn


@task()
def carry_on(batch_id: int) -> None:
    """Do, or take back, what is left of a batch. What is done is committed with its outcome."""
    batch = Batch.objects.select_related("by").get(pk=batch_id)
    with translation.override(batch.by.language or translation.get_language()):
        while _some(batch):
            time.sleep(PAUSE_SECONDS)
            batch.refresh_from_db(fields=["undone_at"])


@transaction.atomic
def _some(batch: Batch) -> bool:
    # the row is the lock: a job whose lease ran out may still be at it
    Batch.objects.select_for_update().get(pk=batch.pk)
    items = list(open_items(batch)[:AT_ONCE])
    if not items:
        return bool(batch.undone_at) and _forget_waiting(batch)
    found = _readable(batch, [item.conversation_id for item in items])
    for item in items:
        conversation = found.get(item.conversation_id)
        try:
            with transaction.atomic():
                _one(batch, item, conversation)
        except (Refused, ValueError) as why:
            item.outcome = Outcome.KEPT if batch.undone_at else Outcome.REFUSED
            item.why = str(why)[:300]
        item.save(update_fields=["outcome", "why", "before", "entry"])
    return True


def _readable(batch: Batch, ids: list[int]) -> Mapping[int, Conversation]:
    """Return those that whoever began it may read, and change, at this moment."""
    if batch.by.is_light:
        return {}
    rows = Conversation.objects.visible_to(batch.by).whole().filter(pk__in=ids)
    return {row.pk: row for row in rows.select_related("assignee", "team", "inbox", "customer")}


def _one(batch: Batch, item: BatchItem, conversation: Conversation | None) -> None:
    if conversation is None:
        raise Refused(_("You cannot read it any more, or it became part of another."))
    doing = Doing(batch, item, conversation, timezone.now())
    act = ACTS[batch.act]
    if batch.undone_at:
        if _changed_since(item, act.undone_by):
            raise Refused(_("It has changed since."))
        act.undo(doing)
        item.outcome = Outcome.UNDONE
        return
    item.before = act.before(doing)
    changed = act.do(doing)
    item.outcome = Outcome.DONE if changed else Outcome.SAME
    item.entry = _newest(item)


def _newest(item: BatchItem) -> int:
    entries = Entry.objects.filter(conversation_id=item.conversation_id).order_by("-pk")
    return entries.values_list("pk", flat=True).first() or 0


def _changed_since(item: BatchItem, kinds: frozenset[str]) -> bool:
    later = Entry.objects.filter(conversation_id=item.conversation_id, pk__gt=item.entry)
    return later.filter(kind__in=kinds).exists()


def _forget_waiting(batch: Batch) -> bool:
    """What was taken back before it was done is left as it is."""
    waiting = batch.items.filter(outcome=Outcome.WAITING)
    waiting.update(outcome=Outcome.KEPT, why=_("It was not done yet."))
    return False
