"""Drafts that colleagues show: read above one's own words, and continued."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.shared_draft import CannotContinue, continue_, shown_to
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents
from wingbeat.screens.agent.changing import changes, number_in


@for_agents("GET")
def shared(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what colleagues are writing now; a page that is open asks when something was saved."""
    found = conversation_of(request, pk)
    context = {"conversation": found, "shared_drafts": shown_to(request.user, found)}
    return render(request, "agent/composer/_shared_drafts.html", context)


@changes(CannotContinue)
def continuing(request: DeskRequest, found: Conversation, at: datetime) -> HttpResponse:
    """Write on with a colleague's draft, and open it."""
    draft = continue_(number_in(request, "draft") or 0, found, by=request.user, at=at)
    return redirect("agent:conversation-composer", pk=found.pk, kind=draft.kind)
