"""The context panel: which system of the team's own is asked, and whether that works."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from wingbeat.channels.context import setting
from wingbeat.channels.context.asking import try_out
from wingbeat.channels.context.models import ContextPanel
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import for_owners, panel_of
from wingbeat.screens.setup.answering import answer, onward
from wingbeat.screens.setup.forms import CalledField

MOST_LABELS = 20


class PanelForm(forms.Form):
    """Where it asks, what it shows, and for how long an answer is fresh."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=40,
        help_text=gettext_lazy("Stands above it, such as Orders."),
    )  # fmt: skip
    address = CalledField(setting.check_address)
    labels = forms.CharField(
        label=gettext_lazy("Labels to show, one a line"),
        help_text=gettext_lazy("Empty: everything that it answers."), required=False,
        max_length=1_000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    fresh_for_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes for which an answer is fresh"), min_value=1, max_value=1_440
    )

    def clean_labels(self) -> list[str]:
        lines = [line.strip() for line in str(self.cleaned_data["labels"]).splitlines()]
        labels = list(dict.fromkeys(filter(None, lines)))
        if len(labels) > MOST_LABELS:
            raise forms.ValidationError(_("At most %(most)d labels.") % {"most": MOST_LABELS})
        return labels


class TrialForm(forms.Form):
    """After whom it asks."""

    email = forms.EmailField(
        label=gettext_lazy("Ask after this address"), max_length=254,
        help_text=gettext_lazy("Of a customer whom your system knows."),
    )  # fmt: skip


@never_cache
@for_owners("GET", "POST")
def panel(request: DeskRequest) -> HttpResponse:
    """Set it up or change it; the secret that signs its calls is on this answer alone."""
    found = ContextPanel.objects.in_use()
    form, secret = PanelForm(request.POST or None, initial=_values(found)), ""
    if request.method == "POST" and form.is_valid():
        asked = setting.Asked(**form.cleaned_data)
        found, secret = setting.keep(asked, by=request.user, at=timezone.now())
        if not secret:
            return redirect("setup:context")
        form = PanelForm(initial=_values(found))
    return _page(request, found, form=form, secret=secret)


@never_cache
@for_owners("POST")
def trial(request: DeskRequest) -> HttpResponse:
    """Ask it once, now, and show what comes or what to do."""
    found, form = panel_of(), TrialForm(request.POST)
    if not form.is_valid():
        return _page(request, found, trial_form=form)
    tried = try_out(found, form.cleaned_data["email"], now=timezone.now())
    return _page(request, found, trial_form=form, trial=tried)


@never_cache
@for_owners("POST")
def secret(request: DeskRequest) -> HttpResponse:
    """Sign with another secret; it is on this answer alone."""
    found = panel_of()
    new = setting.renew_secret(found, by=request.user, at=timezone.now())
    return _page(request, found, secret=new)


@for_owners("POST")
def removal(request: DeskRequest) -> HttpResponse:
    setting.remove(panel_of(), by=request.user, at=timezone.now())
    return onward(request, _("No system of your own is asked any more."), "context")


def _values(found: ContextPanel | None) -> dict[str, Any]:
    if found is None:
        return {"fresh_for_minutes": 15}
    names = ("title", "address", "fresh_for_minutes")
    return {**{name: getattr(found, name) for name in names}, "labels": "\n".join(found.labels)}


def _page(request: DeskRequest, found: ContextPanel | None, **more: Any) -> HttpResponse:
    context = {
        "panel": found, "form": PanelForm(initial=_values(found)),
        "trial_form": TrialForm(initial={"email": request.user.email}), **more,
    }  # fmt: skip
    return answer(request, "context/page", context)
