"""A conversation to read: the whole page, its panes, its thread alone; and its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.screens.agent.access import (
    DeskRequest,
    attachment_of,
    conversation_of,
    conversations,
    for_agents,
    message_of,
)
from wingbeat.screens.agent.answering import respond, wants_fragment
from wingbeat.screens.agent.conversation_screen import ConversationScreen
from wingbeat.screens.agent.customer_card import customer_card
from wingbeat.screens.agent.lists import ROWS_BESIDE, ListScreen, list_screen, list_url

UNTOUCHABLE = "default-src 'none'; sandbox"


@require_GET
@for_agents
def conversation(request: DeskRequest, pk: int) -> HttpResponse:
    found = conversation_of(request, pk)
    if found.pk != pk:
        return redirect("agent:conversation", pk=found.pk)
    return show(request, found)


@require_GET
@for_agents
def thread(request: DeskRequest, pk: int) -> HttpResponse:
    """The messages alone, for a page that is open while somebody writes."""
    return render(
        request, "agent/conversation/_thread.html", reading(request, conversation_of(request, pk))
    )


@require_GET
@for_agents
def attachment(request: DeskRequest, token: UUID) -> HttpResponse:
    """A file: pictures may show themselves, everything else is offered for saving."""
    file = attachment_of(request, token)
    shown = file.is_picture
    response = HttpResponse(
        file.content(), content_type=file.type if shown else "application/octet-stream"
    )
    response["Content-Disposition"] = content_disposition_header(not shown, file.name) or "inline"
    response["Content-Security-Policy"] = UNTOUCHABLE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_GET
@for_agents
def raw_mail(request: DeskRequest, pk: int) -> HttpResponse:
    """The mail's bytes as they came, for whoever doubts what the page shows."""
    message, _conversation = message_of(request, pk)
    mail = message.raw_mails.order_by("pk").first()
    if mail is None:
        raise Http404
    return as_file(mail.content(), f"message-{pk}.eml")


def as_file(content: bytes, name: str) -> HttpResponse:
    """Answer bytes that a browser may save and never run."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename={name}"
    response["Content-Security-Policy"] = UNTOUCHABLE
    return response


def show(request: DeskRequest, found: Conversation, **more: Any) -> HttpResponse:
    """Render a conversation, its composer open where `more` holds one."""
    context = {**reading(request, found), "list": beside(request, found), **more}
    status = more.pop("status", 200)
    return respond(
        request,
        "agent/conversation/page.html",
        "agent/conversation/_panes.html",
        {**context, "place": "inbox", "place_inbox": found.inbox_id},
        status=status,
    )


def reading(request: DeskRequest, found: Conversation) -> dict[str, Any]:
    """What every view of a conversation needs."""
    now = timezone.now()
    prefetch_related_objects([found.customer], "addresses")
    card = customer_card(found.customer, conversations(request), now=now, besides=found)
    return {
        "conversation": found,
        "screen": ConversationScreen(found, request.user, now),
        "card": card,
        "composer": None,
    }


def beside(request: DeskRequest, found: Conversation) -> ListScreen | dict[str, str]:
    """Return the list in the column, or only its address where the column is on screen already."""
    asked = request.GET.get("list") or _list_on_screen(request) or f"{found.inbox_id}.waiting"
    where, _dot, kind = asked.partition(".")
    inbox = next((inbox for inbox in request.user.inboxes if str(inbox.pk) == where), None)
    if wants_fragment(request):
        return {"url": list_url(inbox, kind)}
    return list_screen(request, inbox, kind, limit=ROWS_BESIDE)


def _list_on_screen(request: DeskRequest) -> str:
    query = parse_qs(urlsplit(request.htmx.current_url or "").query)
    return query.get("list", [""])[0]
