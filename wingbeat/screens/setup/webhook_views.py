"""Webhooks: which systems are told what is done, and what became of each call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from wingbeat.channels.api.models import ApiKey
from wingbeat.channels.reaching import check_address
from wingbeat.channels.webhooks import subscribing
from wingbeat.channels.webhooks.models import Webhook
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.setup.access import for_admins
from wingbeat.screens.setup.answering import answer
from wingbeat.screens.setup.forms import CalledField

CALLS = 50
OFFERED = (
    (Kind.CONVERSATION_OPENED, gettext_lazy("A conversation begins")),
    (Kind.MESSAGE_RECEIVED, gettext_lazy("A customer writes again")),
    (Kind.REPLY_QUEUED, gettext_lazy("We answer")),
    (Kind.REPLY_SENT, gettext_lazy("A reply has left")),
    (Kind.REPLY_FAILED, gettext_lazy("A reply could not be sent")),
    (Kind.NOTE_ADDED, gettext_lazy("A note is added")),
    (Kind.ASSIGNED, gettext_lazy("It is given to somebody")),
    (Kind.TAGGED, gettext_lazy("It gets a tag")),
    (Kind.ENDED, gettext_lazy("It is ended by us")),
    (Kind.SOLVED, gettext_lazy("It is solved by the customer's word")),
    (Kind.REOPENED, gettext_lazy("It is opened again")),
    (Kind.RATED, gettext_lazy("A customer says how it was")),
    (Kind.CUSTOMER_CHANGED, gettext_lazy("A customer is described anew")),
)


class WebhookForm(forms.Form):
    """Where it leads, through whose eyes it sees, and what it wants to hear."""

    address = CalledField(check_address)
    key = forms.ModelChoiceField(
        queryset=ApiKey.objects.none(),
        label=gettext_lazy("It hears of what this key may see"),
        empty_label="—",
    )
    kinds = forms.MultipleChoiceField(
        choices=[(str(kind), says) for kind, says in OFFERED],
        label=gettext_lazy("What it is told; nothing chosen means everything"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].queryset = ApiKey.objects.lent_to(by)  # type: ignore[attr-defined]  # declared above


class RangeForm(forms.Form):
    """From which position of the journal to which."""

    first = forms.IntegerField(label=gettext_lazy("From position"), min_value=1, max_value=2**62)
    last = forms.IntegerField(label=gettext_lazy("to position"), min_value=1, max_value=2**62)


@never_cache
@for_admins("GET", "POST")
def webhooks(request: DeskRequest) -> HttpResponse:
    """List them, and make one; the secret that signs its calls is on this answer alone."""
    form, secret = WebhookForm(request.POST or None, by=request.user), ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        _webhook, secret = subscribing.subscribe(
            asked["address"], asked["key"], asked["kinds"], by=request.user, at=timezone.now()
        )
        form = WebhookForm(by=request.user)
    context = {"form": form, "webhooks": Webhook.objects.listed(), "secret": secret}
    return answer(request, "webhooks/list", context)


@for_admins("GET")
def webhook(request: DeskRequest, pk: int) -> HttpResponse:
    """Show how its latest calls went."""
    return _page(request, get_object_or_404(Webhook, pk=pk), RangeForm())


@for_admins("POST")
def calls(request: DeskRequest, pk: int) -> HttpResponse:
    """Call again for what was done before, one thing or a range."""
    found, form = get_object_or_404(Webhook, pk=pk), RangeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    asked = form.cleaned_data
    count = subscribing.call_again(
        found, asked["first"], asked["last"], by=request.user, at=timezone.now()
    )
    messages.info(request, _("It is called again for %(count)d things.") % {"count": count})
    return redirect("setup:webhook", pk=pk)


@for_admins("POST")
def stopping(request: DeskRequest, pk: int) -> HttpResponse:
    """Stop it, or let it go on."""
    found, now = get_object_or_404(Webhook, pk=pk), timezone.now()
    if found.stopped_at:
        subscribing.go_on(found, by=request.user, at=now)
    else:
        why = _("%(name)s stopped it.") % {"name": request.user.name}
        subscribing.stop(found, why, by=request.user, at=now)
    return redirect("setup:webhook", pk=pk)


@for_admins("POST")
def removal(request: DeskRequest, pk: int) -> HttpResponse:
    subscribing.remove(get_object_or_404(Webhook, pk=pk), by=request.user, at=timezone.now())
    return redirect("setup:webhooks")


def _page(request: DeskRequest, found: Webhook, form: RangeForm) -> HttpResponse:
    context = {"webhook": found, "calls": found.calls.newest(CALLS), "form": form}
    return answer(request, "webhooks/page", context)
