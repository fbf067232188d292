"""Privacy: what we hold about a person, given out or taken away; and how long words are kept."""

from __future__ import annotations

import tempfile
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from wingbeat.channels.privacy import erasing, exporting, retaining
from wingbeat.channels.privacy.emptying import LeavingNow
from wingbeat.channels.privacy.models import Keeping, What
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Address, Customer
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import customer_of, for_admins
from wingbeat.screens.setup.answering import answer, onward

IN_MEMORY = 5 << 20  # bytes of an export; a larger one goes to a temporary file


class PersonForm(forms.Form):
    """Whose data it is about, by any of their addresses."""

    email = forms.EmailField(
        label=gettext_lazy("Address of a customer"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> Address:
        found = Address.objects.of(self.cleaned_data["email"])
        if found is None:
            raise forms.ValidationError(_("We hold nothing about that address."))
        return found


class ErasureForm(forms.Form):
    """The address once more, as nothing brings an erased person back."""

    email = forms.CharField(
        label=gettext_lazy("Type their address to confirm"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._customer = customer

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"]).strip().lower()
        if not _addresses(self._customer).filter(email=typed).exists():
            raise forms.ValidationError(_("That is none of their addresses. Nobody was erased."))
        return typed


class KeepingForm(forms.Form):
    """How many days; none for good."""

    what = forms.ChoiceField(label=gettext_lazy("What"), choices=What.choices)
    days = forms.IntegerField(
        label=gettext_lazy("Days"), required=False, min_value=retaining.SHORTEST, max_value=36_500,
        help_text=gettext_lazy("30 or more. Leave it empty to keep it for good."),
    )  # fmt: skip


@for_admins("GET", "POST")
def privacy(request: DeskRequest) -> HttpResponse:
    """Find a person; see what is kept, and how long."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("setup:customer", pk=form.cleaned_data["email"].customer_id)
    kept = {row.what: row for row in Keeping.objects.select_related("by")}
    context = {
        "form": form, "keeping": KeepingForm(),
        "kept": [(what.label, kept.get(what.value)) for what in What],
    }  # fmt: skip
    return answer(request, "privacy/page", context)


@for_admins("GET", "POST")
def keeping(request: DeskRequest) -> HttpResponse:
    """Tell what would go; a POST of what was told sets it."""
    form = KeepingForm(request.POST if request.method == "POST" else request.GET or None)
    if not form.is_valid():
        return answer(request, "privacy/keeping", {"form": form})
    what, days = What(form.cleaned_data["what"]), form.cleaned_data["days"]
    now = timezone.now()
    if request.method == "POST":
        retaining.keep_for(what, days, by=request.user, at=now)
        return onward(request, _("Saved. What is over goes within a day."), "privacy")
    count = 0 if days is None else retaining.over(what, days, now=now).count()
    context = {"form": form, "what": what, "days": days, "count": count, "is_told": True}
    return answer(request, "privacy/keeping", context)


@for_admins("GET")
def customer(request: DeskRequest, pk: int) -> HttpResponse:
    return _person(request, found := customer_of(pk), ErasureForm(found))


@for_admins("POST")
def export(request: DeskRequest, pk: int) -> Any:
    """Answer a ZIP file with everything that whoever asks may see of a person."""
    found = customer_of(pk)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the answer closes it
    exporting.export(found, file, by=request.user, at=timezone.now())
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"person-{pk}.zip")
    response["Cache-Control"] = "no-store"
    return response


@for_admins("POST")
def erasure(request: DeskRequest, pk: int) -> HttpResponse:
    found = customer_of(pk)
    form = ErasureForm(found, request.POST)
    if not form.is_valid():
        return _person(request, found, form)
    try:
        done = erasing.erase(found, by=request.user, at=timezone.now())
    except LeavingNow as why:
        messages.error(request, str(why))
        return redirect("setup:customer", pk=pk)
    count = done.emptied.count()
    told = ngettext(
        "The person is erased, and the words of %(n)d conversation.",
        "The person is erased, and the words of %(n)d conversations.", count,
    )  # fmt: skip
    return onward(request, told % {"n": count}, "privacy")


def _person(request: DeskRequest, found: Customer, form: ErasureForm) -> HttpResponse:
    records = same_person(found)
    theirs = Conversation.objects.filter(customer_id__in=records)
    seen = theirs.visible_to(request.user).count()
    context = {
        "customer": found, "addresses": _addresses(found), "conversations": seen,
        "are_closed": theirs.count() > seen, "form": form,
    }  # fmt: skip
    return answer(request, "privacy/person", context)


def _addresses(customer: Customer) -> Any:
    return Address.objects.filter(customer_id__in=same_person(customer)).order_by("pk")
