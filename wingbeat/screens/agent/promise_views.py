"""What was promised in a conversation: read there, given, kept and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.channels.mail.gathering import clock_of
from wingbeat.desk.care.promise import (
    LONGEST_WORDS,
    NothingPromised,
    PastDue,
    Promise,
    SettledAlready,
    promise,
)
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.screens.agent.access import DeskRequest, conversation_of, for_agents
from wingbeat.screens.agent.answering import back_to, respond
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.numbers import number_of
from wingbeat.screens.promises import promise_lines
from wingbeat.screens.refusing import told_at, told_on_page


class PromiseForm(forms.Form):
    """What, and by when: the time is the customer's."""

    words = forms.CharField(
        label=gettext_lazy("What we do, in words that the customer reads"),
        max_length=LONGEST_WORDS,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "dir": "auto"}),
    )
    due = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={
            "invalid": gettext_lazy("Write day and time as 2026-03-06 17:00."),
            "required": gettext_lazy("A promise needs a day and a time."),
        },
    )


@for_agents("GET", "POST")
def promises(request: DeskRequest, pk: int) -> HttpResponse:
    """Every promise of a conversation, and a form for one more."""
    found = conversation_of(request, pk)
    if request.method == "POST":
        not_for_light(request)
    clock = clock_of(found.customer, found.inbox)
    message = _message_in(request, found)
    now = timezone.now()
    with timezone.override(clock):
        form = PromiseForm(request.POST or None)
        form.fields["due"].label = _("By when, by their clock (%(clock)s)") % {
            "clock": f"{clock}, {now.astimezone(clock):%H:%M}"
        }
        is_given = request.method == "POST" and form.is_valid() and _give(
            request, form, found, message, now
        )  # fmt: skip
    if is_given:
        return back_to(found)
    rows = Promise.objects.of_conversations(found.parts()).with_answers()
    context = {
        "conversation": found,
        "form": form,
        "message": message,
        "promises": promise_lines(rows, now=now),
        "place": "inbox",
    }
    return respond(request, "agent/promise/page.html", context)


@for_agents("POST")
def keeping(request: DeskRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, lambda row, at: row.keep(by=request.user, at=at))


@for_agents("POST")
def withdrawal(request: DeskRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, lambda row, at: row.withdraw(by=request.user, at=at))


def _give(
    request: DeskRequest, form: PromiseForm, found: Conversation, message: Message | None,
    now: datetime,
) -> bool:  # fmt: skip
    clock = clock_of(found.customer, found.inbox)
    said, due_at = form.cleaned_data["words"], form.cleaned_data["due"].astimezone(clock)
    with told_at(form, "words", NothingPromised), told_at(form, "due", PastDue):
        promise(found, said, due_at=due_at, by=request.user, at=now, message=message)
    return not form.errors


def _settle(
    request: DeskRequest, pk: int, settle: Callable[[Promise, datetime], None]
) -> HttpResponse:
    row = get_object_or_404(Promise.objects.select_related("conversation"), pk=pk)
    found = conversation_of(request, row.conversation_id)
    not_for_light(request)
    with told_on_page(request, SettledAlready):
        settle(row, timezone.now())
    return back_to(found)


def _message_in(request: DeskRequest, found: Conversation) -> Message | None:
    """Return the reply in which it was promised, where the link or the form names one."""
    asked = number_of(request.POST.get("message") or request.GET.get("message", ""))
    if asked is None:
        return None
    ours = found.messages_to_show().filter(kind=MessageKind.AGENT)
    return ours.select_related("words").filter(pk=asked).first()
