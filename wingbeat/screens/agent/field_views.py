"""The desk's own fields, beside a conversation and on a customer's page: one form for either."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import (
    CustomField,
    Shape,
    Told,
    WrongValue,
    tell,
    told_of,
)
from wingbeat.desk.customers.models import Customer
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.agent.customer_views import customer_to_change
from wingbeat.screens.paths import path_to

TYPES = {Shape.NUMBER: "text", Shape.DATE: "date", Shape.TEXT: "text"}


class FieldsForm(forms.Form):
    """Every field with what it holds; only what was changed here is said."""

    def __init__(self, told: Sequence[Told], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own arguments
        self.asked = {f"field-{one.field.pk}": one.field for one in told}
        for one in told:
            # the value it had when the form was shown goes along: nobody undoes what others said
            self.fields[f"field-{one.field.pk}"] = forms.CharField(
                label=one.field.label,
                initial=one.text,
                required=False,
                show_hidden_initial=True,
                widget=_widget(one),
            )

    def clean(self) -> None:
        for name in self.changed_data:
            try:
                self.asked[name].held(self.cleaned_data.get(name, ""))
            except WrongValue as why:
                self.add_error(name, str(why))

    def said(self) -> dict[CustomField, str]:
        return {self.asked[name]: self.cleaned_data[name] for name in self.changed_data}


@for_agents("GET", "POST")
def of_conversation(request: DeskRequest, pk: int) -> HttpResponse:
    found = conversation_of(request, pk)
    not_for_light(request)
    fields = CustomField.objects.in_inbox(found.inbox_id)
    told = told_of(fields, found.customer, found)
    return _change(request, told, found.customer, found, path_to("agent:conversation", found.pk))


@for_agents("GET", "POST")
def of_customer(request: DeskRequest, pk: int) -> HttpResponse:
    found = customer_to_change(request, pk)
    told = told_of(CustomField.objects.known_to(request.user), found)
    return _change(request, told, found, None, path_to("agent:customer", found.pk))


def _change(
    request: DeskRequest,
    told: Sequence[Told],
    customer: Customer,
    conversation: Conversation | None,
    back: str,
) -> HttpResponse:
    form = FieldsForm(told, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tell(form.said(), customer, conversation, by=request.user, at=timezone.now())
        return HttpResponseRedirect(back, status=303)
    context = {"form": form, "customer": customer, "back": back, "place": "inbox"}
    return respond(request, "agent/fields/page.html", context)


def _widget(told: Told) -> forms.Widget:
    field = told.field
    if field.shape not in {Shape.CHOICE, Shape.YES_NO}:
        kind = TYPES[Shape(field.shape)]
        attrs = {"dir": "auto", "autocomplete": "off", "type": kind, "maxlength": 300}
        if field.shape == Shape.NUMBER:
            attrs["inputmode"] = "decimal"
        return forms.TextInput(attrs=attrs)
    known = list(zip(field.choices, field.choices, strict=True))
    if field.shape == Shape.YES_NO:
        known = [("yes", _("yes")), ("no", _("no"))]
    elif told.text and told.text not in field.choices:  # it was a choice once
        known.append((told.text, told.text))
    return forms.Select(choices=[("", "–"), *known])
