"""Answers of the administration: a page in the desk's frame, its place among the others marked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from wingbeat.screens.answering import UNPROCESSABLE, respond
from wingbeat.screens.asking import Asked
from wingbeat.screens.entering import DeskRequest

TABS = {
    "brands": "inboxes",
    "webhooks": "programs",
    "context": "programs",
    "filters": "rules",
    "changes": "home",
    "limit": "causes",
}  # pages that stand under another's tab


def answer(request: DeskRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """Render `setup/<page>.html`; a question that cannot be read makes it a 422, as a form does."""
    is_refused = any(isinstance(one, Asked) and one.query is None for one in context.values())
    values = {
        "place": "setup",
        "tab": TABS.get(page.partition("/")[0], page.partition("/")[0]),
        **context,
    }
    return respond(request, f"setup/{page}.html", values, status=UNPROCESSABLE if is_refused else 0)
