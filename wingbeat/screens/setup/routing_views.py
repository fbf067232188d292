"""How a team shares what comes in, and how much each of its people takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.automation.availability import MOST
from wingbeat.desk.automation.routing import Routing, Way, route_by
from wingbeat.desk.people.models import Team
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer, onward


class RoutingForm(forms.Form):
    """The way, a pause, and a number for each member."""

    way = forms.ChoiceField(
        label=gettext_lazy("Who gets what comes in"), choices=Way.choices, widget=forms.RadioSelect
    )
    is_paused = forms.BooleanField(
        label=gettext_lazy("Paused: nothing is given to anybody"), required=False
    )

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = team.memberships.filter(agent__is_active=True).select_related("agent__capacity")
        self.members = [row.agent for row in rows.order_by("agent__name")]
        for agent in self.members:
            capacity = getattr(agent, "capacity", None)
            self.fields[f"most_{agent.pk}"] = forms.IntegerField(
                label=agent.name, min_value=0, max_value=500,
                initial=capacity.most if capacity is not None else MOST,
            )  # fmt: skip

    @property
    def numbers(self) -> list[forms.BoundField]:
        return [self[f"most_{agent.pk}"] for agent in self.members]

    def most(self) -> dict[int, int]:
        return {agent.pk: self.cleaned_data[f"most_{agent.pk}"] for agent in self.members}


@for_admins("GET", "POST")
def routing(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk)
    row = Routing.objects.filter(team=found).first()
    initial = {"way": row.way, "is_paused": row.is_paused} if row else {"way": Way.NONE}
    form = RoutingForm(found, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        route_by(
            found, way=Way(asked["way"]), is_paused=asked["is_paused"], most=form.most(),
            by=request.user, at=timezone.now(),
        )  # fmt: skip
        return onward(request, _("Saved."), "team", pk)
    return answer(request, "teams/routing", {"team": found, "form": form})
