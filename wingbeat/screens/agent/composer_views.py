"""Writing in a conversation: the composer, its drafts and files, and sending."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.replying import NoRecipient, ThreadChanged
from wingbeat.screens.agent import drafts, forgotten, sending
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents, inbox_of
from wingbeat.screens.agent.answering import back_to, respond
from wingbeat.screens.agent.card import author_of
from wingbeat.screens.agent.changing import LONGEST_NUMBER, number_in
from wingbeat.screens.agent.composing import KINDS, Composer, composer_for, saved_at
from wingbeat.screens.agent.conversation_views import beside, reading, show
from wingbeat.screens.agent.recipients import WrongAddresses


@require_GET
@for_agents
def composer(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Open the composer, or with `closed` the quiet bar in its place."""
    found = conversation_of(request, pk)
    context = reading(request, found)
    if kind in KINDS:
        context["composer"] = _open(request, found, kind, seen=context["screen"].newest_message_id)
    elif kind != "closed":
        raise Http404
    context |= {"list": beside(request, found), "place": "inbox", "place_inbox": found.inbox_id}
    is_in_place = request.htmx.target == "composer"
    partial = "agent/composer/_dock.html" if is_in_place else "agent/conversation/_panes.html"
    return respond(request, "agent/conversation/page.html", partial, context)


@require_POST
@for_agents
def draft(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Keep what stands in the composer, while somebody types."""
    saved = _keep(request, conversation_of(request, pk), kind)
    words = saved_at(date_format(timezone.localtime(saved.saved_at), "H:i"))
    hint = _("You speak of an attachment; there is none.")
    return HttpResponse(hint if kind != "note" and _forgets_file(saved) else words)


@require_POST
@for_agents
def files(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Add files to the draft or take one off; answer the list, or a pasted picture's address."""
    found = conversation_of(request, pk)
    kept = drafts.draft_of(request.user, found, kind) or _keep(request, found, kind)
    return change_files(request, kept)


def change_files(request: DeskRequest, kept: Draft) -> HttpResponse:
    pasted = drafts.attach(kept, request.FILES.getlist("inline"), inline=True)
    if pasted:
        return HttpResponse(f"/attachments/{pasted[0].token}/")
    drafts.attach(kept, request.FILES.getlist("files"))
    take_off(request, kept)
    return render(request, "agent/composer/_files.html", {"files": drafts.files_of(kept)})


def take_off(request: DeskRequest, kept: Draft) -> bool:
    """Take the file off that the form names: one of the draft, or one that a forward carries."""
    number = number_in(request, "remove_file") or 0
    return drafts.take_off(kept, own=number, carried=number_in(request, "leave") or 0)


@require_POST
@for_agents
def replies(request: DeskRequest, pk: int) -> HttpResponse:
    kind = "reply-all" if request.POST.get("kind") == "reply-all" else "reply"
    return _send(request, conversation_of(request, pk), kind)


@require_POST
@for_agents
def forwards(request: DeskRequest, pk: int) -> HttpResponse:
    return _send(request, conversation_of(request, pk), "forward")


@require_POST
@for_agents
def notes(request: DeskRequest, pk: int) -> HttpResponse:
    return _send(request, conversation_of(request, pk), "note")


def _send(request: DeskRequest, found: Conversation, kind: str) -> HttpResponse:
    """Keep first, so that nothing is lost whatever happens; then send, or say why not."""
    kept = _keep(request, found, kind)
    drafts.attach(kept, request.FILES.getlist("files"))
    if take_off(request, kept):
        return _again(request, found, kind)
    then = request.POST.get("then")
    if then == "discard":
        kept.delete()
        return back_to(found)
    is_forgotten = kind != "note" and _forgets_file(kept)
    at = timezone.now()
    verb = sending.note if kind == "note" else sending.reply
    try:
        verb(found, kept, by=request.user, at=at)
    except (WrongAddresses, NoRecipient, sending.NothingWritten) as why:
        return _again(request, found, kind, problems=(str(why),))
    except ThreadChanged as why:
        names = ", ".join(sorted({author_of(message) for message in why.newer}))
        return _again(request, found, kind, stop=names)
    if is_forgotten:
        messages.warning(
            request, _("You speak of an attachment, and there is none. Undo takes the reply back.")
        )
    if then == "end" and not request.user.is_light:
        found.end(by=request.user, at=at, reason=Reason.ANSWERED)
    return back_to(found)


def _forgets_file(kept: Draft) -> bool:
    return forgotten.speaks_of_attachment(kept.html) and not drafts.file_ids(kept)


def _again(
    request: DeskRequest,
    found: Conversation,
    kind: str,
    *,
    problems: tuple[str, ...] = (),
    stop: str = "",
) -> HttpResponse:
    """Show the conversation as it is now, the composer still open, and what stands in the way."""
    context = reading(request, found)
    seen = context["screen"].newest_message_id
    opened = replace(_open(request, found, kind, seen=seen), problems=problems, stop=stop)
    status = 409 if stop else 422 if problems else 200
    return show(request, found, composer=opened, status=status)


def _open(request: DeskRequest, found: Conversation, kind: str, *, seen: int) -> Composer:
    about_id = request.GET.get("message", "")
    about = None
    if about_id.isdecimal() and len(about_id) <= LONGEST_NUMBER:
        about = get_object_or_404(found.messages_to_show(), pk=int(about_id))
    return composer_for(
        request.user,
        found,
        kind,
        seen=seen,
        inboxes=tuple(Inbox.objects.visible_to(request.user)),
        anew=bool(request.GET.get("anew")),
        about=about,
    )


def _keep(request: DeskRequest, found: Conversation, kind: str) -> Draft:
    if kind not in KINDS:
        raise Http404
    chosen = number_in(request, "inbox")
    inbox = inbox_of(request, chosen) if chosen and chosen != found.inbox_id else found.inbox
    is_new = drafts.draft_of(request.user, found, kind) is None
    kept = drafts.save_draft(
        request.user, found, kind, inbox=inbox, form=request.POST.dict(), at=timezone.now()
    )
    about = number_in(request, "about")
    if is_new and kind == "forward" and about:
        drafts.carry_files(kept, get_object_or_404(found.messages_to_show(), pk=about))
    return kept
