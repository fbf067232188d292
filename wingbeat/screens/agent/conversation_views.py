"""A conversation to read: the whole page, its panes, its thread alone; and its files."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect, push_url

from wingbeat.desk.care import notification
from wingbeat.desk.care.at_hand import AtHand
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import CustomField, Told, told_of
from wingbeat.screens.agent.access import (
    DeskRequest,
    attachment_of,
    conversation_of,
    conversations,
    for_agents,
    readable_message_of,
)
from wingbeat.screens.agent.answering import respond, wants_fragment
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.agent.conversation_screen import ConversationScreen
from wingbeat.screens.agent.customer_card import CustomerCard, customer_card
from wingbeat.screens.agent.lists import ROWS_BESIDE, list_screen, list_url
from wingbeat.screens.agent.paper import sheet_of
from wingbeat.screens.agent.thread import Asked, card_of
from wingbeat.screens.agent.view_lists import view_in, view_list
from wingbeat.screens.files import as_file, file_response
from wingbeat.screens.paths import path_to
from wingbeat.screens.room import MOST_MESSAGES

NUMBER = re.compile(r"[0-9]{1,18}")


@for_agents("GET")
def conversation(request: DeskRequest, pk: int) -> HttpResponse:
    found = conversation_of(request, pk)
    if found.pk != pk:
        query = request.META["QUERY_STRING"]
        path = path_to("agent:conversation", found.pk)
        return redirect(f"{path}?{query}" if query else path)
    if request.user.is_quiet and wants_fragment(request):  # the list around it goes away, too
        return HttpResponseClientRedirect(request.get_full_path())
    response = show(request, found, asked=asked_in(request))
    if wants_fragment(request) and urlsplit(request.htmx.current_url or "").path != request.path:
        asked, here = _list_on_screen(request), request.get_full_path()
        push_url(response, here if "?" in here or not asked else f"{here}?list={asked}")
    return response  # what was merged or split leads here: the address followed


@for_agents("GET")
def on_paper(request: DeskRequest, pk: int) -> HttpResponse:
    """The conversation as it is printed: words and files' names; notes only if asked for."""
    found = conversation_of(request, pk)
    with_notes = request.GET.get("notes") == "yes"
    shown = found.messages_to_show().filter(in_margin=False)
    sheets = [sheet_of(message, found) for message in shown]
    context = {
        "conversation": found,
        "sheets": [sheet for sheet in sheets if with_notes or not sheet.is_note],
        "told": [one for one in _told(found) if one.text],
        "with_notes": with_notes,
        "has_notes": any(sheet.is_note for sheet in sheets),
    }
    return render(request, "agent/conversation/paper.html", context)


def _told(found: Conversation) -> list[Told]:
    return told_of(CustomField.objects.in_inbox(found.inbox_id), found.customer, found)


@for_agents("GET")
def thread(request: DeskRequest, pk: int) -> HttpResponse:
    """The messages and how it stands, for a page that is open while something happens."""
    found = conversation_of(request, pk)
    context = _read(request, found, asked_in(request))
    return render(request, "agent/conversation/_fresh.html", context)


@for_agents("GET")
def takers(request: DeskRequest, pk: int) -> HttpResponse:
    """Who can take it: for its menu once that opens, or as a page of its own."""
    return _choices(request, pk, "agent/conversation/_takers.html", "agent:conversation-assignment")


@for_agents("GET")
def causes(request: DeskRequest, pk: int) -> HttpResponse:
    """Why they may have written, in the same way."""
    return _choices(request, pk, "agent/conversation/_causes.html", "agent:conversation-cause")


def _choices(request: DeskRequest, pk: int, part: str, change: str) -> HttpResponse:
    found = conversation_of(request, pk)
    not_for_light(request)
    context = {**reading(request, found), "part": part, "change": change}
    return respond(request, "agent/conversation/choices.html", context, part=part)


