"""What owners and admins decide about a job in the tray."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.config.jobs.models import Job, NotInTray
from wingbeat.screens.entering import DeskRequest, for_agents
from wingbeat.screens.refusing import told_on_page


@for_agents("POST")
def retrial(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Try a job again, now."""
    with told_on_page(request, NotInTray):
        _job_of(request, pk).retry(by=request.user, at=timezone.now())
        messages.info(request, _("It is tried again now."))
    return redirect("agent:tray")


@for_agents("POST")
def discarding(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Leave a job undone."""
    with told_on_page(request, NotInTray):
        _job_of(request, pk).discard(by=request.user, at=timezone.now())
    return redirect("agent:tray")


def _job_of(request: DeskRequest, pk: UUID) -> Job:
    found = Job.objects.filter(pk=pk).first()
    if found is None or not request.user.may_administer:
        raise Http404
    return found
