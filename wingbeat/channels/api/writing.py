"""From what a program sends to a letter: words made fit, and files that it uploaded before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from wingbeat.channels.api.errors import Unusable
from wingbeat.channels.api.models import Upload
from wingbeat.channels.api.shapes import Addressed, Letters, PartyShape
from wingbeat.channels.mail import own_words
from wingbeat.channels.mail.sending_on import quoted
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.words import Letter, Party
from wingbeat.desk.people.models import Agent


def upload(file: UploadedFile[bytes], *, by: Agent, at: datetime) -> Upload:
    """Keep a file until a reply names it, a day at most."""
    type_ = (file.content_type or "application/octet-stream").lower()[:127]
    name = (file.name or "file").replace("\x00", "")[:255]
    row = Upload(agent=by, name=name, type=type_, at=at)
    row.put(file.read())
    row.save()
    return row


def parties(sent: Sequence[PartyShape]) -> tuple[Party, ...]:
    """Return each address once, lower-cased."""
    found: dict[str, Party] = {}
    for one in sent:
        address = one.address.lower()
        found.setdefault(address, {"name": one.name.strip(), "address": address})
    return tuple(found.values())


def addressed(body: Addressed) -> dict[str, Any]:
    to = {role: parties(getattr(body, role)) for role in ("to", "cc", "bcc")}
    return {**to, "is_as_meant": body.is_as_meant}


@contextmanager
def letter(
    sent: Letters,
    inbox: Inbox,
    *,
    by: Agent,
    at: datetime,
    subject: str = "",
    about: Message | None = None,
    **to: Any,
) -> Iterator[Letter]:
    """Make a letter whose files are those of a draft, as long as it takes to send it.

    Below its words stands what it is `about`, with its files: it is sent on.

    Raises:
        Unusable: if there are neither words nor files, or a file is not there.
    """
    html = own_words.cleaned(sent.html) if sent.html else own_words.from_plain(sent.text)
    html += quoted(about) if about is not None else ""
    text = own_words.text_in(html)
    if not text and not sent.files:
        raise Unusable({"body.text": "There is nothing to send: write something, or name a file."})
    with transaction.atomic():
        draft = Draft.objects.create(agent=by, inbox=inbox, kind=DraftKind.NEW, saved_at=at)
        files = _carried(sent.files, draft, by)
        if about is not None:
            own = about.attachments.filter(is_inline=False).order_by("pk")
            files = (*files, *(Attachment.objects.copy(file, draft).pk for file in own))
        yield Letter(html=html, text=text, subject=subject, attachment_ids=files, **to)
        draft.delete()


def _carried(tokens: Sequence[UUID], draft: Draft, by: Agent) -> tuple[int, ...]:
    rows = {row.token: row for row in Upload.objects.filter(agent=by, token__in=tokens)}
    for place, token in enumerate(tokens):
        if token not in rows:
            raise Unusable({f"body.files.{place}": f"{token} was not uploaded within a day."})
    copy = Attachment.objects.copy
    return tuple(copy(rows[token], draft).pk for token in dict.fromkeys(tokens))


@contextmanager
def drafts_left_alone(conversation: Conversation, by: Agent) -> Iterator[None]:
    """Keep what somebody is just writing here: the program speaks for them, not instead of them."""
    begun = Draft.objects.filter(conversation=conversation, agent=by)
    numbers = list(begun.values_list("pk", flat=True))
    begun.update(conversation=None)
    yield
    Draft.objects.filter(pk__in=numbers).update(conversation=conversation)
