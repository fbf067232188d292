"""Intake: a mail's bytes are made safe, then judged; whatever happens in between is redone."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from wingbeat.channels.mail.carrying_out import JudgedElsewhere, carry_out
from wingbeat.channels.mail.case import Case
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.incoming import storable
from wingbeat.channels.mail.judging import NotYet, decide
from wingbeat.channels.mail.models import Judgement, RawMail, Source
from wingbeat.channels.mail.parsing.confined import MOST_WORDS, BeyondLimits, parse_safely
from wingbeat.channels.mail.parsing.parsed import ParsedMail
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.desk.conversations.blobs import BytesMissing
from wingbeat.desk.conversations.inbox import Inbox

# A mail that fails so often is a person's to look at.
MOST_ATTEMPTS = 3
# What is the desk's fault and no mail's: a database that is locked or gone, a disk that is full.
TROUBLE = (OperationalError, InterfaceError, OSError)
BATCH = 20
ROUND_BYTES = 2 * 1024 * 1024
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
    if raw_mail.judgement == Judgement.STORED:
        _Round(door or Door.open(), at).judge([raw_mail])
    return raw_mail


def judge_stored(limit: int = 500, *, at: datetime, door: Door | None = None) -> int:
    """Judge mails that are stored, in order of arrival, each at most once; return how many were.

    Raises:
        TROUBLE: if the database or the disk is at fault.
    """
    door = door or Door.open()
    judged, latest = 0, 0
    for _turn in range(0, limit, BATCH):
        waiting = list(RawMail.objects.to_judge(after=latest)[:BATCH])
        for some in _rounds(waiting):
            _Round(door, at).judge(some)
            judged += sum(one.judgement != Judgement.STORED for one in some)
        if len(waiting) < BATCH:
            break
        latest = waiting[-1].pk
    return judged


def _rounds(waiting: Sequence[RawMail]) -> Iterator[list[RawMail]]:
    """Yield mails that are judged together: few and small enough to be in memory at once.

    PostgreSQL has several workers, who must not wait for each other: each takes one mail there.
    """
    some: list[RawMail] = []
    for one in waiting:
        if some and (_locks_rows() or sum(mail.size for mail in some) + one.size > ROUND_BYTES):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


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


def _locks_rows() -> bool:
    return connection.features.has_select_for_update_skip_locked


def count_crash(raw_mail: RawMail) -> None:
    """Count an attempt that nobody came back from; see `working.suspect`."""
    _count(raw_mail, _("The desk stopped while it read this mail."), hopeless=False)


def _count_failure(raw_mail: RawMail, error: Exception) -> None:
    why = _("The desk could not read it: %(error)s") % {"error": error}
    _count(raw_mail, why, hopeless=isinstance(error, BeyondLimits))


def _count(raw_mail: RawMail, why: str, *, hopeless: bool) -> None:
    """Count a failed attempt, unless another worker has judged the mail meanwhile."""
    raw_mail.attempts = MOST_ATTEMPTS if hopeless else raw_mail.attempts + 1
    raw_mail.why = storable(why)[:300]
    if raw_mail.attempts >= MOST_ATTEMPTS:
        raw_mail.judgement = Judgement.UNREADABLE
        _show(raw_mail)
    names = ("attempts", "why", "judgement", "sender", "subject")
    changes = {name: getattr(raw_mail, name) for name in names}
    if not RawMail.objects.to_judge().filter(pk=raw_mail.pk).update(**changes):
        raw_mail.refresh_from_db()


def _show(raw_mail: RawMail) -> None:
    """Let the tray say whose mail this is, from a glance at its beginning."""
    with suppress(BytesMissing):
        glance = parse(raw_mail.content()[:_GLANCE])
        raw_mail.sender = storable(glance.sender.address)[:254]
        raw_mail.subject = storable(glance.subject)[:300]


class _Round:
    """Mails judged in one transaction, so that they share its commit; one that fails falls out."""

    def __init__(self, door: Door, at: datetime) -> None:
        self._door = door
        self._at = at
        self._left: list[RawMail] = []
        self._failed: list[tuple[RawMail, Exception]] = []

    def judge(self, raw_mails: Sequence[RawMail]) -> None:
        """Judge these mails.

        On PostgreSQL a row is locked before its mail is read, so that no second worker reads it as
        well. SQLite has one writer, who must not hold its lock while mails are read; nor may a
        large mail, which can take a minute, keep a transaction open.
        """
        locks_first = _locks_rows() and all(one.size <= MOST_WORDS for one in raw_mails)
        with ExitStack() as whole:
            if locks_first:
                whole.enter_context(transaction.atomic())
                raw_mails = [one for one in raw_mails if self._is_ours(one)]
            mails = [(one, mail) for one in raw_mails if (mail := self._read(one)) is not None]
            if not locks_first:
                whole.enter_context(transaction.atomic())
            for raw_mail, mail in mails:
                if locks_first or self._is_ours(raw_mail):
                    self._carry_out(raw_mail, mail, is_alone=len(mails) == 1)
        for raw_mail in self._left:
            raw_mail.refresh_from_db()
        for raw_mail, error in self._failed:
            _log.error("Mail %s could not be judged", raw_mail.pk, exc_info=error)
            _count_failure(raw_mail, error)

    def _is_ours(self, raw_mail: RawMail) -> bool:
        """Lock a mail's row where rows can be locked, and say whether nobody else has it."""
        if not _locks_rows() or RawMail.objects.claim(raw_mail.pk):
            return True
        self._left.append(raw_mail)
        return False

    def _read(self, raw_mail: RawMail) -> ParsedMail | None:
        with self._caught(raw_mail):
            mail = parse_safely(raw_mail.content())
            raw_mail.message_id = storable(mail.message_id)[:300]
            return mail
        return None

    def _carry_out(self, raw_mail: RawMail, mail: ParsedMail, *, is_alone: bool) -> None:
        with self._caught(raw_mail), transaction.atomic(savepoint=not is_alone):
            case = self._case(raw_mail, mail)
            carry_out(case, decide(case), at=self._at)

    def _case(self, raw_mail: RawMail, mail: ParsedMail) -> Case:
        """Choose a mail's inbox; one that the door does not know may be younger than the door."""
        case = Case.of(raw_mail, mail, self._door)
        is_astray = case.inbox is None or raw_mail.inbox_id not in {None, case.inbox.pk}
        if is_astray and self._door.is_behind():
            self._door = Door.open()
            case = Case.of(raw_mail, mail, self._door)
        return case

    @contextmanager
    def _caught(self, raw_mail: RawMail) -> Iterator[None]:
        """Let no mail stop the others; only what is the desk's own trouble stops all."""
        try:
            yield
        except (NotYet, JudgedElsewhere):
            self._left.append(raw_mail)
        except Exception as error:
            if isinstance(error, TROUBLE) and not isinstance(error, BytesMissing):
                raise
            self._failed.append((raw_mail, error))
