"""The macros of the desk: listed by folder, written, changed, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from wingbeat.channels.mail import own_words
from wingbeat.desk.conversations import steps
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.placeholders import KNOWN, MAY_BE_UNKNOWN, WrongPlaceholder
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.conversations.tagging import WrongTag, spelled
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.macros.preparing import Prepared, keep, throw_away
from wingbeat.desk.macros.using import minutes_saved
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.agent.step_words import tell
from wingbeat.screens.refusing import told_at, told_in

PRIVATE, EVERYBODY = "me", "desk"
SNOOZES = ("0", "1", "3", "7", "14", "30")


class MacroForm(forms.Form):
    """Everything of a macro but its words, which come from the editor."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    shortcut = forms.SlugField(
        label=gettext_lazy("Shortcut"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Typed as ;shortcut, it turns into the words."),
    )
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=80, required=False)
    audience = forms.ChoiceField(label=gettext_lazy("Who uses it"))
    tags = forms.CharField(label=gettext_lazy("Tags, with commas"), max_length=400, required=False)
    to = forms.ChoiceField(label=gettext_lazy("Assign"), required=False)
    snooze = forms.ChoiceField(label=gettext_lazy("Put aside"), required=False)
    end = forms.ChoiceField(label=gettext_lazy("End"), required=False)

    def __init__(self, agent: Agent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in _teams(agent)}
        nothing = ("", "—")
        puts_aside = tell([Step(Act.SNOOZE, days) for days in SNOOZES])
        readers = [(f"agent:{one.pk}", one.name) for one in Agent.objects.at_work()]
        teams = [(f"team:{pk}", team.name) for pk, team in self.teams.items()]
        audiences = [(PRIVATE, _("Only me")), *((pk, team.name) for pk, team in self.teams.items())]
        if agent.may_administer:
            audiences.append((EVERYBODY, _("Everybody")))
        offered: dict[str, list[tuple[str, Any]]] = {
            "audience": audiences,
            "to": [nothing, ("take", _("whoever sends it")), *teams, *readers],
            "snooze": [nothing, *zip(SNOOZES, puts_aside, strict=True)],
            "end": [nothing, *(one for one in Reason.choices if one[0] != Reason.SPAM)],
        }
        for field, choices in offered.items():
            self.fields[field].choices = choices  # type: ignore[attr-defined]  # a choice field, declared above

    def clean(self) -> None:
        if self.cleaned_data.get("snooze") and self.cleaned_data.get("end"):
            self.add_error("end", _("What ends cannot be put aside: choose one of the two."))

    def clean_tags(self) -> list[str]:
        typed = str(self.cleaned_data["tags"]).split(",")
        try:
            return [spelled(name) for name in typed if name.strip(" #")]
        except WrongTag as why:
            raise forms.ValidationError(str(why)) from why

    def steps(self) -> tuple[Step, ...]:
        said = self.cleaned_data
        found = [Step(Act.TAG, tag) for tag in said["tags"]]
        act, _colon, value = said["to"].partition(":")
        found += [Step(act, value)] if act else []
        found += [Step(Act.SNOOZE, said["snooze"])] if said["snooze"] else []
        return (*found, *([Step(Act.END, said["end"])] if said["end"] else []))


@for_agents("GET")
def macros(request: DeskRequest) -> HttpResponse:
    may_change = Macro.objects.changeable_by(request.user)
    seen = Macro.objects.usable_by(request.user) | may_change
    rows = list(seen.with_words().order_by("folder", "name", "pk"))
    changeable = set(may_change.values_list("pk", flat=True))
    for row in rows:
        row.told = tell(steps.read(row.steps))  # type: ignore[attr-defined]  # for the page only
    folders = [(name, list(found)) for name, found in groupby(rows, key=lambda row: row.folder)]
    context = {"folders": folders, "changeable": changeable, "place": "macros",
               "saved": minutes_saved(rows)}  # fmt: skip
    return respond(request, "agent/macro/list.html", context)


@for_agents("GET", "POST")
def macro(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Write one, in one language at a time."""
    found = _changeable(request, pk) if pk is not None else None
    if found is None:
        not_for_light(request)
    language = request.POST.get("language") or request.GET.get("language") or "en"
    language = language if language in dict(settings.LANGUAGES) else "en"
    form = MacroForm(request.user, request.POST or None, initial=_initial(found))
    texts = {row.language: row.html for row in found.texts.all()} if found else {}
    html = texts.get(language, "")
    if request.method == "POST":
        html = _written(request)
        kept = _keep(request, found, form, language, html) if form.is_valid() else None
        if kept is not None:
            messages.info(request, _("Saved."))
            return redirect(f"{reverse('agent:macro', args=[kept.pk])}?language={language}")
    context = {"form": form, "macro": found, "place": "macros", **_editor(texts, language, html)}
    return respond(request, "agent/macro/macro.html", context)


@for_agents("POST")
def removal(request: DeskRequest, pk: int) -> HttpResponse:
    throw_away(_changeable(request, pk), by=request.user, at=timezone.now())
    return redirect("agent:macros")


def _keep(
    request: DeskRequest, found: Macro | None, form: MacroForm, language: str, html: str
) -> Macro | None:
    said = form.cleaned_data
    prepared = Prepared(
        name=said["name"],
        language=language,
        html=html,
        text=own_words.text_in(html),
        shortcut=said["shortcut"],
        folder=said["folder"].strip(),
        owner=request.user if said["audience"] == PRIVATE else None,
        team=form.teams.get(said["audience"]),
        steps=form.steps(),
    )
    with told_in(form), told_at(form, None, WrongPlaceholder):
        return keep(found, prepared, by=request.user, at=timezone.now())
    return None


def _written(request: DeskRequest) -> str:
    if request.POST.get("format") == "rich":
        return own_words.cleaned(request.POST.get("html", ""))
    return own_words.from_plain(request.POST.get("text", ""))


def _editor(texts: Mapping[str, str], language: str, html: str) -> dict[str, Any]:
    return {
        "language": language,
        "languages": [(code, name, code in texts) for code, name in settings.LANGUAGES],
        "editor_html": own_words.for_editor(html),
        "text": own_words.text_in(html),
        "placeholders": [
            (f"{{{{{name}{'|…' if name in MAY_BE_UNKNOWN else ''}}}}}", words)
            for name, words in KNOWN.items()
        ],
    }


def _initial(found: Macro | None) -> dict[str, Any]:
    if found is None:
        return {"audience": PRIVATE}
    taken = steps.read(found.steps)
    to = next((step for step in taken if step.act in {Act.AGENT, Act.TEAM, Act.TAKE}), None)
    values = {step.act: step.value for step in taken}
    return {
        "name": found.name,
        "shortcut": found.shortcut,
        "folder": found.folder,
        "audience": PRIVATE if found.owner_id else str(found.team_id or EVERYBODY),
        "tags": ", ".join(step.value for step in taken if step.act == Act.TAG),
        "to": f"{to.act}:{to.value}".rstrip(":") if to else "",
        "snooze": values.get(Act.SNOOZE, ""),
        "end": values.get(Act.END, ""),
    }


def _changeable(request: DeskRequest, pk: int) -> Macro:
    rows = Macro.objects.changeable_by(request.user).with_words()
    return get_object_or_404(rows, pk=pk)


def _teams(agent: Agent) -> list[Team]:
    teams = Team.objects.order_by("name", "pk")
    return list(teams if agent.may_administer else teams.filter(memberships__agent=agent))
