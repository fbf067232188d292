"""A new conversation: writing to a customer first."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.replying import NoRecipient
from wingbeat.screens.agent import drafts, own_words, sending
from wingbeat.screens.agent.access import DeskRequest, for_agents, inbox_of
from wingbeat.screens.agent.answering import back_to, respond
from wingbeat.screens.agent.changing import number_in
from wingbeat.screens.agent.composer_views import change_files, take_off
from wingbeat.screens.agent.composing import Composer, saved_at, with_draft
from wingbeat.screens.agent.recipients import WrongAddresses


@require_http_methods(["GET", "POST"])
@for_agents
def new(request: DeskRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request)
    kept = _keep(request)
    drafts.attach(kept, request.FILES.getlist("files"))
    if take_off(request, kept):
        return _show(request)
    if request.POST.get("then") == "discard":
        kept.delete()
        return redirect("agent:home")
    try:
        message = sending.begin(kept, by=request.user, at=timezone.now())
    except (WrongAddresses, NoRecipient, sending.NothingWritten) as why:
        return _show(request, problems=(str(why),))
    return back_to(message.conversation)


@require_POST
@for_agents
def draft(request: DeskRequest) -> HttpResponse:
    """Keep what stands in the composer, while somebody types."""
    saved = _keep(request)
    return HttpResponse(saved_at(date_format(timezone.localtime(saved.saved_at), "H:i")))


@require_POST
@for_agents
def files(request: DeskRequest) -> HttpResponse:
    kept = drafts.draft_of(request.user, None, "new") or _keep(request)
    return change_files(request, kept)


def _show(request: DeskRequest, *, problems: tuple[str, ...] = ()) -> HttpResponse:
    inboxes = tuple(Inbox.objects.visible_to(request.user))
    kept = drafts.draft_of(request.user, None, "new")
    first = kept.inbox if kept else inboxes[0] if inboxes else None
    composer = Composer(
        kind="new",
        title=_("Your message"),
        placeholder=_("Write …"),
        action=reverse("agent:new"),
        draft_url=reverse("agent:new-draft"),
        files_url=reverse("agent:new-draft-files"),
        seen=0,
        inboxes=inboxes,
        inbox_id=first.pk if first else 0,
        to=request.GET.get("to", ""),
        signature=own_words.signature_of(request.user, first) if first else "",
        is_page=True,
        problems=problems,
    )
    if kept is not None:
        composer = with_draft(composer, kept)
        composer = replace(composer, to=request.GET.get("to") or composer.to)
    page = "agent/composer/page.html"
    context = {"composer": composer, "place": "new"}
    return respond(request, page, page, context, status=422 if problems else 200)


def _keep(request: DeskRequest) -> Draft:
    own = next(iter(request.user.inbox_ids), 0)
    inbox = inbox_of(request, number_in(request, "inbox") or own)
    return drafts.save_draft(
        request.user, None, "new", inbox=inbox, form=request.POST.dict(), at=timezone.now()
    )
