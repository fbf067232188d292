"""Which hints a team heeds and which rest there, for whoever leads it; and examples given."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings as options
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _

from wingbeat.desk.care.hint import ENOUGH_PEOPLE, HintCount, HintExample, show_again
from wingbeat.desk.people.own_list import keep_own_list, led_by
from wingbeat.laws.coaching import proven, shipped_policy
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import number_in
from wingbeat.screens.refusing import told_in

NAMES: dict[str, str | Promise] = {
    "first_impression.placeholder": _("a placeholder is left"),
    "first_impression.name_other": _("another name"),
    "first_impression.name_misspelt": _("a name a letter off"),
    "first_impression.name_repeated": _("the name said too often"),
    "first_impression.impatient": _("impatient words"),
    "first_impression.kinder": _("a kinder wording"),
    "first_impression.language": _("another language"),
    "first_impression.formal_register": _("more formal than they write"),
    "first_impression.familiar_register": _("less formal than they write"),
    "memory.question_open": _("a question left open"),
    "memory.asked_already": _("asked for what they told us"),
    "memory.same_answer": _("the same answer again"),
    "memory.no_other_way": _("a no without another way"),
    "memory.own_list": _("words that the team avoids"),
    "memory.request_after_farewell": _("a request after the farewell"),
    "support.attachment": _("a file that is missing"),
    "support.promise": _("a promise to track"),
    "support.no_act": _("nothing that helps"),
    "ethics.contradicts_day": _("another day than was promised"),
    "ethics.contradicts_sum": _("another sum than was promised"),
}


@dataclass(frozen=True, slots=True)
class HintLine:
    """A kind of hint in a team; without counts where these would tell of single people."""

    pk: int
    name: str | Promise
    is_resting: bool
    shown: int = 0
    heeded: int = 0
    wrong: int = 0


class OwnListForm(forms.Form):
    """A team's own list of words."""

    own_list = forms.CharField(
        label=_("Words that the team avoids"), required=False, strip=False, max_length=20_000,
        help_text=_("A pair a line: coupon = voucher. Without = the words are left out."),
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip


@for_agents("GET", "POST")
def own_list(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a team's own list of words, and change it; for whoever leads the team."""
    team = get_object_or_404(led_by(request.user), pk=pk)
    form = OwnListForm(request.POST or None, initial={"own_list": team.own_list})
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            keep_own_list(team, form.cleaned_data["own_list"], by=request.user, at=timezone.now())
            messages.success(request, gettext("Saved."))
            return redirect("agent:hint-counts")
    context = {"form": form, "team": team, "place": "team"}
    return respond(request, "agent/hints/own_list.html", context)


@for_agents("GET", "POST")
def hint_counts(request: DeskRequest) -> HttpResponse:
    """Show counts and examples to who leads; a POST shows a kind again, or lets an example go."""
    rows = HintCount.objects.of_led(request.user)
    examples = HintExample.objects.to_mend(request.user)
    if request.method == "POST" and "example" in request.POST:
        get_object_or_404(examples, pk=number_in(request, "example")).delete()
        return redirect("agent:hint-counts")
    if request.method == "POST":
        show_again(get_object_or_404(rows, pk=number_in(request, "count")))
        return redirect("agent:hint-counts")
    teams: dict[str, list[HintLine]] = {}
    for row in rows if options.WINGBEAT["staff_views"] else ():
        teams.setdefault(str(row.team), []).append(_line(row))
    policy, language = shipped_policy(), (get_language() or "en")[:2]
    context = {
        "teams": teams, "least_heeded": f"{100 * policy.least_heeded:.0f} %",
        "people": ENOUGH_PEOPLE, "shown_before_rest": policy.shown_before_rest, "place": "team",
        "examples": [(one, NAMES.get(one.kind, one.kind)) for one in examples[:100]],
        "led": led_by(request.user),
        "is_no_silent": "bare_no" not in proven(language, policy.least_precision),
    }  # fmt: skip
    return respond(request, "agent/hints/page.html", context)


def _line(row: HintCount) -> HintLine:
    name = NAMES[row.kind]
    if getattr(row, "people", 0) < ENOUGH_PEOPLE:
        return HintLine(row.pk, name, row.is_resting)
    return HintLine(row.pk, name, row.is_resting, row.shown, row.heeded, row.wrong)
