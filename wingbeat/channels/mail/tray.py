"""What a person decides about a mail in the tray: look again, take it in, or lay it aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.channels.mail import intake
from wingbeat.channels.mail.carrying_out import carry_out
from wingbeat.channels.mail.case import Case, Decision, Open
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.incoming import to_be_answered
from wingbeat.channels.mail.models import IN_TRAY, Judgement, RawMail
from wingbeat.channels.mail.parsing.confined import BeyondLimits, parse_safely
from wingbeat.channels.mail.parsing.parsed import ParsedAttachment, ParsedMail
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

# Of a mail that takes too much to read, this much is shown; all of it is attached.
_GLANCE = 60_000


class NotInTray(ValueError):
    """The mail does not wait for a person any more."""

    def __init__(self, raw_mail: RawMail) -> None:
        super().__init__(
            _("Mail %(n)s does not stand in the tray any more; look again.") % {"n": raw_mail.pk}
        )


class NobodyToAnswer(ValueError):
    """A conversation needs somebody to be with."""

    def __init__(self, raw_mail: RawMail) -> None:
        super().__init__(
            _("Mail %(n)s has no sender but ourselves: say whose it is.") % {"n": raw_mail.pk}
        )


class InboxNeeded(ValueError):
    """A conversation needs an inbox."""

    def __init__(self, raw_mail: RawMail) -> None:
        super().__init__(
            _("Mail %(n)s is for none of our addresses: choose an inbox.") % {"n": raw_mail.pk}
        )


def look_again(raw_mail: RawMail, *, by: Agent, at: datetime) -> RawMail:
    """Judge a mail anew: a setting has changed, or whatever was wrong is mended.

    Raises:
        NotInTray: if somebody was quicker.
    """
    with transaction.atomic():
        _take_back(raw_mail, by=by, at=at)
    return intake.judge(raw_mail, at=at)


@transaction.atomic
def take_in(
    raw_mail: RawMail,
    *,
    by: Agent,
    at: datetime,
    inbox: Inbox | None = None,
    sender: Party | None = None,
) -> RawMail:
    """Make a conversation of a mail after all: it is no spam, or it is for this inbox.

    `sender` says whose it is where the mail itself does not.

    Raises:
        NotInTray: if somebody was quicker.
        InboxNeeded: if the mail is for none of our addresses and no inbox is given.
        NobodyToAnswer: if neither the mail nor you say whose it is.
    """
    _take_back(raw_mail, by=by, at=at)
    mail = _whatever_can_be_read(raw_mail)
    case = Case.of(raw_mail, mail, Door.open(), inbox=inbox)
    if case.inbox is None:
        raise InboxNeeded(raw_mail)
    person = sender or to_be_answered(mail, case.door)
    if not person["address"] or case.door.is_ours(person["address"]):
        raise NobodyToAnswer(raw_mail)
    why = f"{by.name}: {raw_mail.why}"
    return carry_out(case, Decision(Judgement.OPENED, why, Open(person)), at=at)


@transaction.atomic
def set_aside(raw_mail: RawMail, *, by: Agent, at: datetime) -> None:
    """Take a mail off the tray for good; it is kept as long as every mail.

    Raises:
        NotInTray: if somebody was quicker.
    """
    _leave(raw_mail, set_aside_at=at)
    record(Kind.MAIL_SET_ASIDE, by=by, at=at, inbox_id=raw_mail.inbox_id, facts=_facts(raw_mail))


def _take_back(raw_mail: RawMail, *, by: Agent, at: datetime) -> None:
    facts = _facts(raw_mail)
    _leave(raw_mail, judgement=Judgement.STORED, attempts=0)
    record(Kind.MAIL_TAKEN_BACK, by=by, at=at, inbox_id=raw_mail.inbox_id, facts=facts)


def _leave(raw_mail: RawMail, **changes: object) -> None:
    waiting = RawMail.objects.filter(
        pk=raw_mail.pk, judgement__in=IN_TRAY, set_aside_at__isnull=True
    )
    if not waiting.update(**changes):
        raise NotInTray(raw_mail)
    for name, value in changes.items():
        setattr(raw_mail, name, value)


def _facts(raw_mail: RawMail) -> dict[str, int | bool | str | None]:
    return {"mail": raw_mail.pk, "judgement": str(raw_mail.judgement)}


def _whatever_can_be_read(raw_mail: RawMail) -> ParsedMail:
    """Return a mail as read; where that takes too much, its beginning and itself as a file."""
    raw = raw_mail.content()
    try:
        return parse_safely(raw)
    except BeyondLimits:
        glance = parse(raw[:_GLANCE])
    whole = ParsedAttachment(
        name="mail.eml", type="message/rfc822", content=raw, inline=False, content_id="",
        sha256=raw_mail.sha256,
    )  # fmt: skip
    return replace(glance, safe_html="", attachments=(whole,))
