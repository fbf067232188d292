"""One way to answer: the whole page, or the fragment that htmx asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.frame import frame


def wants_fragment(request: DeskRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def respond(
    request: DeskRequest, page: str, partial: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the page, or only its fragment where htmx replaces a part of it."""
    if wants_fragment(request):
        response = render(request, partial, context, status=status)
    else:
        around = frame(request, place=str(context.get("place", "")))
        response = render(request, page, {**around, **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
