"""Writing in a conversation: the composer, its drafts and files, and sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wingbeat.channels.mail.recipients import WrongAddresses
from wingbeat.desk.care.promise import read_step
from wingbeat.desk.conversations import presence, shared_draft, steps
from wingbeat.desk.conversations.assigning import CannotAssign
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.forgotten import mentions_attachment
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.leaving_later import CannotLeaveThen
from wingbeat.desk.conversations.mentioning import named_in
from wingbeat.desk.conversations.placeholders import PlaceholderLeft
from wingbeat.desk.conversations.replying import NoRecipient, ThreadChanged
from wingbeat.desk.conversations.snoozing import CannotSnooze
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.conversations.tagging import WrongTag
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent import drafts, sending
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents, inbox_of
from wingbeat.screens.agent.answering import back_to, respond
from wingbeat.screens.agent.card import author_of
from wingbeat.screens.agent.changing import WrongField, number_in
from wingbeat.screens.agent.composing import KINDS, Composer, composer_for, saved_at
from wingbeat.screens.agent.conversation_views import beside, reading, show
from wingbeat.screens.agent.hints import COACHED, Hints, hints_for, own_text
from wingbeat.screens.numbers import number_of
from wingbeat.screens.times import time_in

# What can stand in the way of sending; each says itself what to do next.
PROBLEMS = (
    WrongAddresses,
    NoRecipient,
    sending.NothingWritten,
    CannotAssign,
    CannotSnooze,
    CannotLeaveThen,
    WrongField,
    WrongTag,
)


@for_agents("GET")
def composer(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Open the composer, or with `closed` the quiet bar in its place."""
    found = conversation_of(request, pk)
    context = reading(request, found)
    if kind in KINDS:
        context["composer"] = opened(request, found, kind, seen=context["screen"].newest_message_id)
    elif kind != "closed":
        raise Http404
    context |= beside(request, found)
    is_in_place = request.htmx.target == "composer"
    quiet = request.user.is_quiet
    whole = "agent/conversation/_quiet.html" if quiet else "agent/conversation/_panes.html"
    page = "agent/conversation/quiet.html" if quiet else "agent/conversation/page.html"
    partial = "agent/composer/_dock.html" if is_in_place else whole
    return respond(request, page, context, part=partial)


