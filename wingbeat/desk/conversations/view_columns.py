"""What a view's rows can tell besides who, since when and what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.tagging import Tagging

COLUMNS: dict[str, str | Promise] = {
    "number": _("Number"),
    "inbox": _("Inbox"),
    "team": _("Team"),
    "organization": _("Organization"),
    "tags": _("Tags"),
    "opened": _("Opened"),
    "excerpt": _("Latest words"),
}
FIELDS = {
    "inbox": "inbox__name",
    "team": "team__name",
    "organization": "customer__organization__name",
    "opened": "opened_at",
}
Fact = str | datetime


def facts_of(pks: Sequence[int], columns: Collection[str]) -> dict[int, list[Fact]]:
    """Return by conversation what the columns tell of it, in their order, in two queries."""
    asked = [column for column in COLUMNS if column in columns]
    fields = [FIELDS[column] for column in asked if column in FIELDS]
    rows = Conversation.objects.filter(pk__in=pks).values("pk", *fields) if asked else []
    tags = _tags(pks) if "tags" in asked else {}
    facts: dict[int, list[Fact]] = {}
    for row in rows:
        told = {**{column: row[FIELDS[column]] for column in asked if column in FIELDS}}
        told |= {"number": f"#{row['pk']}", "tags": " ".join(tags.get(row["pk"], []))}
        facts[row["pk"]] = [told[column] for column in asked if told.get(column)]
    return facts


def _tags(pks: Sequence[int]) -> dict[int, list[str]]:
    rows = Tagging.objects.filter(conversation_id__in=pks).order_by("tag__name")
    found: dict[int, list[str]] = {}
    for pk, name in rows.values_list("conversation_id", "tag__name"):
        found.setdefault(pk, []).append(f"#{name}")
    return found
