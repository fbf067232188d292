"""What an agent chooses for themselves, and the sheet of keys."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings as options
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import number_in


class OwnSettings(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker only
    """Name, signature and how the screens look."""

    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = [
            "name", "signature", "language", "zone", "theme", "is_coached", "hears_manner",
        ]  # fmt: skip
        labels: ClassVar[dict[str, Any]] = {
            "signature": gettext_lazy("Signature"),
            "zone": gettext_lazy("Time zone"),
            "theme": gettext_lazy("Light or dark"),
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

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Light or dark"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_desk = ("", _("As the desk"))
        self.fields["language"].choices = [as_desk, *options.LANGUAGES]  # type: ignore[attr-defined]  # a choice field, declared above
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
        self.fields["zone"].choices = [as_desk, *zones]  # type: ignore[attr-defined]  # a choice field, declared above
        themes = [("", _("As the computer")), ("light", _("Light")), ("dark", _("Dark"))]
        self.fields["theme"].choices = themes  # type: ignore[attr-defined]  # a choice field, declared above


@require_http_methods(["GET", "POST"])
@for_agents
def settings(request: DeskRequest) -> HttpResponse:
    form = OwnSettings(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.info(request, _("Saved."))
        return redirect("agent:settings")
    page = "agent/settings/page.html"
    return respond(request, page, page, {"form": form, "place": "settings"})


@require_POST
@for_agents
def quiet(request: DeskRequest) -> HttpResponse:
    """Put the tools away, or take them out again; it is remembered until one changes it."""
    request.user.is_quiet = request.POST.get("quiet") == "yes"
    request.user.save(update_fields=["is_quiet"])
    number = number_in(request, "conversation")
    return redirect("agent:conversation", pk=number) if number else redirect("agent:home")


@require_GET
@for_agents
def keys(request: DeskRequest) -> HttpResponse:
    page = "agent/keys.html"
    return respond(request, page, page, {"place": "keys"})
