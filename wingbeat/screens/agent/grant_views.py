"""Putting something right in a conversation: given at once, or asked of a second person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.care.grant import (
    LONGEST_WORDS,
    DecidedAlready,
    Grant,
    NeedsAnother,
    WrongGrant,
    give,
)
from wingbeat.desk.care.limit import GrantLimit
from wingbeat.desk.care.offering import offer_for, shelf
from wingbeat.desk.conversations.cause import CauseMark
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.remedy import Remedy
from wingbeat.screens.agent.access import DeskRequest, conversation_of, conversations, for_agents
from wingbeat.screens.agent.answering import back_to, respond
from wingbeat.screens.amounts import CentsField
from wingbeat.screens.refusing import told_on_page


class GrantForm(forms.Form):
    """What is given, and how much."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=Remedy.choices)
    cents = CentsField(label=gettext_lazy("Amount"))
    words = forms.CharField(
        label=gettext_lazy("What for, in a few words"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


@for_agents("GET", "POST")
def grants(request: DeskRequest, pk: int) -> HttpResponse:
    """What was given in a conversation, what stands ready, and a form; light agents give too."""
    found = conversation_of(request, pk)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _given(request, form, found):
        return back_to(found)
    context = {"conversation": found, "form": form, "place": "inbox", **_ready(request, found)}
    return respond(request, "agent/grant/page.html", context)


@for_agents("POST")
def agreement(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda row, at: row.agree(by=request.user, at=at))


@for_agents("POST")
def refusal(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda row, at: row.decline(by=request.user, at=at))


@for_agents("POST")
def withdrawal(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda row, at: row.take_back(by=request.user, at=at))


def _given(request: DeskRequest, form: GrantForm, found: Conversation) -> bool:
    said = form.cleaned_data
    try:
        row = give(
            found, said["kind"], said["cents"], words=said["words"], by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except WrongGrant as why:
        form.add_error("cents", str(why))
        return False
    told = (
        _("Asked: %(grant)s. A second person decides, because %(why)s.")
        if row.is_asked
        else _("Given: %(grant)s. They know it when you tell them.")
    )
    messages.info(request, told % {"grant": row, "why": row.get_why_asked_display()})
    return True


def _ready(request: DeskRequest, found: Conversation) -> dict[str, Any]:
    """Return all that a page offers: from the cause, and from what customers accepted."""
    limit = GrantLimit.objects.in_force()
    marks = CauseMark.objects.filter(conversation=found).select_related("cause__parent")
    mark = marks.first()
    cause = mark.cause if mark else None
    offer = offer_for(cause, limit.currency)
    accepted = shelf(cause, conversations(request), limit)
    return {
        "limit": limit,
        "cause": cause,
        "offer": offer,
        "shelf": [one for one in accepted if one != offer],
        "grants": Grant.objects.of_conversations(found.parts()),
    }


def _decide(
    request: DeskRequest, pk: int, decide: Callable[[Grant, datetime], None]
) -> HttpResponse:
    row = get_object_or_404(Grant.objects.select_related("conversation"), pk=pk)
    found = conversation_of(request, row.conversation_id)
    with told_on_page(request, DecidedAlready, NeedsAnother, WrongGrant):
        decide(row, timezone.now())
    return back_to(found)
