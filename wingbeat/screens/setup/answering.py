"""Answers of the administration: a page in the desk's frame, its place among the others marked."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse

from wingbeat.screens.answering import respond
from wingbeat.screens.entering import DeskRequest

UNPROCESSABLE = 422


def answer(request: DeskRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """Render `setup/<page>.html`; a form that was sent and cannot be used makes it a 422."""
    template = f"setup/{page}.html"
    forms = [value for value in context.values() if isinstance(value, BaseForm)]
    status = UNPROCESSABLE if any(form.is_bound and form.errors for form in forms) else 200
    values = {"place": "setup", "tab": page.partition("/")[0], **context}
    return respond(request, template, template, values, status=status)
