"""Custom fields: what a desk wants to know besides what every desk does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy

from wingbeat.desk.conversations.custom_field import About, CustomField, Shape, keep, offer
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_in
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer


class FieldForm(forms.Form):
    """A field; of what it tells and what it holds is settled once it is made."""

    label = forms.CharField(label=gettext_lazy("Label"), max_length=60)
    name = forms.CharField(
        label=gettext_lazy("Name in questions"), max_length=40,
        help_text=gettext_lazy("A view asks for plan as field.plan:gold."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip
    about = forms.ChoiceField(label=gettext_lazy("It tells of"), choices=About.choices)
    shape = forms.ChoiceField(label=gettext_lazy("It holds"), choices=Shape.choices)
    choices = forms.CharField(
        label=gettext_lazy("Values to choose from, one a line"), required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )  # fmt: skip
    inbox = forms.ModelChoiceField(
        queryset=Inbox.objects.order_by("name", "pk"), label=gettext_lazy("Shown in"),
        required=False, empty_label=gettext_lazy("Every inbox"),
    )  # fmt: skip

    def __init__(self, found: CustomField | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if found is not None:
            for name in ("about", "shape", *(() if found.shape == Shape.CHOICE else ("choices",))):
                del self.fields[name]


@for_admins("GET", "POST")
def fields(request: DeskRequest) -> HttpResponse:
    form = FieldForm(None, request.POST or None)
    if request.method == "POST" and _kept(request, form, CustomField()):
        return redirect("setup:fields")
    rows = CustomField.objects.select_related("inbox").order_by("about", "label", "pk")
    return answer(request, "fields/list", {"form": form, "fields": rows})


@for_admins("GET", "POST")
def field(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CustomField, pk=pk)
    initial = {
        "label": found.label, "name": found.name, "choices": "\n".join(found.choices),
        "inbox": found.inbox_id,
    }  # fmt: skip
    form = FieldForm(found, request.POST or None, initial=initial)
    if request.method == "POST" and _kept(request, form, found):
        return redirect("setup:fields")
    return answer(request, "fields/field", {"form": form, "field": found})


@for_admins("POST")
def offering(request: DeskRequest, pk: int) -> HttpResponse:
    """Show it to agents, or no longer."""
    found, is_offered = get_object_or_404(CustomField, pk=pk), request.POST.get("offered") == "yes"
    offer(found, is_offered=is_offered, by=request.user, at=timezone.now())
    return redirect("setup:fields")


def _kept(request: DeskRequest, form: FieldForm, row: CustomField) -> bool:
    if not form.is_valid():
        return False
    said = form.cleaned_data
    for name in ("label", "name", "about", "shape", "inbox"):
        if name in said:
            setattr(row, name, said[name])
    with told_in(form):
        choices = said.get("choices", "").splitlines()
        keep(row, choices=choices, by=request.user, at=timezone.now())
        return True
    return False
