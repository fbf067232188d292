"""What tests of hints share: drafts, and what a page of hints says."""

from __future__ import annotations

import re

from django.test import Client

from wingbeat.desk.care.hint import HintCount
from wingbeat.desk.conversations.conversation import Conversation

ASKED = "Hello, where is my invoice? How much is shipping to Linz? Is the bulb dimmable?"
HTMX = {"HTTP_HX_REQUEST": "true"}
NAME = "first_impression.name_misspelt"
FORGOTTEN = "The invoice is attached."
NOT_THEIRS = "Hello Otto, we will send it by Friday. Kind regards"


def read(client: Client, conversation: Conversation, text: str, **form: str) -> str:
    """Post the composer's form as the page does, and return the hints."""
    values = {"to": "Nora Lind <nora@customers.example>", "text": text, **form}
    kind = values.pop("kind", "reply")
    answer = client.post(f"/conversations/{conversation.pk}/hints/{kind}/", values, **HTMX)  # type: ignore[arg-type]  # headers
    assert answer.status_code in {200, 204}
    return answer.content.decode()


def line(page: str) -> str:
    """Return the hint in view, without markup."""
    found = re.search(r'<div class="hint-told".*?</div>\s*(?=<details|</div>)', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def remembered(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(hints_\w+)" value="([^"]*)"', page))


def button(page: str, act: str) -> str:
    found = re.search(rf'name="hint" value="({act}:\w+)"', page)
    return found[1] if found else ""


def counts() -> list[tuple[str | None, str, int, int, int]]:
    rows = HintCount.objects.select_related("team").order_by("kind")
    return [
        (row.team.name if row.team else None, row.kind, row.shown, row.heeded, row.wrong)
        for row in rows
    ]
