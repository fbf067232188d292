"""What one does with a single message: let a stranger in, take a reply back, send it again."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from wingbeat.channels.mail import recipients
from wingbeat.desk.conversations import leaving_later, redelivering, replying
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.margin import AlreadyDecided
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.screens.agent.access import DeskRequest
from wingbeat.screens.agent.changing import changes_message


@changes_message(AlreadyDecided)
def letting_in(request: DeskRequest, found: Conversation, message: Message, at: datetime) -> None:
    found.let_in(message, by=request.user, at=at)


@changes_message(AlreadyDecided)
def keeping_out(request: DeskRequest, found: Conversation, message: Message, at: datetime) -> None:
    found.keep_out(message, by=request.user, at=at)


@changes_message(replying.TooLateToUndo)
def undoing(
    request: DeskRequest, found: Conversation, message: Message, at: datetime
) -> HttpResponse:
    """Make a reply a draft again, and open it."""
    replying.undo(message, by=request.user, at=at)
    return redirect("agent:conversation-composer", pk=found.pk, kind="reply")


@changes_message(leaving_later.NotWaitingToLeave)
def leaving(request: DeskRequest, found: Conversation, message: Message, at: datetime) -> None:
    """Send what was put off now."""
    leaving_later.leave(message, by=request.user, at=at)


@changes_message(redelivering.NothingToSettle)
def resending(request: DeskRequest, found: Conversation, message: Message, at: datetime) -> None:
    redelivering.resend(_outgoing(message), by=request.user, at=at)


@changes_message(
    redelivering.NothingToSettle, redelivering.NoOtherAddress, recipients.WrongAddresses
)
def readdressing(request: DeskRequest, found: Conversation, message: Message, at: datetime) -> None:
    """Send it again to other addresses, in place of those that failed."""
    (parties,) = recipients.parse(request.POST.get("to", ""))
    redelivering.resend_to(_outgoing(message), parties, by=request.user, at=at)


@changes_message(redelivering.NothingToSettle)
def settling(request: DeskRequest, found: Conversation, message: Message, at: datetime) -> None:
    """Note that a reply in doubt has arrived after all."""
    redelivering.settle_as_sent(_outgoing(message), by=request.user, at=at)


@changes_message(redelivering.NothingToSettle)
def giving_up(request: DeskRequest, found: Conversation, message: Message, at: datetime) -> None:
    """Leave a reply as it is, and take the mark off."""
    redelivering.give_up(_outgoing(message), by=request.user, at=at)


def _outgoing(message: Message) -> Outgoing:
    outgoing = getattr(message, "outgoing", None)
    if not isinstance(outgoing, Outgoing):
        raise Http404
    return outgoing
