"""Taking words away for good: text, files, raw mails and what search knows; facts stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.privacy.models import Emptying, Erasure
from wingbeat.channels.privacy.policy import our_tables, policy
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import CustomValue
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message, MessageText, Participant
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.splitting import Split
from wingbeat.desk.conversations.steps import Along
from wingbeat.desk.customers.models import BusinessEvent
from wingbeat.desk.people.models import Agent

AT_ONCE = 500


class LeavingNow(ValueError):
    """A reply is being handed over, so that its words cannot be taken back."""

    def __init__(self) -> None:
        super().__init__(_("A reply to them is leaving right now. Try again in a minute."))


def empty_conversations(
    pks: Sequence[int], *, by: Agent, at: datetime, erasure: Erasure | None = None
) -> set[str]:
    """Take every word of these conversations; return hashes of bytes that may be nobody's now."""
    hashes: set[str] = set()
    for some in _chunks(pks):
        messages = Message.objects.filter(conversation_id__in=some)
        hashes |= empty_messages(list(messages.values_list("pk", flat=True)))
        hashes |= remove_drafts(Draft.objects.filter(conversation_id__in=some))
        Participant.objects.filter(conversation_id__in=some).delete()
        CustomValue.objects.filter(conversation_id__in=some).delete()
        Conversation.objects.filter(pk__in=some).update(subject="", excerpt=_("(erased)"))
        _blank_rows("conversation__in", some)
        Emptying.objects.bulk_create(
            [Emptying(conversation_id=pk, erasure=erasure, by=by, at=at) for pk in some],
            ignore_conflicts=True,
        )
    return hashes


def empty_messages(pks: Sequence[int]) -> set[str]:
    """Take the words, files and raw mails of messages; that they were said, and when, stays."""
    hashes: set[str] = set()
    for some in _chunks(pks):
        outgoing = Outgoing.objects.filter(message_id__in=some)
        if outgoing.filter(state=Delivery.HANDING_OVER).exists():
            raise LeavingNow
        outgoing.filter(state__in=[Delivery.WAITING, Delivery.LATER]).update(
            state=Delivery.GIVEN_UP
        )
        outgoing.update(still_to=[], refused={}, why="")
        word = _("(erased)")
        MessageText.objects.filter(pk__in=some).update(
            subject="", html=f"<p>{word}</p>", text=word, text_new=word, recipients={},
            thread_index="",
        )  # fmt: skip
        Message.objects.filter(pk__in=some).update(message_id="")
        Along.objects.filter(message_id__in=some).update(steps=[])  # a promise has words
        split = Split.objects.filter(pointers__message__in=some)
        ids = {row.conversation_id for row in split}
        Conversation.objects.filter(pk__in=ids | {*map(whole_of, ids)}).update(excerpt=word)
        searching.forget(some)
        hashes |= remove_bytes(RawMail.objects.filter(became_id__in=some))
        hashes |= remove_bytes(Attachment.objects.filter(message_id__in=some))
    Conversation.objects.filter(messages__pk__in=pks).exclude(
        messages__attachments__isnull=False
    ).update(has_attachments=False)
    return hashes


def remove_drafts(drafts: models.QuerySet[Draft]) -> set[str]:
    pks = list(drafts.values_list("pk", flat=True))
    hashes = remove_bytes(Attachment.objects.filter(draft_id__in=pks))
    Draft.objects.filter(pk__in=pks).delete()
    return hashes


def remove_bytes(rows: models.QuerySet[RawMail] | models.QuerySet[Attachment]) -> set[str]:
    """Delete rows that own bytes; return the hashes of those that the store has on disk."""
    hashes = set(rows.filter(packed__isnull=True).values_list("sha256", flat=True))
    rows.delete()
    return hashes


def blank_customers(pks: Sequence[int]) -> None:
    """Empty what tables with a path hold about customers, and what is theirs alone."""
    CustomValue.objects.filter(customer__in=pks).delete()
    BusinessEvent.objects.filter(customer__in=pks).delete()
    _blank_rows("customer__in", pks)


def _blank_rows(lookup: str, pks: Sequence[int]) -> None:
    """Empty the columns about a person wherever the policy tells how a row leads there."""
    for model in our_tables():
        row = policy().get(model._meta.label)
        if row is None or not row.path or not row.person:
            continue
        names = {field.name for field in model._meta.concrete_fields}
        direct = lookup.partition("__")[0] in names
        where = {lookup: pks} if direct else {f"{row.path}__in": pks}
        if direct or lookup == "customer__in":
            model._base_manager.filter(Q(**where)).update(
                **{name: _nothing(model, name) for name in row.person}
            )


def _nothing(model: type[models.Model], name: str) -> object:
    field = next(field for field in model._meta.concrete_fields if field.name == name)
    return None if field.null else field.get_default() if field.has_default() else ""


def _chunks(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))
