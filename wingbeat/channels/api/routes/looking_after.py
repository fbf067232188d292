"""The tray, and the journal of the whole desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from wingbeat.channels.api import shapes, showing
from wingbeat.channels.api.access import allowed, doing, inbox_named, mail_of, message_of
from wingbeat.channels.api.errors import REFUSALS, Failed, answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.routes.files import BYTES, as_file
from wingbeat.channels.api.shapes import InPath
from wingbeat.channels.api.writing import parties
from wingbeat.channels.mail import tray
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.journal.models import Entry

router = Router(tags=["tray, audit"])


@router.get("/tray", response=answers(Page[shapes.MailShape]))
def list_tray(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the mails that wait for a person, newest first."""
    rows = RawMail.objects.in_tray().visible_to(asker(request))
    return page(rows, ("-pk",), where, shapes.MailShape.of)


@router.get("/tray/{id}/mail", response={REFUSALS: Failed}, openapi_extra=BYTES)
def get_mail(request: HttpRequest, id: InPath) -> HttpResponse:
    """Fetch a mail in the tray as it came, byte by byte."""
    return as_file(mail_of(request, id).content(), f"mail-{id}.eml")


@router.post("/tray/{id}/judgement", response=answers(shapes.MailShape))
def judge(request: KeyRequest, id: InPath) -> shapes.MailShape:
    """Judge a mail anew: whatever was wrong is mended."""
    return shapes.MailShape.of(tray.look_again(mail_of(request, id), **doing(request)))


@router.post("/tray/{id}/taking-in", response=answers(shapes.MessageShape, 201))
def take_in(request: KeyRequest, id: InPath, body: shapes.TakingInSent) -> Status[Any]:
    """Make a conversation of a mail after all."""
    mail, who = mail_of(request, id), doing(request)
    inbox = inbox_named(request, body.inbox) if body.inbox else None
    sender = parties([body.sender])[0] if body.sender else None
    taken = tray.take_in(mail, inbox=inbox, sender=sender, **who)
    message, found = message_of(request, taken.became_id or 0)
    return Status(201, showing.message_shown(message, found.pk))


@router.post("/tray/{id}/setting-aside", response=answers(None, 204))
def set_aside(request: KeyRequest, id: InPath) -> None:
    """Take a mail off the tray for good; it is kept as long as every mail."""
    tray.set_aside(mail_of(request, id), **doing(request))


@router.get("/audit", response=answers(Page[shapes.EntryShape]))
def list_entries(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List everything that was done at the desk, by position; it needs the scope admin."""
    allowed(request, Scope.ADMIN)
    rows = Entry.objects.filter(position__isnull=False)
    return page(rows, ("position",), where, shapes.EntryShape.of)
