"""One message: let in or kept out, sent now or again, settled; and the mail it came as."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from wingbeat.channels.api import shapes, showing
from wingbeat.channels.api.access import changing_message, message_of
from wingbeat.channels.api.errors import REFUSALS, Failed, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.routes.files import BYTES, as_file
from wingbeat.channels.api.shapes import ConversationShape, InPath, MessageShape, PartyShape
from wingbeat.channels.api.writing import parties
from wingbeat.desk.conversations import leaving_later, redelivering
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing

router = Router(tags=["messages"])
ONE = "/messages/{id}"


class ResendingSent(shapes.Sent):
    """To whom instead; without `to`, to those who may not have it yet."""

    to: Annotated[list[PartyShape], Field(max_length=100)] = []


@router.post(f"{ONE}/letting-in", response=answers(ConversationShape))
def let_in(request: KeyRequest, id: InPath) -> ConversationShape:
    """Let a stranger's mail in from the margin: their words count from now on."""
    with changing_message(request, id) as (message, found, by, at):
        found.let_in(message, by=by, at=at)
        return showing.answered(request, found)


@router.post(f"{ONE}/keeping-out", response=answers(ConversationShape))
def keep_out(request: KeyRequest, id: InPath) -> ConversationShape:
    """Keep a stranger's mail out. It stays readable in the margin, and counts nowhere."""
    with changing_message(request, id) as (message, found, by, at):
        found.keep_out(message, by=by, at=at)
        return showing.answered(request, found)


@router.post(f"{ONE}/leaving", response=answers(MessageShape))
def send_now(request: KeyRequest, id: InPath) -> MessageShape:
    """Send now what was put off."""
    with changing_message(request, id) as (message, _found, by, at):
        leaving_later.leave(message, by=by, at=at)
    return said(request, id)


@router.post(f"{ONE}/resending", response=answers(MessageShape))
def resend(request: KeyRequest, id: InPath, body: ResendingSent) -> MessageShape:
    """Queue a reply again that failed, came back or is in doubt; its Message-ID stays."""
    with changing_message(request, id) as (message, _found, by, at):
        if body.to:
            redelivering.resend_to(_outgoing(message), parties(body.to), by=by, at=at)
        else:
            redelivering.resend(_outgoing(message), by=by, at=at)
    return said(request, id)


@router.post(f"{ONE}/settling", response=answers(MessageShape))
def settle(request: KeyRequest, id: InPath) -> MessageShape:
    """Say that a reply in doubt has arrived after all."""
    with changing_message(request, id) as (message, _found, by, at):
        redelivering.settle_as_sent(_outgoing(message), by=by, at=at)
    return said(request, id)


@router.post(f"{ONE}/giving-up", response=answers(MessageShape))
def give_up(request: KeyRequest, id: InPath) -> MessageShape:
    """Leave a reply as it is, and take its mark off."""
    with changing_message(request, id) as (message, _found, by, at):
        redelivering.give_up(_outgoing(message), by=by, at=at)
    return said(request, id)


@router.get(f"{ONE}/mail", response={REFUSALS: Failed}, openapi_extra=BYTES)
def get_mail_of_message(request: HttpRequest, id: InPath) -> HttpResponse:
    """Fetch the mail as it came, byte by byte."""
    message, _found = message_of(request, id)
    mail = message.raw_mails.order_by("pk").first()
    if mail is None:
        raise Http404
    return as_file(mail.content(), f"message-{id}.eml")


def said(request: HttpRequest, pk: int) -> MessageShape:
    """Return a message as it stands now."""
    message, found = message_of(request, pk)
    return showing.message_shown(message, found.pk)


def _outgoing(message: Message) -> Outgoing:
    outgoing = getattr(message, "outgoing", None)
    if not isinstance(outgoing, Outgoing):
        raise Http404
    return outgoing
