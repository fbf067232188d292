"""Macros in the composer: found by typing, put into the draft, a step taken off, a snippet."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wingbeat.channels.mail import own_words
from wingbeat.channels.mail.incoming import storable
from wingbeat.desk.conversations import steps
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.placeholders import left_in
from wingbeat.desk.macros import using
from wingbeat.desk.macros.models import Macro
from wingbeat.screens.agent import articles, composer_views
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents
from wingbeat.screens.agent.answering import respond, wants_fragment
from wingbeat.screens.agent.changing import number_in
from wingbeat.screens.agent.composing import KINDS
from wingbeat.screens.agent.conversation_views import reading
from wingbeat.screens.agent.step_words import tell
from wingbeat.screens.paths import path_to

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A macro as the picker previews it: its words for this conversation, and its steps."""

    pk: int
    name: str
    shortcut: str
    place: str
    words: str
    steps: list[str]
    left: list[str]


@for_agents("GET")
def picker(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Offer macros; without scripts they stand on a page of their own."""
    found = conversation_of(request, pk)
    if kind not in KINDS:
        raise Http404
    typed = storable(request.GET.get("find", ""))[:200]
    rows = Macro.objects.usable_by(request.user).named(typed).with_words()[:SHOWN]
    context = {
        "conversation": found,
        "insert_url": path_to("agent:conversation-insertions", found.pk, kind),
        "typed": typed,
        "articles": articles.offered(found, typed, request.user, kind=kind),
        "choices": [_choice(macro, found, request) for macro in rows],
        "place": "inbox",
        "place_inbox": found.inbox_id,
    }
    return respond(request, "agent/macro/picker.html", context, part="agent/macro/_choices.html")


@for_agents("POST")
def insertions(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Keep what stands in the composer, and put a macro behind it or take a step off."""
    found = conversation_of(request, pk)
    kept = composer_views.keep(request, found, kind)
    number, without = number_in(request, "macro"), number_in(request, "without")
    if number is not None:
        macro = get_object_or_404(Macro.objects.usable_by(request.user).with_words(), pk=number)
        using.put_into(kept, macro, by=request.user, at=timezone.now())
    elif (publication := number_in(request, "article")) is not None:
        articles.put_into(kept, publication, by=request.user)
    elif without is not None:
        kept.steps = [step for place, step in enumerate(kept.steps) if place != without]
        kept.save(update_fields=["steps"])
    if not wants_fragment(request):
        return redirect("agent:conversation-composer", pk=found.pk, kind=kind)
    context = reading(request, found)
    seen = kept.seen_message_id or context["screen"].newest_message_id
    context["composer"] = composer_views.opened(request, found, kind, seen=seen)
    return render(request, "agent/composer/_dock.html", context)


@for_agents("POST")
def snippet(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer the words that a shortcut stands for, filled in; nothing where there are none."""
    found = conversation_of(request, pk)
    shortcut = request.POST.get("shortcut", "")
    macro = Macro.objects.usable_by(request.user).by_shortcut(shortcut) if shortcut else None
    if macro is None:
        return HttpResponse(status=204)
    using.count_use(macro)
    return HttpResponse(own_words.for_editor(using.words(macro, found, request.user)))


def _choice(macro: Macro, found: Conversation, request: DeskRequest) -> Choice:
    words = using.words(macro, found, request.user)
    along = () if request.user.is_light else steps.read(macro.steps)
    return Choice(
        pk=macro.pk,
        name=macro.name,
        shortcut=macro.shortcut,
        place=macro.folder,
        words=own_words.text_in(words),
        steps=tell(along),
        left=left_in(words),
    )
