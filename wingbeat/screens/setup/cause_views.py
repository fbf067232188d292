"""Causes: the tree from which agents choose why somebody writes."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy

from wingbeat.desk.conversations.cause import LONGEST, Cause, Offers, WrongCause, keep, offer
from wingbeat.desk.conversations.remedy import Remedy
from wingbeat.screens.amounts import CentsField
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_at
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer

OFFERS = tuple(Offers.__dataclass_fields__)


class CauseForm(forms.Form):
    """A name, and under which other cause it stands."""

    name = forms.CharField(label=gettext_lazy("Name of the cause"), max_length=LONGEST)
    under = forms.ModelChoiceField(
        queryset=Cause.objects.offered().filter(parent__isnull=True).as_tree(),
        label=gettext_lazy("Under"), required=False, empty_label=gettext_lazy("Stands alone"),
    )  # fmt: skip

    offer_kind = forms.ChoiceField(
        label=gettext_lazy("Whoever it happens to is offered"),
        choices=[("", gettext_lazy("Nothing in particular")), *Remedy.choices], required=False,
    )  # fmt: skip
    offer_cents = CentsField(label=gettext_lazy("Amount"), min_value=0, required=False)
    item_cents = CentsField(
        label=gettext_lazy("What one more of the thing costs you"), min_value=0, required=False,
        help_text=gettext_lazy("Where that is little, sending another one stands first."),
    )  # fmt: skip


@for_admins("GET", "POST")
def causes(request: DeskRequest) -> HttpResponse:
    form = CauseForm(request.POST or None)
    if request.method == "POST" and _kept(request, form, None):
        return redirect("setup:causes")
    return answer(request, "causes/list", {"form": form, "causes": list(Cause.objects.as_tree())})


@for_admins("GET", "POST")
def cause(request: DeskRequest, pk: int) -> HttpResponse:
    """Call one otherwise, or put it elsewhere."""
    found = get_object_or_404(Cause, pk=pk)
    initial = {"name": found.name, "under": found.parent_id}
    initial |= {field: getattr(found, field) for field in OFFERS}
    form = CauseForm(request.POST or None, initial=initial)
    if request.method == "POST" and _kept(request, form, found):
        return redirect("setup:causes")
    return answer(request, "causes/cause", {"form": form, "cause": found})


@for_admins("POST")
def offering(request: DeskRequest, pk: int) -> HttpResponse:
    """Offer it to agents, or no longer."""
    found, is_offered = get_object_or_404(Cause, pk=pk), request.POST.get("offered") == "yes"
    offer(found, is_offered=is_offered, by=request.user, at=timezone.now())
    return redirect("setup:causes")


def _kept(request: DeskRequest, form: CauseForm, found: Cause | None) -> bool:
    if not form.is_valid():
        return False
    said = form.cleaned_data
    with told_at(form, None, WrongCause):
        keep(
            found, name=said["name"], under=said["under"],
            offers=Offers(**{field: said[field] for field in OFFERS}),
            by=request.user, at=timezone.now(),
        )  # fmt: skip
        return True
    return False
