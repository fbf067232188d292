"""Programs that use the desk: every key, whoever's it is, and new ones for programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from wingbeat.channels.api.keys import make_programs_key, revoke
from wingbeat.channels.api.models import ApiKey, Scope
from wingbeat.screens.api_keys import ProgramForm
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer


@never_cache
@for_admins("GET", "POST")
def programs(request: DeskRequest) -> HttpResponse:
    """List every key, and make one for a program; its secret is on this answer alone."""
    form, secret = ProgramForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        _key, secret = make_programs_key(
            asked["name"], Scope(asked["scope"]), list(asked["inboxes"]),
            by=request.user, at=timezone.now(),
        )  # fmt: skip
        form = ProgramForm()
    context = {"form": form, "keys": ApiKey.objects.listed(), "secret": secret}
    return answer(request, "programs/list", context)


@for_admins("POST")
def revocation(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ApiKey, pk=pk)
    revoke(found, by=request.user, at=timezone.now())
    messages.info(request, _("The key “%(name)s” opens nothing any more.") % {"name": found.name})
    return redirect("setup:programs")
