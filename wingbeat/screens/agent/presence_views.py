"""Who else is in a conversation, and saying that one is there oneself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wingbeat.desk.conversations import presence as presences
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents


@for_agents("GET", "POST")
def presence(request: DeskRequest, pk: int) -> HttpResponse:
    """Tell who else is there; a POST says `here`, `typing` or `gone` first."""
    found = conversation_of(request, pk)
    now = timezone.now()
    sign = request.POST.get("sign", "")
    if sign == "gone":
        presences.leave(found.pk, by=request.user, at=now)
    elif request.method == "POST":
        presences.arrive(found.pk, by=request.user, at=now, is_typing=sign == "typing")
    others = presences.others(found.pk, request.user, at=now)
    return render(request, "agent/conversation/_presence.html", {"others": others})
