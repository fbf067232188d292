"""Merging: a pointer says that two conversations are read as one. Nothing moves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.rows import end_of, led_to
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class CannotMerge(ValueError):
    """The two conversations cannot be read as one; the text says why."""


class Merge(Deed):
    """That one conversation is read as part of another; undo deletes the row."""

    source = models.OneToOneField(
        "conversations.Conversation", models.CASCADE, related_name="merge_row"
    )
    target = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="merge_rows"
    )


def parts(conversation: Conversation) -> list[int]:
    """Return the ids read as this conversation: its own first, then all merged into it."""
    return parts_of(conversation.pk)


def parts_of(conversation_id: int) -> list[int]:
    """The same by number."""
    return led_to(Merge.objects.all(), conversation_id)


def whole_of(conversation_id: int) -> int:
    """Follow the pointers to the conversation that is read in its place."""
    return end_of(Merge.objects.all(), conversation_id)


@transaction.atomic
def merge(source: Conversation, *, into: Conversation, by: Agent, at: datetime) -> None:
    """Read `source` as part of `into` from now on.

    Raises:
        CannotMerge: if they are the same, or either is merged already.
    """
    from wingbeat.desk.conversations.links import turn_links
    from wingbeat.desk.conversations.waiting import restate  # waiting reads merged parts

    if source.pk == into.pk or whole_of(into.pk) == whole_of(source.pk):
        why = _("#%(n)s and #%(other)s are read as one conversation already.")
        raise CannotMerge(why % {"n": source.pk, "other": into.pk})
    if into.merged_into_id is not None:
        why = _("#%(n)s is part of #%(other)s; merge into that one.")
        raise CannotMerge(why % {"n": into.pk, "other": whole_of(into.pk)})
    if source.merged_into_id is not None:
        why = _("#%(n)s is part of #%(other)s already.")
        raise CannotMerge(why % {"n": source.pk, "other": whole_of(source.pk)})
    if source.is_restricted != into.is_restricted:
        raise CannotMerge(_("One of the two is restricted; give both the same mark first."))
    Merge.objects.create(source=source, target=into, by=by, at=at)
    source.merged_into = into
    source.save(update_fields=["merged_into"])
    into.has_attachments |= source.has_attachments
    into.has_stranger |= source.has_stranger
    into.save(update_fields=["has_attachments", "has_stranger"])
    restate(into)
    turn_links(parts(into))
    record(Kind.MERGED, by=by, at=at, on=into, facts={"source": source.pk})


@transaction.atomic
def unmerge(source: Conversation, *, by: Agent, at: datetime) -> None:
    """Take a merge back: two conversations again, each with its own words.

    Raises:
        CannotMerge: if it is not merged.
    """
    from wingbeat.desk.conversations.margin import look_for_strangers
    from wingbeat.desk.conversations.waiting import restate

    row = Merge.objects.filter(source=source).select_related("target").first()
    if row is None:
        why = _("#%(n)s is not merged with another conversation.")
        raise CannotMerge(why % {"n": source.pk})
    target = row.target
    row.delete()
    source.merged_into = None
    source.save(update_fields=["merged_into"])
    for conversation in (source, target):
        restate(conversation)
        look_for_strangers(conversation)
        _look_for_files(conversation)
    record(Kind.UNMERGED, by=by, at=at, on=target, facts={"source": source.pk})


def _look_for_files(conversation: Conversation) -> None:
    """Take its mark of files off, if those went with the other one."""
    from wingbeat.desk.conversations.splitting import shown_in

    if conversation.has_attachments:
        read = shown_in(conversation).filter(in_margin=False).values_list("pk", flat=True)
        conversation.has_attachments = Attachment.objects.listed_with(list(read)).exists()
        conversation.save(update_fields=["has_attachments"])
