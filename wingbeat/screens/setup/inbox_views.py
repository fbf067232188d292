"""Inboxes after their first day: how their mail is, their words, addresses and readers."""

from __future__ import annotations

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.inboxes import (
    AddressTaken,
    NobodyReads,
    add_address,
    change_inbox,
    drop_address,
    let_read,
)
from wingbeat.screens.entering import DeskRequest
from wingbeat.screens.refusing import told_at, told_in
from wingbeat.screens.setup.access import for_admins, inbox_of
from wingbeat.screens.setup.answering import answer, onward
from wingbeat.screens.setup.health import health_of
from wingbeat.screens.setup.inbox_forms import AddressForm, InboxWordsForm, ReadersForm


@for_admins("GET")
def inboxes(request: DeskRequest) -> HttpResponse:
    rows = Inbox.objects.select_related("account").prefetch_related("teams", "addresses")
    now = timezone.now()
    listed = [(inbox, health_of(inbox, now)) for inbox in rows.order_by("name", "pk")]
    return answer(request, "inboxes/list", {"inboxes": listed})


@for_admins("GET", "POST")
def inbox(request: DeskRequest, pk: int) -> HttpResponse:
    found = inbox_of(pk)
    form = _words(request, found)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_inbox(found, by=request.user, at=timezone.now())
            return onward(request, _("Saved."), "inbox-page", pk)
    return _show(request, pk, form=form)


@for_admins("POST")
def readers(request: DeskRequest, pk: int) -> HttpResponse:
    form = ReadersForm(request.POST)
    if form.is_valid():
        with told_at(form, "teams", NobodyReads):
            let_read(inbox_of(pk), **form.cleaned_data, by=request.user, at=timezone.now())
            return onward(request, _("Saved."), "inbox-page", pk)
    return _show(request, pk, readers=form)


@for_admins("POST")
def addresses(request: DeskRequest, pk: int) -> HttpResponse:
    found = inbox_of(pk)
    form = AddressForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        with told_at(form, "email", AddressTaken):
            add_address(found, email, by=request.user, at=timezone.now())
            told = _("Mail to %(email)s arrives in %(inbox)s now.")
            return onward(request, told % {"email": email, "inbox": found.name}, "inbox-page", pk)
    return _show(request, pk, address=form)


@for_admins("POST")
def removal(request: DeskRequest, pk: int, address_pk: int) -> HttpResponse:
    row = get_object_or_404(inbox_of(pk).addresses, pk=address_pk)
    drop_address(row, by=request.user, at=timezone.now())
    messages.info(request, _("Mail to %(email)s no longer arrives here.") % {"email": row.email})
    return redirect("setup:inbox-page", pk)


def _show(request: DeskRequest, pk: int, **sent: BaseForm) -> HttpResponse:
    found = inbox_of(pk)
    context: dict[str, object] = {
        "inbox": found, "health": health_of(found, timezone.now()),
        "form": _words(request, found),
        "readers": ReadersForm(initial={"teams": found.teams.all()}), "address": AddressForm(),
    }  # fmt: skip
    return answer(request, "inboxes/inbox", {**context, **sent})


def _words(request: DeskRequest, found: Inbox) -> InboxWordsForm:
    sent = (request.POST, request.FILES) if "name" in request.POST else ()
    return InboxWordsForm(*sent, instance=found, about=found, by=request.user)
