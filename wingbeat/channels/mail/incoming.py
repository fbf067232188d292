"""A parsed mail as words coming in: who says what to whom, ready for the desk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.parsing.automatic import list_address
from wingbeat.channels.mail.parsing.html import fold_html, html_of
from wingbeat.channels.mail.parsing.parsed import NamedAddress, ParsedAttachment, ParsedMail
from wingbeat.desk.conversations.words import Incoming, IncomingAttachment, Party
from wingbeat.desk.knowledge.pictures import signing_hashes

# Whom nobody can answer: a form on a web page or a robot writes for the person in Reply-To.
_NOBODY = re.compile(
    r"(?:no.?reply|do.?not.?reply|donotreply|wordpress|www-data|apache|nobody"
    r"|(?:web|contact)?.?forms?|kontaktformular)\b",
    re.IGNORECASE,
)
_LONGEST_OFFSET = timedelta(hours=16)
# More recipients than this are kept in the raw mail only.
_MOST_SHOWN = 500


def incoming_of(
    mail: ParsedMail, *, sender: Party, automatic: str, at: datetime, door: Door
) -> Incoming:
    """Return what a mail says, as `sender`'s words at the time it came to us."""
    html = fold_html(mail.safe_html) if mail.safe_html else html_of(mail.text, mail.folds)
    to, cc = parties(mail.to), parties(mail.cc)
    # what an answer brings back of our own signature is no file to look at
    answers = mail.attachments and mail.header("in-reply-to")
    ours = signing_hashes() if answers else frozenset()
    return Incoming(
        sender=sender,
        at=at,
        subject=storable(mail.subject),
        html=storable(html),
        text=storable(mail.text),
        text_new=storable(mail.text_new),
        to=to,
        cc=cc,
        others=tuple(one for one in (*to, *cc) if not door.is_ours(one["address"])),
        reply_to=parties(mail.reply_to),
        attachments=tuple(_came_along(file, ours) for file in mail.attachments),
        automatic=automatic,
        message_id=storable(mail.message_id),
        thread_index=storable(mail.header("thread-index")),
        zone_offset_minutes=offset_of(mail.date),
    )  # fmt: skip


def _came_along(file: ParsedAttachment, ours: frozenset[str]) -> IncomingAttachment:
    is_ours = sha256(file.content).hexdigest() in ours
    return IncomingAttachment(
        name=storable(file.name), type=storable(file.type), content=file.content,
        is_inline=file.inline or is_ours, content_id=storable(file.content_id), is_ours=is_ours,
    )  # fmt: skip


def sender_of(mail: ParsedMail) -> Party:
    """Return who wrote a mail; its address is what our server's check vouches for."""
    return party(mail.sender)


def to_be_answered(mail: ParsedMail, door: Door) -> Party:
    """Return whom an answer goes to: the sender, or the person for whom a form or robot wrote."""
    behind = _person_behind(mail, door)
    return party(behind) if behind is not None else sender_of(mail)


def automatic_kind(mail: ParsedMail, door: Door) -> str:
    """Return which kind of robot wrote a mail, or the empty string for a person.

    Two kinds of bulk mail are a customer's: what a web form sends for one, and what comes through
    a mailing list that is the inbox's own address.
    """
    kind = mail.automatic.kind
    if kind == "none":
        return ""
    if kind == "list":
        through = list_address(mail.headers)
        if through and door.is_ours(through):
            return ""
        if _person_behind(mail, door) and not through and not mail.header("list-unsubscribe"):
            return ""
    return kind


def party(one: NamedAddress) -> Party:
    return {"name": storable(one.name), "address": storable(one.address.strip().lower())}


def parties(many: Sequence[NamedAddress]) -> tuple[Party, ...]:
    return tuple(party(one) for one in many[:_MOST_SHOWN])


def offset_of(date: datetime | None) -> int | None:
    """Return the minutes east of UTC that a Date header claims, if they can be true."""
    offset = date.utcoffset() if date is not None else None
    if offset is None or abs(offset) > _LONGEST_OFFSET:
        return None
    return int(offset / timedelta(minutes=1))


def storable(text: str) -> str:
    """Return text that every database takes: no NUL, no halves of code points."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _person_behind(mail: ParsedMail, door: Door) -> NamedAddress | None:
    """Return the one person in Reply-To if the sender is ourselves or nobody."""
    local = mail.sender.address.partition("@")[0]
    if not (door.is_ours(mail.sender.address) or _NOBODY.match(local)):
        return None
    others = [one for one in mail.reply_to if one.address != mail.sender.address]
    if len(others) != 1 or door.is_ours(others[0].address):
        return None
    return others[0]
