"""Hours, what inboxes promise by them, and contracts that shorten a promise."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.automation import promising
from wingbeat.desk.automation.calendars import (
    Calendar,
    DayOff,
    NoHours,
    keep_calendar,
    next_days_off,
    take_off,
    work_again,
)
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Organization
from wingbeat.desk.people.models import Team
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.promises import span
from wingbeat.screens.refusing import told_at, told_in
from wingbeat.screens.setup.access import for_admins, inbox_of
from wingbeat.screens.setup.answering import answer, onward
from wingbeat.screens.setup.hours_forms import (
    CalendarForm,
    ContractForm,
    DayOffForm,
    PromiseForm,
    TeamHoursForm,
)


@for_admins("GET", "POST")
def hours(request: DeskRequest) -> HttpResponse:
    """Show all hours, promises and contracts; a POST makes a contract."""
    form = ContractForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        promising.contract(**form.cleaned_data, by=request.user, at=timezone.now())
        return redirect("setup:hours")
    policies = promising.policies()
    inboxes = Inbox.objects.order_by("name", "pk")
    context = {
        "calendars": Calendar.objects.order_by("name"),
        "promises": [(inbox, _told(policies.get(inbox.pk))) for inbox in inboxes],
        "contracts": promising.contracts(),
        "teams": Team.objects.filter(calendar__isnull=False)
        .select_related("calendar")
        .order_by("name", "pk"),
        "form": form, "has_organizations": Organization.objects.exists(),
    }  # fmt: skip
    return answer(request, "hours/list", context)


@for_admins("GET", "POST")
def calendar(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Show a week of hours and change it; without a number make a new one."""
    found = get_object_or_404(Calendar, pk=pk) if pk else None
    form = CalendarForm(request.POST or None, initial=CalendarForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        with told_in(form), told_at(form, "day_0", NoHours):
            kept = keep_calendar(form.fill(found or Calendar()), by=request.user, at=timezone.now())
            return onward(request, _("Saved."), "calendar", kept.pk)
    return answer(request, "hours/calendar", _calendar_context(pk, form, DayOffForm()))


@for_admins("POST")
def days_off(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Calendar, pk=pk)
    form = DayOffForm(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        take_off(found, asked["day"], name=asked["name"], by=request.user, at=timezone.now())
        return redirect("setup:calendar", pk)
    week = CalendarForm(initial=CalendarForm.initial_of(found))
    return answer(request, "hours/calendar", _calendar_context(pk, week, form))


@for_admins("POST")
def day_removal(request: DeskRequest, pk: int, day_pk: int) -> HttpResponse:
    row = get_object_or_404(DayOff, calendar_id=pk, pk=day_pk)
    work_again(row, by=request.user, at=timezone.now())
    return redirect("setup:calendar", pk)


@for_admins("GET", "POST")
def promise(request: DeskRequest, pk: int) -> HttpResponse:
    inbox = inbox_of(pk)
    policy = promising.policy_of(inbox)
    form = PromiseForm(request.POST or None, initial=PromiseForm.initial_of(policy))
    if request.method == "POST" and form.is_valid():
        promising.promise(form.policy(inbox), by=request.user, at=timezone.now())
        messages.info(request, _("Promised from now on. Whoever waits already keeps their time."))
        return redirect("setup:hours")
    earlier = inbox.clock_policies.select_related("calendar", "by").order_by("-at", "-pk")[:10]
    history = [(row, _told(row)) for row in earlier]
    return answer(request, "hours/promise", {"inbox": inbox, "form": form, "history": history})


@for_admins("GET", "POST")
def team_hours(request: DeskRequest, pk: int) -> HttpResponse:
    """When a team is there, where that is not when its inboxes say."""
    team = get_object_or_404(Team, pk=pk)
    form = TeamHoursForm(request.POST or None, initial={"calendar": team.calendar_id})
    if request.method == "POST" and form.is_valid():
        calendar = form.cleaned_data["calendar"]
        promising.keep_hours(team, calendar, by=request.user, at=timezone.now())
        return onward(request, _("Saved."), "team", pk)
    policies = promising.policies()
    # day and night is sooner than any hours of a team
    promised = [(inbox, policies.get(inbox.pk)) for inbox in team.inboxes.order_by("name", "pk")]
    told = [(inbox, _told(one), bool(one and one.calendar_id)) for inbox, one in promised]
    return answer(request, "teams/hours", {"team": team, "form": form, "promises": told})


@for_admins("POST")
def contract_ending(request: DeskRequest, pk: int) -> HttpResponse:
    """End what an organization was promised beyond everybody else."""
    organization = get_object_or_404(
        Organization.objects.filter(contracts__isnull=False).distinct(), pk=pk
    )
    promising.contract(organization, None, why="", by=request.user, at=timezone.now())
    return redirect("setup:hours")


def _calendar_context(pk: int | None, form: CalendarForm, day_form: DayOffForm) -> dict[str, Any]:
    found = get_object_or_404(Calendar, pk=pk) if pk else None
    return {
        "calendar": found, "form": form, "day_form": day_form,
        "by_hand": found.days_off.order_by("day") if found else (),
        "coming": next_days_off(found, now=timezone.now()) if found else (),
    }  # fmt: skip


def _told(policy: promising.ClockPolicy | None) -> str:
    """Say in one line what an inbox promises."""
    if policy is None:
        return _("an answer within the desk's own time, day and night")
    told = _("first words within %(first)s, further answers within %(next)s")
    parts = [told % {"first": span(policy.first_minutes), "next": span(policy.next_minutes)}]
    if policy.end_minutes:
        parts.append(_("an end within %(end)s") % {"end": span(policy.end_minutes)})
    parts.append(policy.calendar.name if policy.calendar else _("day and night"))
    return " · ".join(parts)
