"""One way to answer: the whole page, or the fragment that htmx asked for."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.frame import frame

UNPROCESSABLE = 422


def wants_fragment(request: DeskRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def respond(
    request: DeskRequest, page: str, context: dict[str, Any], *, part: str = "", status: int = 0
) -> HttpResponse:
    """Render the page, or only its `part` where htmx replaces one.

    A form among what is shown that was sent and cannot be used makes it a 422.
    """
    forms = [value for value in context.values() if isinstance(value, BaseForm)]
    is_refused = any(form.is_bound and form.errors for form in forms)
    status = status or (UNPROCESSABLE if is_refused else 200)
    if wants_fragment(request):
        response = render(request, part or page, context, status=status)
    else:
        around = frame(request, place=str(context.get("place", "")))
        response = render(request, page, {**around, **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