@for_agents("GET")
def message(request: DeskRequest, pk: int) -> HttpResponse:
    """All of one message: in its place in the thread, or as a page of its own."""
    one, found = readable_message_of(request, pk)
    context = {"conversation": found, "message": card_of(one, now=timezone.now())}
    context |= {"place": "inbox", "place_inbox": found.inbox_id}
    alone = "agent/conversation/_alone.html"
    return respond(request, "agent/conversation/message.html", context, part=alone)


@for_agents("GET")
def attachment(request: DeskRequest, token: UUID) -> HttpResponse:
    return file_response(attachment_of(request, token))


@for_agents("GET")
def raw_mail(request: DeskRequest, pk: int) -> HttpResponse:
    """The mail's bytes as they came, for whoever doubts what the page shows."""
    message, _conversation = readable_message_of(request, pk)
    mail = message.raw_mails.order_by("pk").first()
    if mail is None:
        raise Http404
    return as_file(mail.content(), f"message-{pk}.eml")


def show(
    request: DeskRequest, found: Conversation, *, asked: Asked | None = None, **more: Any
) -> HttpResponse:
    """Render a conversation, its composer open where `more` holds one."""
    context = {**_read(request, found, asked), **beside(request, found), **more}
    status = more.pop("status", 200)
    is_quiet = request.user.is_quiet
    return respond(
        request,
        "agent/conversation/quiet.html" if is_quiet else "agent/conversation/page.html",
        context,
        part="agent/conversation/_quiet.html" if is_quiet else "agent/conversation/_panes.html",
        status=status,
    )


def asked_in(request: DeskRequest) -> Asked:
    """Read which message a link leads to, and which ones the reader has opened."""
    leads_to = request.GET.get("message", "")
    opened = request.GET.getlist("open")[:MOST_MESSAGES]
    return Asked(
        message_id=int(leads_to) if NUMBER.fullmatch(leads_to) else None,
        opened=[int(one) for one in opened if NUMBER.fullmatch(one)],
    )


def reading(
    request: DeskRequest, found: Conversation, *, asked: Asked | None = None
) -> dict[str, Any]:
    """What every view of a conversation needs."""
    now = timezone.now()
    prefetch_related_objects([found.customer], "addresses")

    screen = ConversationScreen(found, request.user, now, asked or Asked())

    def card() -> CustomerCard:
        visible, beside = conversations(request), screen.beside
        return customer_card(found.customer, visible, now=now, besides=found, beside=beside)

    return {
        "conversation": found,
        "screen": screen,
        "card": SimpleLazyObject(card),  # the thread alone and the composer show none
        "composer": None,
    }


def _read(request: DeskRequest, found: Conversation, asked: Asked | None) -> dict[str, Any]:
    """The same for the thread itself: whoever is shown it has seen what concerns them there."""
    context = reading(request, found, asked=asked)
    there: AtHand = context["screen"].beside
    if there.unseen or there.merged:
        notification.see(request.user, {found.pk}, at=timezone.now())
    return context


def beside(request: DeskRequest, found: Conversation) -> dict[str, Any]:
    """Return the list in the column, and which one that is: all of it, or a page has it already."""
    asked = request.GET.get("list") or _list_on_screen(request) or f"{found.inbox_id}.waiting"
    where, _dot, kind = asked.partition(".")
    is_here = wants_fragment(request)
    if where == "view" and (view := view_in(request, kind)) is not None:
        here = {"url": path_to("agent:view", view.pk)}
        shown = here if is_here else view_list(request, view, limit=ROWS_BESIDE)
        return {"list": shown, "place": "view", "place_view": view.pk}
    inbox = next((inbox for inbox in request.user.inboxes if str(inbox.pk) == where), None)
    place = {"place": "inbox", "place_inbox": inbox.pk} if inbox else {"place": "home"}
    if is_here:
        return {"list": {"url": list_url(inbox, kind)}, **place}
    return {"list": list_screen(request, inbox, kind, limit=ROWS_BESIDE), **place}


def _list_on_screen(request: DeskRequest) -> str:
    query = parse_qs(urlsplit(request.htmx.current_url or "").query)
    return query.get("list", [""])[0]
