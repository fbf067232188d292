"""Drafts: an agent's words and files on the server while they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from wingbeat.channels.mail import own_words
from wingbeat.desk.conversations.attachment import SHOWN_INLINE, Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.people.models import Agent

LONGEST_WORDS = 500_000


def draft_kind(kind: str) -> DraftKind:
    """Reply and reply-all are one draft: only its addresses differ."""
    return DraftKind.REPLY if kind == "reply-all" else DraftKind(kind)


def draft_of(
    agent: Agent, conversation: Conversation | None, kind: str, *, to_change: bool = False
) -> Draft | None:
    """Return what an agent began to write here, if anything; locked if it is to be changed."""
    drafts = Draft.objects.filter(agent=agent, conversation=conversation, kind=draft_kind(kind))
    drafts = drafts.select_for_update(of=("self",)) if to_change else drafts
    return drafts.select_related("inbox").order_by("-pk").first()


@transaction.atomic  # a colleague may continue it in the same moment: never both
def save_draft(
    agent: Agent,
    conversation: Conversation | None,
    kind: str,
    *,
    inbox: Inbox,
    form: Mapping[str, str],
    at: datetime,
) -> Draft:
    """Keep the words and addresses of a composer as they stand."""
    draft = draft_of(agent, conversation, kind, to_change=True)
    if draft is None:
        draft = Draft(agent=agent, conversation=conversation, kind=draft_kind(kind))
    draft.inbox, draft.saved_at = inbox, at
    draft.to, draft.cc, draft.bcc = (form.get(name, "").strip() for name in ("to", "cc", "bcc"))
    draft.subject = form.get("subject", "").strip()[:300]
    draft.is_plain = form.get("format") != "rich"
    words = form.get("text" if draft.is_plain else "html", "")[:LONGEST_WORDS]
    draft.html = own_words.from_plain(words) if draft.is_plain else own_words.cleaned(words)
    seen = form.get("seen", "")
    draft.seen_message_id = int(seen) if seen.isdecimal() and len(seen) <= 18 else None
    draft.save()
    return draft


def attach(
    draft: Draft, files: Iterable[UploadedFile[bytes]], *, inline: bool = False
) -> list[Attachment]:
    """Keep files with a draft; pictures that stand in the text are `inline`."""
    rows = []
    for file in files:
        type_ = (file.content_type or "application/octet-stream").lower()[:127]
        row = Attachment(
            draft=draft,
            name=(file.name or "file")[:255],
            type=type_,
            is_inline=inline and type_ in SHOWN_INLINE,
        )
        row.put(file.read())
        row.save()
        rows.append(row)
    return rows


def carry_files(draft: Draft, message: Message) -> None:
    """Give a forwarded message's files to the draft."""
    for file in message.attachments.filter(is_inline=False):
        Attachment.objects.copy(file, draft)


def own_pictures(draft: Draft, conversation: Conversation) -> None:
    """Copy pictures of quoted messages that stand in the text, so that they go along."""
    tokens = set(own_words.OWN_FILE.findall(draft.html))
    quoted = Attachment.objects.filter(
        token__in=[token.split("/")[2] for token in tokens],
        message__in=conversation.messages_to_show().values("pk"),
    )
    for file in quoted:
        copy = Attachment.objects.copy(file, draft, is_inline=True)
        draft.html = draft.html.replace(str(file.token), str(copy.token))


def take_off(draft: Draft, *, own: int, carried: int) -> bool:
    """Take a file off: the draft's own, or the copy of one that a forwarded message has."""
    files = draft.attachments.filter(pk=own)
    if carried and draft.conversation is not None:
        shown = draft.conversation.messages_to_show().values("pk")
        source = Attachment.objects.filter(pk=carried, message__in=shown).first()
        if source is not None:
            files = draft.attachments.filter(sha256=source.sha256, name=source.name)
    removed, _rows = files.delete()
    return bool(removed)


def files_of(draft: Draft | None) -> list[Attachment]:
    if draft is None:
        return []
    return list(draft.attachments.without_content().filter(is_inline=False))


def file_ids(draft: Draft) -> tuple[int, ...]:
    """Return every file to send: attachments, and the pictures that still stand in the text."""
    files = draft.attachments.without_content()
    return tuple(file.pk for file in files if not file.is_inline or str(file.token) in draft.html)
