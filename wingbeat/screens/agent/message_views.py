"""What one does with a single message: the margin's two answers, taking a reply back."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect

from wingbeat.desk.conversations import replying
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.margin import AlreadyDecided
from wingbeat.desk.conversations.message import Message
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
