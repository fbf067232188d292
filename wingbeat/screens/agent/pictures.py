"""A mail with the pictures it has elsewhere: on a page of its own, only for whoever asks.

Loading a picture tells its server, and so the sender, that the mail was read, when, and from where.
Pages of the desk load nothing remote. This one may, and may do nothing else: it has no scripts, no
forms and no frame, and tells no server which page it came from.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wingbeat.screens.agent.access import DeskRequest, for_agents, message_of

# Where a remote picture's address waits; the sanitizer lets nobody else write it.
WITHHELD = ' data-remote-src="'
POLICY = (
    "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; upgrade-insecure-requests"
)


@for_agents("GET")
def pictures(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one message as its sender drew it, pictures from elsewhere included."""
    message, conversation = message_of(request, pk)
    html = message.words.html.replace(WITHHELD, ' src="')
    context = {
        "message": message, "conversation": conversation,
        "html": mark_safe(html),  # noqa: S308  sanitized before it was stored
    }  # fmt: skip
    response = render(request, "agent/conversation/pictures.html", context)
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response
