"""The tray's page, and the mails in it as they came."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from wingbeat.channels.mail.models import RawMail
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.conversation_views import as_file
from wingbeat.screens.agent.tray import tray_of


@require_GET
@for_agents
def tray(request: DeskRequest) -> HttpResponse:
    page = "agent/tray/page.html"
    return respond(request, page, page, {"items": tray_of(request.user), "place": "tray"})


@require_GET
@for_agents
def mail(request: DeskRequest, pk: int) -> HttpResponse:
    """A mail in the tray, for saving; only of inboxes that this agent reads."""
    found = RawMail.objects.filter(pk=pk).first()
    if found is None or not _may_read(request, found):
        raise Http404
    return as_file(found.content(), f"mail-{pk}.eml")


def _may_read(request: DeskRequest, found: RawMail) -> bool:
    if found.became_id is not None:
        return False  # it is part of a conversation, whose own door asks
    if found.inbox_id is None:
        return request.user.may_administer
    return found.inbox_id in request.user.inbox_ids
