"""A new conversation: writing to a customer first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from wingbeat.channels.mail import own_words
from wingbeat.channels.mail.incoming import storable
from wingbeat.channels.mail.recipients import WrongAddresses, parse
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.placeholders import PlaceholderLeft, left_in
from wingbeat.desk.conversations.replying import NoRecipient
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.macros import using
from wingbeat.desk.macros.models import Macro
from wingbeat.screens.agent import drafts, sending
from wingbeat.screens.agent.access import DeskRequest, for_agents, inbox_of
from wingbeat.screens.agent.answering import respond, wants_fragment
from wingbeat.screens.agent.changing import number_in
from wingbeat.screens.agent.composer_views import change_files, take_off
from wingbeat.screens.agent.composing import Composer, saved_at, with_draft
from wingbeat.screens.agent.macro_views import SHOWN, Choice


@for_agents("GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request)
    kept = _keep(request)
    drafts.attach(kept, request.FILES.getlist("files"))
    if take_off(request, kept):
        return _show(request)
    if request.POST.get("then") == "discard":
        kept.delete()
        return _leave(request, reverse("agent:home"))
    if request.POST.get("then") == "insert":
        return redirect("agent:new-macros")
    return _send(request, kept)


def _send(request: DeskRequest, kept: Draft) -> HttpResponse:
    is_as_meant = request.POST.get("as_meant") == "yes"
    try:
        message = sending.begin(kept, by=request.user, at=timezone.now(), is_as_meant=is_as_meant)
    except PlaceholderLeft as why:
        return _show(request, left=", ".join(why.left))
    except (WrongAddresses, NoRecipient, sending.NothingWritten) as why:
        return _show(request, problems=(str(why),))
    return _leave(request, reverse("agent:conversation", args=[message.conversation_id]))


@for_agents("POST")
def draft(request: DeskRequest) -> HttpResponse:
    """Keep what stands in the composer, while somebody types."""
    saved = _keep(request)
    return HttpResponse(saved_at(date_format(timezone.localtime(saved.saved_at), "H:i")))


@for_agents("POST")
def files(request: DeskRequest) -> HttpResponse:
    kept = drafts.draft_of(request.user, None, "new") or _keep(request)
    return change_files(request, kept)


@for_agents("GET")
def macros(request: DeskRequest) -> HttpResponse:
    """Offer macros with their words for whomever the draft is to."""
    kept, typed = _begun(request), storable(request.GET.get("find", ""))[:200]
    rows = Macro.objects.usable_by(request.user).named(typed).with_words()[:SHOWN]
    choices = [
        Choice(macro.pk, macro.name, macro.shortcut, macro.folder, own_words.text_in(words), [],
               left_in(words))
        for macro in rows
        for words in [using.first_words(macro, kept.inbox, _first_of(kept), request.user)]
    ]  # fmt: skip
    context = {"choices": choices, "typed": typed, "insert_url": reverse("agent:new-insertions")}
    context["place"] = "new"
    return respond(request, "agent/macro/picker.html", context, part="agent/macro/_choices.html")


@for_agents("POST")
def insertions(request: DeskRequest) -> HttpResponse:
    """Keep what stands in the composer, and put a macro's words behind it."""
    kept = _begun(request) if request.POST.get("kept") else _keep(request)
    usable = Macro.objects.usable_by(request.user).with_words()
    macro = get_object_or_404(usable, pk=number_in(request, "macro"))
    using.put_into(kept, macro, by=request.user, at=timezone.now(), to=_first_of(kept))
    return _leave(request, reverse("agent:new"))


@for_agents("POST")
def snippet(request: DeskRequest) -> HttpResponse:
    """Answer the words that a shortcut stands for; nothing where there are none."""
    kept = _begun(request)
    macro = Macro.objects.usable_by(request.user).by_shortcut(request.POST.get("shortcut", ""))
    if macro is None:
        return HttpResponse(status=204)
    using.count_use(macro)
    words = using.first_words(macro, kept.inbox, _first_of(kept), request.user)
    return HttpResponse(own_words.for_editor(words))


def _leave(request: DeskRequest, url: str) -> HttpResponse:
    """Go to another page, which no part of this one could show."""
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


def _begun(request: DeskRequest) -> Draft:
    """Return the draft, or an empty one that is not kept."""
    first = inbox_of(request, next(iter(request.user.inbox_ids), 0))
    kept = drafts.draft_of(request.user, None, "new")
    return kept or Draft(agent=request.user, inbox=first, kind="new", saved_at=timezone.now())


def _first_of(kept: Draft) -> Party | None:
    with suppress(WrongAddresses):
        to, _cc, _bcc = parse(kept.to, "", "")
        return to[0] if to else None
    return None


def _show(request: DeskRequest, *, problems: tuple[str, ...] = (), left: str = "") -> HttpResponse:
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
        insert_url=reverse("agent:new-insertions"),
        macros_url=reverse("agent:new-macros"),
        snippet_url=reverse("agent:new-snippet"),
        seen=0,
        inboxes=inboxes,
        inbox_id=first.pk if first else 0,
        to=request.GET.get("to", ""),
        signature=own_words.signature_of(request.user, first) if first else None,
        is_page=True,
        problems=problems,
        left=left,
    )
    if kept is not None:
        composer = with_draft(composer, kept)
        composer = replace(composer, to=request.GET.get("to") or composer.to)
    part = "agent/composer/_new.html" if request.method == "POST" else ""
    context = {"composer": composer, "place": "new"}
    status = 409 if left else 422 if problems else 200
    return respond(request, "agent/composer/page.html", context, part=part, status=status)


def _keep(request: DeskRequest) -> Draft:
    own = next(iter(request.user.inbox_ids), 0)
    inbox = inbox_of(request, number_in(request, "inbox") or own)
    return drafts.save_draft(
        request.user, None, "new", inbox=inbox, form=request.POST.dict(), at=timezone.now()
    )
