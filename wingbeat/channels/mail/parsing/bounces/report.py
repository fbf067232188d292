"""List the recipients that a mail system reports about, and the message it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message

from wingbeat.channels.mail.parsing.bounces.addresses import first_address
from wingbeat.channels.mail.parsing.bounces.codes import codes_in, is_vague, status_of_field
from wingbeat.channels.mail.parsing.bounces.dialects import Mention, Told, told_by
from wingbeat.channels.mail.parsing.bounces.fields import RecipientFields, groups_of
from wingbeat.channels.mail.parsing.bounces.notification import Notification, taken_apart
from wingbeat.channels.mail.parsing.bounces.originals import original_message_id
from wingbeat.channels.mail.parsing.bounces.providers import service_notice
from wingbeat.channels.mail.parsing.bounces.reasons import reason_of
from wingbeat.channels.mail.parsing.bounces.signs import (
    addresses,
    header,
    is_receipt,
    is_unanswerable,
    is_written_by_system,
)
from wingbeat.channels.mail.parsing.parsed import Bounce

_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_ARRIVED = ("delivered", "relayed", "expanded")
_LONGEST_DIAGNOSTIC = 1000
_MOST_LISTED = 200
_TYPE_PREFIX = re.compile(r"^\s*[A-Za-z][\w.!-]{0,40}\s*;\s*")
_FIRST_HEADER = re.compile(r"^[A-Za-z][A-Za-z-]{1,60}:[ \t]*\S", re.MULTILINE)
_SERVICES = (".amazonaws.com", ".amazonses.com")


@dataclass(frozen=True, slots=True)
class BounceReport:
    """The recipients of one notification, in its order, and the Message-ID it is about."""

    bounces: tuple[Bounce, ...] = ()
    original_message_id: str = ""


def bounces_of(message: Message, text: str) -> BounceReport:
    """Read a mail as a report about deliveries.

    `text` is the mail's readable text, used where no plain text part says anything. A mail that
    reports no delivery, a complaint or an absence notice lists no bounce; a complaint still names
    the message it is about. Recipients are written as the report wrote them: compare without case.
    """
    return _read(message, text, depth=1)


def _read(message: Message, text: str, depth: int) -> BounceReport:
    apart = taken_apart(message, text)
    if apart.is_complaint or is_receipt(message):
        return BounceReport((), _original(message, apart, ""))
    by_system = is_written_by_system(message)
    if not by_system and not is_unanswerable(message):
        return _from_service(message, apart)
    told = told_by(apart.words, own=addresses(message, "from", "to", "cc"), is_sure=by_system)
    bounces = _without_repeats(_listed(message, apart, told))
    if not bounces and depth and by_system and told.returned:
        # A postmaster's copy: the mail that it returns is the notification itself.
        begin = _FIRST_HEADER.search(told.returned)
        returned = told.returned[begin.start() :] if begin else ""
        return _read(message_from_string(returned), "", depth - 1)
    if not bounces:
        return BounceReport()
    return BounceReport(bounces, _original(message, apart, told.returned))


def _listed(message: Message, apart: Notification, told: Told) -> Iterator[Bounce]:
    """Yield what the status fields list, else the words, else the headers."""
    groups = groups_of(apart.status)
    named = _failed_recipients(message)
    if groups:
        yield from _from_fields(groups, told, named)
    elif told.mentions:
        yield from (_from_words(mention, told) for mention in told.mentions)
    else:
        whole = [] if not told.dialect else _only_recipient(apart.enclosed or told.returned)
        for address in named or whole:
            yield _from_words(Mention(address, told.words), told)


def _from_fields(groups: list[RecipientFields], told: Told, named: list[str]) -> Iterator[Bounce]:
    in_words = [mention.recipient for mention in told.mentions] or named
    for number, group in enumerate(groups):
        recipient = group.recipient
        if not recipient and len(in_words) == len(groups):
            recipient = in_words[number]
        if recipient:
            yield _from_group(group, recipient, _words_about(recipient, told, len(groups)))


def _from_group(group: RecipientFields, recipient: str, words: str) -> Bounce:
    said = _TYPE_PREFIX.sub("", group.values.get("diagnostic-code", ""))
    field = group.values.get("status", "")
    arrived = group.values.get("action", "").lower().startswith(_ARRIVED)
    precise, told_codes = codes_in(said, "2" if arrived else "45"), codes_in(words)
    status = precise.status or status_of_field(field)
    if is_vague(status) and told_codes.status:
        status = told_codes.status
    action = _action(group.values.get("action", ""), status)
    reason = reason_of((f"{said} {field}", words), status)
    return Bounce(
        recipient=recipient,
        action=action,
        status=status,
        reply_code=precise.reply or told_codes.reply,
        diagnostic=_one_line(said or words or field),
        hard=reason.hard and action == "failed",
    )


def _from_words(mention: Mention, told: Told) -> Bounce:
    codes = codes_in(mention.words)
    alone = len(told.mentions) < 2
    if alone and not codes.reply and not codes.status:
        codes = codes_in(told.words)
    reason = reason_of((mention.words, told.words if alone else ""), codes.status)
    action = "delayed" if told.is_delay else "failed"
    return Bounce(
        recipient=mention.recipient,
        action=action,
        status=codes.status,
        reply_code=codes.reply,
        diagnostic=_one_line(mention.words),
        hard=reason.hard and action == "failed",
    )


def _words_about(recipient: str, told: Told, reported: int) -> str:
    """Return what the words say about a recipient: all of them, where they are about one only."""
    wanted = recipient.lower()
    found = (mention.words for mention in told.mentions if mention.recipient.lower() == wanted)
    is_alone = reported == 1 and len(told.mentions) < 2
    return next(found, told.words if is_alone else "")


def _action(field: str, status: str) -> str:
    word = field.strip().lower().partition(" ")[0].strip(";,()")
    if word in _ACTIONS:
        return word
    if word.startswith("delay") or (not word and status.startswith("4")):
        return "delayed"
    return "delivered" if not word and status.startswith("2") else "failed"


def _failed_recipients(message: Message) -> list[str]:
    listed = header(message, "x-failed-recipients").split(",")[:_MOST_LISTED]
    return [address for entry in listed if (address := first_address(entry))]


def _only_recipient(returned: str) -> list[str]:
    """Return the one address that a returned mail was sent to; of several, none is known."""
    begin = _FIRST_HEADER.search(returned)
    if not begin:
        return []
    found = addresses(message_from_string(returned[begin.start() :]), "to", "cc")
    return list(found) if len(found) == 1 else []


def _without_repeats(bounces: Iterable[Bounce]) -> tuple[Bounce, ...]:
    """Keep one entry per recipient: a failure outweighs a delay."""
    kept: dict[str, Bounce] = {}
    for bounce in bounces:
        key = bounce.recipient.lower()
        earlier = kept.get(key)
        if earlier is None or (earlier.action != "failed" and bounce.action == "failed"):
            kept[key] = bounce
    return tuple(kept.values())


def _from_service(message: Message, apart: Notification) -> BounceReport:
    """Read the JSON of a sending service; only mail that comes from the service counts."""
    senders = addresses(message, "from")
    if not any(sender.endswith(_SERVICES) for sender in senders):
        return BounceReport()
    notice = service_notice(apart.words)
    if not notice:
        return BounceReport()
    listed = () if notice.is_complaint else notice.recipients
    bounces = (
        _from_group(
            RecipientFields({"action": action, "status": status, "diagnostic-code": said}),
            address,
            "",
        )
        for address, action, status, said in listed
    )
    return BounceReport(_without_repeats(bounces), notice.message_id)


def _original(message: Message, apart: Notification, returned: str) -> str:
    texts = (apart.status, apart.enclosed, returned, apart.words)
    return original_message_id(texts, header(message, "in-reply-to"), header(message, "references"))


def _one_line(words: str) -> str:
    return " ".join(words[: 4 * _LONGEST_DIAGNOSTIC].split())[:_LONGEST_DIAGNOSTIC]
