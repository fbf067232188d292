"""The tray's page, the mails in it as they came, and what one decides about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels.mail import tray as deciding
from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.mail.recipients import WrongAddresses, parse
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.screens.agent.access import DeskRequest, for_agents, inbox_of
from wingbeat.screens.agent.answering import back_to, respond
from wingbeat.screens.agent.changing import WrongField, number_in
from wingbeat.screens.agent.tray import tray_of
from wingbeat.screens.files import as_file

REFUSALS = (
    deciding.NotInTray,
    deciding.InboxNeeded,
    deciding.NobodyToAnswer,
    WrongAddresses,
    WrongField,
)


@for_agents("GET")
def tray(request: DeskRequest) -> HttpResponse:
    inboxes = Inbox.objects.visible_to(request.user)
    context = {"items": tray_of(request.user), "inboxes": inboxes, "place": "tray"}
    return respond(request, "agent/tray/page.html", context)


@for_agents("GET")
def mail(request: DeskRequest, pk: int) -> HttpResponse:
    """A mail in the tray, for saving; only of inboxes that this agent reads."""
    return as_file(_mail_of(request, pk).content(), f"mail-{pk}.eml")


@for_agents("POST")
def judgement(request: DeskRequest, pk: int) -> HttpResponse:
    """Look at a mail again: whatever was wrong is mended."""
    found = _mail_of(request, pk)
    return _decide(request, lambda at: deciding.look_again(found, by=request.user, at=at))


@for_agents("POST")
def taking_in(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a conversation of a mail after all."""
    found = _mail_of(request, pk)

    def take_in(at: datetime) -> RawMail:
        chosen = number_in(request, "inbox")
        inbox = inbox_of(request, chosen) if chosen else None
        by = request.user
        return deciding.take_in(found, by=by, at=at, inbox=inbox, sender=_sender(request))

    return _decide(request, take_in)


@for_agents("POST")
def setting_aside(request: DeskRequest, pk: int) -> HttpResponse:
    found = _mail_of(request, pk)
    return _decide(request, lambda at: deciding.set_aside(found, by=request.user, at=at))


def _decide(request: DeskRequest, decide: Callable[[datetime], RawMail | None]) -> HttpResponse:
    try:
        decided = decide(timezone.now())
    except REFUSALS as why:
        messages.error(request, str(why))
        return redirect("agent:tray")
    if decided is not None and decided.became is not None:
        return back_to(decided.became.conversation)
    messages.info(request, _("Done."))
    return redirect("agent:tray")


def _sender(request: DeskRequest) -> Party | None:
    (parties,) = parse(request.POST.get("sender", ""))
    return parties[0] if parties else None


def _mail_of(request: DeskRequest, pk: int) -> RawMail:
    """Return a mail that is not part of a conversation, whose own door would ask."""
    rows = RawMail.objects.visible_to(request.user).filter(became__isnull=True)
    return get_object_or_404(rows.select_related("inbox"), pk=pk)
