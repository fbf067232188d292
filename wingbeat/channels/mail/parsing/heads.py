"""Read who wrote a mail to whom, about what, when, and in answer to what."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from wingbeat.channels.mail.parsing import limits
from wingbeat.channels.mail.parsing.addresses import is_usable, read_addresses
from wingbeat.channels.mail.parsing.dates import read_date
from wingbeat.channels.mail.parsing.fields import Fields
from wingbeat.channels.mail.parsing.parsed import NamedAddress
from wingbeat.channels.mail.parsing.structure import Part
from wingbeat.channels.mail.parsing.words import decode_words

_IN_BRACKETS = re.compile("<([^<>]{1,2000})>")
_BLANKS = re.compile(r"\s+")
# Signatures over the mail: long, and read by nobody after the receiving server.
_SKIPPED = frozenset(
    "dkim-signature x-google-dkim-signature domainkey-signature arc-seal arc-message-signature "
    "x-gm-message-state x-ms-exchange-antispam-messagedata-0".split()
)
_SENDERS = ("from", "reply-to", "return-path", "sender")
# Kept of each field for judging; addresses and identifiers have been read in full before.
_MOST_KEPT = 8_000


class Head(NamedTuple):
    """What the fields of a mail say, decoded."""

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: NamedAddress
    reply_to: tuple[NamedAddress, ...]
    to: tuple[NamedAddress, ...]
    cc: tuple[NamedAddress, ...]
    subject: str
    date: datetime | None
    headers: tuple[tuple[str, str], ...]
    defects: list[str]


def read_head(fields: Fields, hint: str) -> Head:
    """Return what the fields say; `hint` is the charset of the text, for fields in raw bytes."""
    reader = _HeadReader(fields, hint)
    date, defect = read_date(reader.words("date"))
    reader.say(defect)
    return Head(
        message_id=next(iter(ids_of(reader.words("message-id"))), ""),
        in_reply_to=next(iter(ids_of(reader.words("in-reply-to"))), ""),
        references=_bounded(ids_of(" ".join(reader.all_words("references")))),
        sender=reader.sender(),
        reply_to=reader.addresses("reply-to"),
        to=reader.addresses("to"),
        cc=reader.addresses("cc"),
        subject=reader.subject(),
        date=date,
        headers=reader.headers(),
        defects=reader.defects,
    )


def charset_of(root: Part) -> str:
    """Return the charset that the mail's first text names: raw fields are mostly written in it."""
    part = root
    while part.parts and "charset" not in part.parameters:
        part = part.parts[0]
    return part.parameters.get("charset", "").strip()


def ids_of(value: str) -> list[str]:
    """Return the message identifiers in a field, each once, without brackets.

    >>> ids_of("<a@b> (comment) <c@d>")
    ['a@b', 'c@d']
    >>> ids_of("Your message of Monday")
    []
    """
    found = [_BLANKS.sub("", one) for one in _IN_BRACKETS.findall(value)]
    if not found and "<" not in value:
        found = [word.strip("<>,;\"'") for word in value.split() if "@" in word]
    return list(dict.fromkeys(one for one in found if one and len(one) <= limits.MAX_IDENTIFIER))


def _bounded(ids: list[str]) -> tuple[str, ...]:
    if len(ids) <= limits.MAX_REFERENCES:
        return tuple(ids)
    return (ids[0], *ids[1 - limits.MAX_REFERENCES :])


class _HeadReader:
    def __init__(self, fields: Fields, hint: str) -> None:
        self.fields = fields
        self.hint = hint
        self.defects: list[str] = []

    def words(self, name: str) -> str:
        return decode_words(self.fields.raw(name), self.hint)

    def all_words(self, name: str) -> list[str]:
        return [decode_words(value, self.hint) for value in self.fields.all_raw(name)]

    def subject(self) -> str:
        text = self.words("subject").strip()
        if len(text) > limits.MAX_WORDS:
            self.say("The subject is too long and cut short.")
        return text[: limits.MAX_WORDS]

    def addresses(self, name: str) -> tuple[NamedAddress, ...]:
        found: list[NamedAddress] = []
        for value in self.fields.all_raw(name):
            read, are_more = read_addresses(value, self.hint)
            found += read
            if are_more or len(found) > limits.MAX_ADDRESSES:
                self.say(f"{name.title()} names more than {limits.MAX_ADDRESSES} addresses.")
        usable = [one for one in found if is_usable(one)]
        if len(usable) < len(found):
            self.say(f"{name.title()} holds something that is no address.")
        return tuple(dict.fromkeys(usable[: limits.MAX_ADDRESSES]))

    def sender(self) -> NamedAddress:
        """Return the first address that could be answered, with the name that From gives."""
        written = [
            one
            for value in self.fields.all_raw("from")
            for one in read_addresses(value, self.hint)[0]
        ]
        self._check_sender(written)
        usable = next((one for one in written if is_usable(one)), None)
        if usable is not None:
            return usable
        name = next((one.name for one in written if one.name), "")
        for field_name in _SENDERS[1:]:
            for one in self._silently(field_name):
                self.say(f"From holds no usable address; {field_name.title()} is taken.")
                return NamedAddress(name or one.name, one.address)
        self.say("No field names a usable sender.")
        return next((one for one in written if one.address), NamedAddress(name, ""))

    def headers(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name.lower(), decode_words(value, self.hint)[:_MOST_KEPT])
            for name, value in self.fields.pairs
            if name.lower() not in _SKIPPED
        )

    def say(self, defect: str) -> None:
        if defect and defect not in self.defects:
            self.defects.append(defect)

    def _check_sender(self, written: list[NamedAddress]) -> None:
        if len(self.fields.all_raw("from")) > 1:
            self.say("The mail has several From fields; the first usable one is taken.")
        elif len([one for one in written if is_usable(one)]) > 1:
            self.say("From names several people; the first is taken.")

    def _silently(self, name: str) -> list[NamedAddress]:
        found = [
            one for raw in self.fields.all_raw(name) for one in read_addresses(raw, self.hint)[0]
        ]
        return [one for one in found if is_usable(one)]
