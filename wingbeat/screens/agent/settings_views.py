"""What an agent chooses for themselves, and the sheet of keys."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings as options
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import number_in
from wingbeat.screens.places import zone_field
from wingbeat.screens.signing import SignatureForm

AS_DESK = ("", gettext_lazy("As the desk"))
THEMES = [
    ("", gettext_lazy("As the computer")), ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
]  # fmt: skip


class OwnSettings(SignatureForm, forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker only
    """Name, signature and how the screens look."""

    field_order = ("name", "signature", "signature_picture", "drops_signature_picture")

    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = [
            "name", "signature", "language", "zone", "theme", "is_coached", "hears_manner",
        ]  # fmt: skip
        labels: ClassVar[dict[str, Any]] = {
            "signature": gettext_lazy("Signature"),
            "is_coached": gettext_lazy("Hints while you write"),
            "hears_manner": gettext_lazy("Kinder wordings, too"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "signature": gettext_lazy("Stands under your replies."),
            "is_coached": gettext_lazy(
                "One line under your words: a question left open, a wrong name, a promise and its "
                "day. Nobody else sees it, nor whether you have it."
            ),
            "hears_manner": gettext_lazy(
                "Where first words sound hard, the same sentence said more kindly. In English."
            ),
        }
        widgets: ClassVar[dict[str, Any]] = {"signature": forms.Textarea(attrs={"rows": 4})}

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[AS_DESK, *options.LANGUAGES]
    )
    zone = zone_field(AS_DESK)
    theme = forms.ChoiceField(label=gettext_lazy("Light or dark"), required=False, choices=THEMES)


@for_agents("GET", "POST")
def settings(request: DeskRequest) -> HttpResponse:
    own = request.user
    form = OwnSettings(request.POST or None, request.FILES or None, instance=own, about=own, by=own)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.info(request, _("Saved."))
        return redirect("agent:settings")
    return respond(request, "agent/settings/page.html", {"form": form, "place": "settings"})


@for_agents("POST")
def quiet(request: DeskRequest) -> HttpResponse:
    """Put the tools away, or take them out again; it is remembered until one changes it."""
    request.user.is_quiet = request.POST.get("quiet") == "yes"
    request.user.save(update_fields=["is_quiet"])
    number = number_in(request, "conversation")
    return redirect("agent:conversation", pk=number) if number else redirect("agent:home")


@for_agents("GET")
def keys(request: DeskRequest) -> HttpResponse:
    return respond(request, "agent/keys.html", {"place": "keys"})