@for_agents("POST")
def draft(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Keep what stands in the composer, while somebody types."""
    found = conversation_of(request, pk)
    saved = keep(request, found, kind)
    if saved.shared_at is not None:
        presence.saved(found.pk, by=request.user, at=saved.saved_at)
    words = saved_at(date_format(timezone.localtime(saved.saved_at), "H:i"))
    other = shared_draft.continued_by(request.user, found, saved.kind)
    if other is not None:
        told = _("%(name)s continues the draft you began; these words are a second one.")
        return HttpResponse(told % {"name": other.name})
    is_told_elsewhere = kind == "note" or (kind in COACHED and request.user.is_coached)
    hint = _("You speak of an attachment; there is none.")
    return HttpResponse(hint if not is_told_elsewhere and _forgets_file(saved) else words)


@for_agents("POST")
def files(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Add files to the draft or take one off; answer the list, or a pasted picture's address."""
    found = conversation_of(request, pk)
    kept = drafts.draft_of(request.user, found, kind) or keep(request, found, kind)
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


@for_agents("POST")
def replies(request: DeskRequest, pk: int) -> HttpResponse:
    kind = "reply-all" if request.POST.get("kind") == "reply-all" else "reply"
    return _send(request, conversation_of(request, pk), kind)


@for_agents("POST")
def forwards(request: DeskRequest, pk: int) -> HttpResponse:
    return _send(request, conversation_of(request, pk), "forward")


@for_agents("POST")
def notes(request: DeskRequest, pk: int) -> HttpResponse:
    return _send(request, conversation_of(request, pk), "note")


def _send(request: DeskRequest, found: Conversation, kind: str) -> HttpResponse:
    """Keep first, so that nothing is lost whatever happens; then send, or say why not."""
    kept = keep(request, found, kind)
    drafts.attach(kept, request.FILES.getlist("files"))
    instead = _instead(request, found, kept, kind)
    if instead is not None:
        return instead
    at = timezone.now()
    is_forgotten = kind != "note" and _forgets_file(kept)
    try:
        _say(request, found, kept, at)
    except PlaceholderLeft as why:
        return again(request, found, kind, left=", ".join(why.left))
    except PROBLEMS as why:
        return again(request, found, kind, problems=(str(why),))
    except ThreadChanged as why:
        names = ", ".join(sorted({author_of(message) for message in why.newer}))
        return again(request, found, kind, stop=names)
    if is_forgotten:
        messages.warning(
            request, _("You speak of an attachment, and there is none. Undo takes the reply back.")
        )
    return back_to(found)


def _instead(
    request: DeskRequest, found: Conversation, kept: Draft, kind: str
) -> HttpResponse | None:
    """Do what a button in the composer's form wants in place of sending."""
    if take_off(request, kept):
        return again(request, found, kind)
    if request.POST.get("then") == "discard":
        kept.delete()
        return back_to(found)
    if request.POST.get("then") in {"share", "keep"} and not request.user.is_light:
        shared_draft.share(
            kept, is_shared=request.POST["then"] == "share", by=request.user, at=timezone.now()
        )
        return again(request, found, kind)
    if request.POST.get("then") == "insert":
        return redirect("agent:conversation-macros", pk=found.pk, kind=kind)
    return None


def _say(request: DeskRequest, found: Conversation, kept: Draft, at: datetime) -> None:
    """Send, or keep the note, with the steps that go along; light agents take none."""
    along = () if request.user.is_light else (*steps.read(kept.steps), *_then(request))
    if kept.kind == DraftKind.NOTE:
        note = sending.note(found, kept, by=request.user, at=at, along=along)
        people = Agent.objects.at_work().values_list("pk", "name")
        _people, several, nobody = named_in(note.words.text, people, by=request.user.pk)
        for names, told in (
            (nobody, _("Nobody is called %(names)s here, so the note brings nobody in by that.")),
            (several, _("Several are called %(names)s here, so the note brings none of them in by "
                        "that. Write the whole name.")),
        ):  # fmt: skip
            if names:
                messages.warning(request, told % {"names": ", ".join(f"@{one}" for one in names)})
    else:
        meant = request.POST.get("as_meant") == "yes"
        leaves_at = _leaves_at(request, along)
        sending.reply(
            found, kept, by=request.user, at=at, along=along, is_as_meant=meant, leaves_at=leaves_at
        )


def _then(request: DeskRequest) -> tuple[Step, ...]:
    """Return what the pressed button does after sending: end it, or put it aside."""
    then, _colon, value = request.POST.get("then", "").partition(":")
    if then == Act.END:
        return (Step(Act.END, Reason.ANSWERED),)
    return (Step(Act.SNOOZE, value),) if then == Act.SNOOZE and value else ()


def _leaves_at(request: DeskRequest, along: tuple[Step, ...]) -> datetime | None:
    """Return when a reply is to leave that does not leave at once."""
    then, _colon, value = request.POST.get("then", "").partition(":")
    if then != "later":
        return None
    at = time_in(value or request.POST.get("leaves_at", ""))
    if at is None:
        raise WrongField(_("Choose a day and a time to send it."))
    promised = (read_step(one.value)[0] for one in along if one.act == Act.PROMISE)
    if any(due_at <= at for due_at in promised):
        raise WrongField(_("It would leave after the time that it promises; send it sooner."))
    return at


def _forgets_file(kept: Draft) -> bool:
    return mentions_attachment(own_text(kept)) is not None and not drafts.file_ids(kept)


def again(
    request: DeskRequest,
    found: Conversation,
    kind: str,
    *,
    problems: tuple[str, ...] = (),
    stop: str = "",
    left: str = "",
    hints: Hints | None = None,
) -> HttpResponse:
    """Show the conversation as it is now, the composer still open, and what stands in the way."""
    context = reading(request, found)
    seen = context["screen"].newest_message_id
    composer = opened(request, found, kind, seen=seen)
    composer = replace(
        composer, problems=problems, stop=stop, left=left, hints=hints or composer.hints
    )
    status = 409 if stop or left else 422 if problems else 200
    return show(request, found, composer=composer, status=status)


def opened(request: DeskRequest, found: Conversation, kind: str, *, seen: int) -> Composer:
    about_id = number_of(request.GET.get("message", ""))
    about = None
    if about_id is not None:
        about = get_object_or_404(found.messages_to_show(), pk=about_id)
    composer = composer_for(
        request.user,
        found,
        kind,
        seen=seen,
        inboxes=tuple(Inbox.objects.visible_to(request.user)),
        anew=bool(request.GET.get("anew")),
        about=about,
        names=request.GET.get("names", ""),
    )
    if kind not in COACHED:
        return composer
    draft = drafts.draft_of(request.user, found, kind) if composer.has_draft else None
    return replace(composer, hints=hints_for(request, found, draft, kind))


def keep(request: DeskRequest, found: Conversation, kind: str) -> Draft:
    """Keep what the form says; a page that shows no words (`kept`) leaves the draft as it is."""
    if kind not in KINDS:
        raise Http404
    chosen = number_in(request, "inbox")
    inbox = inbox_of(request, chosen) if chosen and chosen != found.inbox_id else found.inbox
    before = drafts.draft_of(request.user, found, kind)
    if before is not None and request.POST.get("kept"):
        return before
    kept = drafts.save_draft(
        request.user, found, kind, inbox=inbox, form=request.POST.dict(), at=timezone.now()
    )
    about = number_in(request, "about")
    if before is None and kind == "forward" and about:
        drafts.carry_files(kept, get_object_or_404(found.messages_to_show(), pk=about))
    return kept
