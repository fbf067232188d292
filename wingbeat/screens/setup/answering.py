"""Answers of the administration: a page in the desk's frame, its place among the others marked."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse

from wingbeat.screens.answering import respond
from wingbeat.screens.asking import Asked
from wingbeat.screens.entering import DeskRequest

UNPROCESSABLE = 422
TABS = {
    "brands": "inboxes",
    "webhooks": "programs",
    "context": "programs",
    "filters": "rules",
    "changes": "home",
    "limit": "causes",
}  # pages that stand under another's tab


def answer(request: DeskRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """Render `setup/<page>.html`; what was sent and cannot be used makes it a 422."""
    template = f"setup/{page}.html"
    forms = [value for value in context.values() if isinstance(value, BaseForm)]
    is_refused = any(form.is_bound and form.errors for form in forms)
    is_refused |= any(isinstance(one, Asked) and one.query is None for one in context.values())
    status = UNPROCESSABLE if is_refused else 200
    values = {
        "place": "setup",
        "tab": TABS.get(page.partition("/")[0], page.partition("/")[0]),
        **context,
    }
    return respond(request, template, template, values, status=status)
