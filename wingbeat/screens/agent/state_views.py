"""Whose it is and who acts next: assignment, snooze, ending, reopening, spam."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.assigning import CannotAssign
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import (
    AlreadyEnded,
    NotEnded,
    NotTheirWord,
    Reason,
    UnknownReason,
)
from wingbeat.desk.conversations.snoozing import CannotSnooze
from wingbeat.desk.conversations.their_word import take_their_word
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.access import DeskRequest
from wingbeat.screens.agent.changing import WrongField, changes, number_in
from wingbeat.screens.times import time_in


@changes(CannotAssign)
def assignment(request: DeskRequest, found: Conversation, at: datetime) -> None:
    """Give it to an agent, to a team, or (neither) to nobody in particular."""
    agent_id, team_id = number_in(request, "agent"), number_in(request, "team")
    agent = get_object_or_404(Agent.objects.at_work(), pk=agent_id) if agent_id else None
    team = get_object_or_404(found.inbox.teams, pk=team_id) if team_id else None
    found.assign(agent=agent, team=team, by=request.user, at=at)


@changes(CannotSnooze)
def snooze(request: DeskRequest, found: Conversation, at: datetime) -> None:
    until = time_in(request.POST.get("until", ""))
    if until is None:
        raise WrongField(_("Choose a day and a time to come back."))
    found.snooze(until=until, by=request.user, at=at)


@changes()
def waking(request: DeskRequest, found: Conversation, at: datetime) -> None:
    found.wake(by=request.user, at=at)


@changes(AlreadyEnded, UnknownReason)
def ending(request: DeskRequest, found: Conversation, at: datetime) -> None:
    found.end(by=request.user, at=at, reason=request.POST.get("reason", ""))


@changes(NotTheirWord, AlreadyEnded)
def word(request: DeskRequest, found: Conversation, at: datetime) -> None:
    """Take the customer's thanks as their word that it is solved."""
    take_their_word(found, by=request.user, at=at)


@changes(NotEnded)
def reopening(request: DeskRequest, found: Conversation, at: datetime) -> None:
    found.reopen(by=request.user, at=at)


@changes()
def links(request: DeskRequest, found: Conversation, at: datetime) -> None:
    """Close every link to the customer's page that our mails have brought so far."""
    found.close_links(by=request.user, at=at)
    messages.info(
        request, _("No link opens this conversation now. Our next mail brings a new one.")
    )


@changes(AlreadyEnded)
def spam(request: DeskRequest, found: Conversation, at: datetime) -> None:
    found.end(by=request.user, at=at, reason=Reason.SPAM)
    messages.info(request, _("It is kept as spam. Reopen takes that back."))


@changes()
def blocking(request: DeskRequest, found: Conversation, at: datetime) -> None:
    """Block the customer's address: its mail goes silently to the tray from now on."""
    address = found.customer.first_address
    if not address:
        raise WrongField(_("This customer has no address that could be blocked."))
    block(address, by=request.user, at=at)
    if not found.is_over:
        found.end(by=request.user, at=at, reason=Reason.SPAM)
    told = _("%(address)s is blocked. An admin can unblock it in the settings of the desk.")
    messages.info(request, told % {"address": address})
