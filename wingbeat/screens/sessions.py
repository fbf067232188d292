"""Where an agent is logged in: seen and ended, one by one or all others at once."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wingbeat.screens.entering import DeskRequest, for_agents


@require_POST
@for_agents
def ending(request: DeskRequest, pk: int) -> HttpResponse:
    """Log an agent out in one other browser of theirs."""
    session = UserSession.objects.filter(pk=pk, user=request.user).first()
    if session is None:
        raise Http404
    session.end()
    messages.info(request, _("You are logged out there."))
    return redirect("usersessions_list")
