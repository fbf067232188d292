"""Where an agent is logged in: seen and ended, one by one or all others at once."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from wingbeat.screens.entering import DeskRequest, for_agents


@for_agents("POST")
def ending(request: DeskRequest, pk: int) -> HttpResponse:
    """Log an agent out in one other browser of theirs."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    session.end()
    messages.info(request, _("You are logged out there."))
    return redirect("usersessions_list")
