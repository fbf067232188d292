"""The spool: mail that was piped in while no desk ran."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from wingbeat.channels.mail.intake import store
from wingbeat.channels.mail.models import RawMail, Source
from wingbeat.channels.mail.pipe import SUFFIX, Envelope
from wingbeat.desk.conversations.blobs import sync_folder

_log = logging.getLogger(__name__)


def drain() -> int:
    """Store every mail of the spool, the earliest first, and take it out; return how many.

    A file leaves only once its mail is committed. One that a crash leaves behind is stored under
    the same name again, that is, not twice.
    """
    folder = settings.HOME / "spool"
    waiting = sorted(folder.glob(f"*{SUFFIX}"))
    for path in waiting:
        with suppress(FileNotFoundError):  # another process of this desk was quicker
            _take(path)
    if waiting:
        sync_folder(folder)
        _log.info("%s mails from the spool", len(waiting))
    return len(waiting)


def take(raw: bytes, envelope: Envelope) -> RawMail:
    """Store a mail that was piped in, under its own name."""
    return store(
        raw, source=Source.PIPE, at=_time(envelope.at), origin=f"pipe:{envelope.name}",
        envelope_from=envelope.envelope_from, envelope_to=envelope.envelope_to,
    )  # fmt: skip


def _take(path: Path) -> None:
    line, _end, raw = path.read_bytes().partition(b"\n")
    try:
        envelope, _size = Envelope.read(line)
    except ValueError:  # put there by hand: a mail as it is
        raw = path.read_bytes()
        envelope = Envelope(path.name[-64:], "")
    take(raw, envelope)
    path.unlink(missing_ok=True)


def _time(written: str) -> datetime:
    """Return when a mail was handed in, but never a time to come."""
    now = timezone.now()
    try:
        return min(now, datetime.fromisoformat(written))
    except (ValueError, TypeError):
        return now
