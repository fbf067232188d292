"""One's own keys to the API: made and shown once, listed, revoked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from wingbeat.channels.api.keys import make_key, revoke
from wingbeat.channels.api.models import ApiKey, Scope
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.api_keys import KeyForm


@never_cache
@for_agents("GET", "POST")
def api_keys(request: DeskRequest) -> HttpResponse:
    """List them, and make one; its secret is on this answer and nowhere after it."""
    form, secret = KeyForm(request.POST or None, by=request.user), ""
    is_wrong = request.method == "POST" and not form.is_valid()
    if request.method == "POST" and not is_wrong:
        asked = form.cleaned_data
        _key, secret = make_key(
            asked["name"], Scope(asked["scope"]), by=request.user, at=timezone.now()
        )
        form = KeyForm(by=request.user)
    rows = ApiKey.objects.listed().filter(agent=request.user)
    context = {"form": form, "keys": rows, "secret": secret, "place": "settings"}
    return respond(request, "agent/settings/api_keys.html", context)


@for_agents("POST")
def revocation(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a key of one's own open nothing any more."""
    found = get_object_or_404(ApiKey.objects.listed(), agent=request.user, pk=pk)
    revoke(found, by=request.user, at=timezone.now())
    messages.info(request, _("The key “%(name)s” opens nothing any more.") % {"name": found.name})
    return redirect("agent:api-keys")
