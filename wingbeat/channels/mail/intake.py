"""Intake: a mail's bytes are made safe, then judged; whatever happens in between is redone."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from contextlib import ExitStack, suppress
from datetime import datetime

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from wingbeat.channels.mail.carrying_out import JudgedElsewhere, carry_out
from wingbeat.channels.mail.case import Case
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.incoming import storable
from wingbeat.channels.mail.judging import NotYet, decide
from wingbeat.channels.mail.models import Judgement, RawMail, Source
from wingbeat.channels.mail.parsing.confined import BeyondLimits, parse_safely
from wingbeat.channels.mail.parsing.parsed import ParsedMail
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.desk.conversations.blobs import BytesMissing
from wingbeat.desk.conversations.inbox import Inbox

# A mail that fails so often is a person's to look at.
MOST_ATTEMPTS = 3
# What is the desk's fault and no mail's: a database that is locked or gone, a disk that is full.
TROUBLE = (OperationalError, InterfaceError, OSError)
BATCH = 20  # mails whose bytes are in memory at once
_GLANCE = 20_000
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(
    rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?<?([^<>\r\n]+)", re.IGNORECASE | re.MULTILINE
)
_log = logging.getLogger(__name__)

# Set whenever something was stored, so that the thread that judges need not look all the time.
stored = threading.Event()


def store(
    raw: bytes,
    *,
    source: Source,
    at: datetime,
    inbox: Inbox | None = None,
    envelope_from: str = "",
    envelope_to: str = "",
    origin: str = "",
) -> RawMail:
    """Keep a mail's bytes; when this returns, a power cut cannot take them any more.

    `origin` is the name its source knows it by: the same name twice is stored once.
    """
    row = _row(raw, source, at, inbox, envelope_from, envelope_to, origin)
    try:
        with transaction.atomic(durable=True):
            row.save(force_insert=True)
    except IntegrityError:
        if not origin:
            raise
        row = RawMail.objects.get(origin=origin)
    stored.set()
    return row


def keep(
    raw: bytes,
    *,
    source: Source,
    at: datetime,
    inbox: Inbox | None = None,
    envelope_from: str = "",
    envelope_to: str = "",
) -> RawMail:
    """Store a mail within the caller's transaction; nothing is durable before that is committed."""
    row = _row(raw, source, at, inbox, envelope_from, envelope_to, "")
    row.save(force_insert=True)
    return row


def judge(raw_mail: RawMail, *, at: datetime, door: Door | None = None) -> RawMail:
    """Decide what becomes of a mail and do it, once; a mail that was judged is left alone.

    A mail that cannot be judged now keeps its place in the queue; after three failures it stands
    in the tray with the reason.

    Raises:
        TROUBLE: if the database or the disk is at fault; nothing is counted against the mail.
    """
    if raw_mail.judgement != Judgement.STORED:
        return raw_mail
    try:
        return _judged(raw_mail, door or Door.open(), at=at)
    except (NotYet, JudgedElsewhere):
        raw_mail.refresh_from_db()
    except BytesMissing as error:
        _count_failure(raw_mail, error)
    except TROUBLE:
        raise
    except Exception as error:  # noqa: BLE001  one mail must never stop the others
        _log.exception("Mail %s could not be judged", raw_mail.pk)
        _count_failure(raw_mail, error)
    return raw_mail


def _judged(raw_mail: RawMail, door: Door, *, at: datetime) -> RawMail:
    """Read, decide and carry out: all of it, or nothing.

    On PostgreSQL the row is locked before the mail is read, so that no second worker reads it as
    well. SQLite has one writer, who must not hold the lock while a mail is read.
    """
    locks_rows = connection.features.has_select_for_update_skip_locked
    with ExitStack() as whole:
        if locks_rows:
            whole.enter_context(transaction.atomic())
            if not RawMail.objects.claim(raw_mail.pk):
                raise JudgedElsewhere(raw_mail)
        mail = _read(raw_mail)
        if not locks_rows:
            whole.enter_context(transaction.atomic())
        case = Case.of(raw_mail, mail, door)
        return carry_out(case, decide(case), at=at)


def judge_stored(limit: int = 500, *, at: datetime, door: Door | None = None) -> int:
    """Judge mails that are stored, in order of arrival, each at most once; return how many were."""
    door = door or Door.open()
    judged, latest = 0, 0
    for _round in range(0, limit, BATCH):
        waiting = RawMail.objects.to_judge(after=latest)[:BATCH]
        for raw_mail in waiting:
            latest = raw_mail.pk
            judged += judge(raw_mail, at=at, door=door).judgement != Judgement.STORED
        if len(waiting) < BATCH:
            break
    return judged


def body_sha256(raw: bytes) -> str:
    """Return the hash of a mail's body, whatever way its line ends were carried."""
    head = _HEAD_END.search(raw)
    body = raw[head.end() :] if head else b""
    return hashlib.sha256(body.replace(b"\r\n", b"\n").rstrip()).hexdigest()


def _row(
    raw: bytes, source: Source, at: datetime, inbox: Inbox | None,
    envelope_from: str, envelope_to: str, origin: str,
) -> RawMail:  # fmt: skip
    row = RawMail(
        inbox=inbox, source=source, received_at=at, origin=origin[:80],
        envelope_from=storable(envelope_from)[:254],
        envelope_to=storable(envelope_to).lower()[:254],
        message_id=_message_id(raw), body_sha256=body_sha256(raw),
    )  # fmt: skip
    row.put(raw)
    return row


def _message_id(raw: bytes) -> str:
    """Return the Message-ID at a glance: mails that answer one still unread wait for it."""
    head = _HEAD_END.search(raw)
    found = _MESSAGE_ID.search(raw, 0, head.start() if head else len(raw))
    return storable(found[1].strip().decode("utf-8", "replace"))[:300] if found else ""


def _read(raw_mail: RawMail) -> ParsedMail:
    mail = parse_safely(raw_mail.content())
    raw_mail.message_id = storable(mail.message_id)[:300]
    return mail


def count_crash(raw_mail: RawMail) -> None:
    """Count an attempt that nobody came back from; see `working.suspect`."""
    _count(raw_mail, _("The desk stopped while it read this mail."), hopeless=False)


def _count_failure(raw_mail: RawMail, error: Exception) -> None:
    why = _("The desk could not read it: %(error)s") % {"error": error}
    _count(raw_mail, why, hopeless=isinstance(error, BeyondLimits))


def _count(raw_mail: RawMail, why: str, *, hopeless: bool) -> None:
    raw_mail.attempts = MOST_ATTEMPTS if hopeless else raw_mail.attempts + 1
    raw_mail.why = storable(why)[:300]
    if raw_mail.attempts >= MOST_ATTEMPTS:
        raw_mail.judgement = Judgement.UNREADABLE
        _show(raw_mail)
    raw_mail.save(update_fields=["attempts", "why", "judgement", "sender", "subject"])


def _show(raw_mail: RawMail) -> None:
    """Let the tray say whose mail this is, from a glance at its beginning."""
    with suppress(BytesMissing):
        glance = parse(raw_mail.content()[:_GLANCE])
        raw_mail.sender = storable(glance.sender.address)[:254]
        raw_mail.subject = storable(glance.subject)[:300]
