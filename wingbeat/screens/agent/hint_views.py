"""Reading a draft for hints, and what an agent does with one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from wingbeat.desk.care.hint import count
from wingbeat.desk.conversations.steps import read
from wingbeat.screens.agent import composer_views
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents
from wingbeat.screens.agent.answering import wants_fragment
from wingbeat.screens.agent.hints import (
    ANSWERS,
    COACHED,
    TRACKED,
    Hints,
    Marks,
    coached,
    digest_of,
    give,
    hints_for,
    own_text,
    track,
)
from wingbeat.screens.agent.step_words import tell
from wingbeat.screens.paths import path_to


@for_agents("POST")
def hints(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Read the draft as it was saved, or with the form's words first where a button was pressed."""
    found = conversation_of(request, pk)
    if kind not in COACHED:
        raise Http404
    kept = composer_views.keep(request, found, kind)
    act, _colon, hint_id = request.POST.get("hint", "").partition(":")
    if not act and Marks.of(request).read == digest_of(kept, own_text(kept)):
        return HttpResponse(status=204)
    if act == "switch":  # for oneself alone, and remembered until one changes it
        request.user.is_coached = hint_id == "on"
        request.user.save(update_fields=["is_coached"])
    may_track = kind in ANSWERS and not request.user.is_light
    is_tracked = act == "track" and may_track and track(
        kept, coached(found, kept, by=request.user, text=own_text(kept)), hint_id
    )  # fmt: skip
    is_given = act == "example" and kind in ANSWERS and give(
        found, coached(found, kept, by=request.user, text=own_text(kept)), hint_id
    )  # fmt: skip
    shown = replace(hints_for(request, found, kept, kind), is_given=is_given)
    shown = _counted(shown, is_tracked=is_tracked, wrong=hint_id if act == "wrong" else "")
    if found.is_restricted or kind not in ANSWERS:
        shown = replace(shown, offered="")
    if not wants_fragment(request):
        return composer_views.again(request, found, kind, hints=shown)
    context: dict[str, Any] = {"hints": shown, "conversation": found}
    if is_tracked:
        insert_url = path_to("agent:conversation-insertions", found.pk, kind)
        context["tracked"] = {"steps": tell(read(kept.steps)), "insert_url": insert_url}
    return render(request, "agent/composer/_hints.html", context)


def _counted(read_now: Hints, *, is_tracked: bool, wrong: str) -> Hints:
    """Count what became of the hints shown before, and the one that is shown now, once a reply.

    A hint is heeded when what it named is gone from the words, or when its act is done.
    """
    marks = read_now.marks
    waved = tuple(one for one in read_now.all if one.id == wrong)
    left = tuple(one for one in read_now.all if one not in waved)
    fates = {one.kind: "wrong" for one in waved}
    fates |= dict.fromkeys(marks.shown - read_now.there - {TRACKED}, "heeded")
    fates |= {TRACKED: "heeded"} if is_tracked else {}
    fates = {kind: fate for kind, fate in fates.items() if kind not in marks.settled}
    shown = {*fates, *(one.kind for one in left[:1])} - marks.shown
    if read_now.is_counted:
        for kind in sorted(shown):
            count(read_now.team_id, kind, "shown")
        for kind, fate in sorted(fates.items()):
            count(read_now.team_id, kind, fate)
    kept = replace(
        marks, shown=marks.shown | shown, settled=marks.settled | fates.keys(),
        waved=marks.waved | {one.id for one in waved},
    )  # fmt: skip
    return replace(read_now, all=left, marks=kept, offered=waved[0].id if waved else "")
