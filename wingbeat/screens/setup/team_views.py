"""Teams: who answers together, who leads, and which inboxes they read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from wingbeat.desk.conversations.arranging import arrange
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.inboxes import NobodyReads
from wingbeat.desk.people.models import Agent, Membership, Team
from wingbeat.desk.people.teams import make_team
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_at, told_in
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer, onward


class NewTeamForm(forms.Form):
    """What a new team is called."""

    name = forms.CharField(label=gettext_lazy("Name of a new team"), max_length=80)


class TeamForm(forms.Form):
    """A team's name, its people and its inboxes."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    members = forms.ModelMultipleChoiceField(queryset=Agent.objects.at_work(), required=False)
    leads = forms.ModelMultipleChoiceField(queryset=Agent.objects.at_work(), required=False)
    inboxes = forms.ModelMultipleChoiceField(
        queryset=Inbox.objects.order_by("name", "pk"), label=gettext_lazy("Inboxes they read"),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


@for_admins("GET", "POST")
def teams(request: DeskRequest) -> HttpResponse:
    form = NewTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            team = make_team(form.cleaned_data["name"], by=request.user, at=timezone.now())
            return redirect("setup:team", team.pk)
    at_work = Membership.objects.filter(agent__is_active=True).select_related("agent")
    people = Prefetch("memberships", at_work.order_by("agent__name", "pk"))
    rows = Team.objects.order_by("name", "pk").prefetch_related(people, "inboxes")
    return answer(request, "teams/list", {"form": form, "teams": rows})


@for_admins("GET", "POST")
def team(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk)
    form = TeamForm(request.POST or None, initial=_now(found))
    if request.method == "POST" and form.is_valid():
        with told_in(form), told_at(form, "inboxes", NobodyReads):
            arrange(found, **form.cleaned_data, by=request.user, at=timezone.now())
            return onward(request, _("Saved."), "team", pk)
    context = {"form": form, "team": get_object_or_404(Team, pk=pk), "people": _people(form)}
    return answer(request, "teams/team", context)


def _now(found: Team) -> dict[str, Any]:
    rows = list(found.memberships.values_list("agent_id", "is_lead"))
    return {
        "name": found.name, "members": [agent_id for agent_id, _is_lead in rows],
        "leads": [agent_id for agent_id, is_lead in rows if is_lead],
        "inboxes": list(found.inboxes.values_list("pk", flat=True)),
    }  # fmt: skip


def _people(form: TeamForm) -> list[tuple[Agent, bool, bool]]:
    """Return everybody with what the form says of them: belongs to it, leads it."""
    members, leads = ({str(pk) for pk in form[name].value() or ()} for name in ("members", "leads"))
    people = Agent.objects.at_work()
    return [(agent, str(agent.pk) in members, str(agent.pk) in leads) for agent in people]
