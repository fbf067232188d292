"""Tell from a mail's headers whether a mail system wrote it."""

from __future__ import annotations

import tomllib
from email.message import Message
from functools import cache
from importlib.resources import files

from wingbeat.channels.mail.parsing.bounces.addresses import address_of, first_address
from wingbeat.channels.mail.parsing.words import decode_words

_PASSED_ON = ("re:", "fw:", "fwd:", "aw:", "wg:", "tr:", "rv:", "rif:", "i:", "enc:", "odp:", "vá:")


@cache
def _table() -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("signs.toml").read_text("utf-8"))


def header(message: Message, name: str) -> str:
    """Return a header's text on one line, its raw bytes decoded."""
    wanted = name.lower()
    values = (value for key, value in message.raw_items() if key.lower() == wanted)
    text = str(next(values, ""))
    if any("\udc80" <= character <= "\udcff" for character in text):
        raw = text.encode("utf-8", "surrogateescape")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    return " ".join(text.split())


def addresses(message: Message, *names: str) -> frozenset[str]:
    """Return the lower-cased addresses of some headers."""
    entries = (entry for name in names for entry in header(message, name)[:8000].split(","))
    return frozenset(found.lower() for entry in entries if (found := first_address(entry)))


def is_written_by_system(message: Message) -> bool:
    """Return whether the headers say that a mail system wrote this, beyond an empty return path."""
    if message.get("x-failed-recipients") is not None or is_report(message):
        return True
    sender = address_of(header(message, "from")).lower()
    if sender.partition("@")[0] in _table()["systems"] or (
        message.get("from") is not None and not sender
    ):
        return True
    subject = header(message, "subject")[:1000].encode("utf-8", "surrogateescape")
    return is_bounce_subject(decode_words(subject))


def is_bounce_subject(subject: str) -> bool:
    """Return whether a subject is a mail system's; what somebody passes on is not."""
    subject = subject.lower()
    return not subject.startswith(_PASSED_ON) and any(
        words in subject for words in _table()["subjects"]
    )


def is_unanswerable(message: Message) -> bool:
    """Return whether the sender wants no answer: many systems, but also absence notices."""
    path = header(message, "return-path").lower().strip("<> ")
    has_path = message.get("return-path") is not None
    return (has_path and path in ("", "null", "mailer-daemon")) or "mailer-daemon@" in path


def is_report(message: Message) -> bool:
    """Return whether this is a multipart/report about deliveries."""
    return _report_type(message) == "delivery-status"


def is_receipt(message: Message) -> bool:
    """Return whether this tells that a mail was displayed or deleted (RFC 8098)."""
    return _report_type(message) == "disposition-notification"


def _report_type(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type") or "delivery-status").lower()
