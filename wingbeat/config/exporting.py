"""Everything the desk holds, in open formats: tables, conversations, mails, files, articles.

Passwords, keys and sessions stay here: they open this desk, and are nobody's words.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from wingbeat.channels.api.models import Upload
from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.moving.exported import NAME
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.blobs import StoredBytes
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.knowledge.models import ArticlePicture, ArticleVersion
from wingbeat.desk.people.models import Agent

CLOSED_APPS = frozenset({"sessions", "mfa", "account", "socialaccount", "jobs", "contenttypes"})
_CLOSED = re.compile(r"password|secret|packed")
_PICTURE = re.compile(r'src="/attachments/([0-9a-f-]{36})/"')
_UNSAFE = re.compile(r"[^\w.\- ]+")


class Exact(DjangoJSONEncoder):
    """Times to the microsecond: Django's own encoder cuts them off at the millisecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


class NotEmpty(ValueError):
    """The folder holds something already, which an export must not be mixed with."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is not empty: name a folder that is, or that is not there yet.")


def export(folder: Path) -> Counter[str]:
    """Write the desk into an empty folder; return how much of each there is.

    Raises:
        NotEmpty: if it is not.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(folder)
    for name in ("tables", "mails", "files", "uploads", "articles"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    schema = {model._meta.db_table: _table(folder, model, counts) for model in _open_models()}
    _write(folder / "schema.json", schema)
    for kind, path in BYTES.items():
        for row in kind._default_manager.iterator(chunk_size=50):
            place = folder / path(row)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(row.content())
            counts[place.relative_to(folder).parts[0]] += 1
    for version in ArticleVersion.objects.select_related("article").iterator():
        name = f"{version.article_id}-{version.language}-{version.pk}.md"
        (folder / "articles" / name).write_text(f"# {version.title}\n\n{version.text}\n")
        counts["articles"] += 1
    with (folder / NAME).open("w", encoding="utf-8") as out:
        for conversation in _conversations():
            out.write(json.dumps(told(conversation), cls=Exact, ensure_ascii=False))
            out.write("\n")
            counts["conversations"] += 1
    _write(folder / "counts.json", counts)
    return counts


def path_of(file: Attachment) -> str:
    """Return where a file stands in an export: a folder of its own, its name made harmless."""
    return f"files/{file.pk}/{_harmless(file.name)}"


def _harmless(name: str) -> str:
    return _UNSAFE.sub("_", name).strip(". ")[-120:] or "file"


def _uploaded(file: Upload) -> str:
    return f"uploads/{file.pk}/{_harmless(file.name)}"


# Where the bytes of each table stand that keeps some.
BYTES: dict[type[StoredBytes], Callable[[Any], str]] = {
    Attachment: path_of,
    RawMail: lambda mail: f"mails/{mail.pk}.eml",
    Upload: _uploaded,
    ArticlePicture: lambda picture: f"pictures/{picture.file_name}",
}


def told(conversation: Conversation) -> dict[str, Any]:
    """Return a conversation with its words, as `wingbeat import wingbeat` reads it again."""
    messages = [_message(one) for one in conversation.messages.all()]
    ending = conversation.endings.order_by("-at").first() if conversation.is_over else None
    ended_at = ending.at if ending else conversation.latest_at
    customer = conversation.customer
    return {
        "number": str(conversation.pk),
        "inbox": conversation.inbox.address,
        "customer": {
            "ref": str(customer.pk), "name": customer.name, "address": customer.first_address,
            "organization": customer.organization.name if customer.organization else "",
        },
        "subject": conversation.subject,
        "opened_at": conversation.opened_at,
        "state": conversation.state,
        "ended_at": ended_at if conversation.is_over else None,
        "wakes_at": conversation.snoozed_until,
        "owner": _agent(conversation.assignee),
        "tags": sorted(tagging.tag.name for tagging in conversation.taggings.all()),
        "merged_into": str(conversation.merged_into_id or ""),
        "is_restricted": conversation.is_restricted,
        "is_spam": conversation.is_spam,
        "ends": sorted(one.at for one in conversation.endings.all()),
        "mark": f"{conversation.state} {conversation.latest_at.isoformat()} {len(messages)}"[:60],
        "messages": messages,
    }  # fmt: skip


def _message(message: Message) -> dict[str, Any]:
    words, files = message.words, message.attachments.all()
    customer = message.address.customer.name if message.address else ""
    address = message.address.email if message.address else ""
    return {
        "ref": str(message.pk), "kind": message.kind, "at": message.at,
        "author": _agent(message.agent),
        "sender": {"name": customer, "address": address},
        "to": words.recipients.get("to", []), "cc": words.recipients.get("cc", []),
        "subject": words.subject, "html": _PICTURE.sub(r'src="cid:\1"', words.html),
        "text": words.text, "text_new": words.text_new, "message_id": message.message_id,
        "automatic": message.automatic, "came_by": message.came_by, "in_margin": message.in_margin,
        "files": [
            {
                "name": file.name, "type": file.type, "path": path_of(file),
                "is_inline": file.is_inline, "content_id": str(file.token),
            }
            for file in files
        ],
    }  # fmt: skip


def _agent(agent: Agent | None) -> dict[str, str] | None:
    if agent is None:
        return None
    return {"ref": str(agent.pk), "name": agent.name, "address": agent.email}


def _conversations() -> Iterator[Conversation]:
    files = models.Prefetch("attachments", Attachment.objects.without_content())
    words = Message.objects.select_related("words", "agent", "address__customer").order_by("pk")
    rows = Conversation.objects.with_people().order_by("pk")
    return rows.prefetch_related(
        models.Prefetch("messages", words.prefetch_related(files)),
        "taggings__tag",
        "endings",
        "customer__addresses",
    ).iterator(chunk_size=200)


def _open_models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.app_label not in CLOSED_APPS]


def _table(folder: Path, model: type[models.Model], counts: Counter[str]) -> dict[str, str]:
    """Write a table, one row a line; return its columns with what they hold."""
    fields = [f for f in model._meta.concrete_fields if not _CLOSED.search(f.attname)]
    columns = [field.attname for field in fields]
    table = model._meta.db_table
    with (folder / "tables" / f"{table}.jsonl").open("w", encoding="utf-8") as out:
        rows = model._default_manager.order_by("pk").values(*columns)
        for row in rows.iterator(chunk_size=1_000):
            out.write(json.dumps(row, cls=Exact, ensure_ascii=False) + "\n")
            counts[f"rows of {table}"] += 1
    return {field.attname: field.get_internal_type() for field in fields}


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
