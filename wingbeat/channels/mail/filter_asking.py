"""What a filter can ask of a mail, in the language that views and rules are asked in.

from:@shop.example -subject:order has:attachment size>2mb header.x-priority:1
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.channels.mail.parsing.parsed import NamedAddress, ParsedMail
from wingbeat.desk.automation.conditions import CannotAsk
from wingbeat.desk.conversations.asking import reading
from wingbeat.desk.conversations.asking.fields import Field, Relation, Shape, Vocabulary
from wingbeat.desk.conversations.asking.query import Condition, Query

BYTES = {"kb": 1_000, "mb": 1_000_000}
HEADER = "header."
HAS: Mapping[str, str | Promise] = {
    "attachment": gettext_lazy("an attachment"),
    "list": gettext_lazy("a mailing list"),
}
HAS_OR_NOT: Mapping[Relation, str | Promise] = {
    Relation.IS: gettext_lazy("has"),
    Relation.NOT: gettext_lazy("does not have"),
}
FIELDS: Mapping[str, Field] = {
    one.key: one
    for one in (
        Field("from", gettext_lazy("its sender"), Shape.NAME, "@shop.example"),
        Field("to", gettext_lazy("a recipient"), Shape.NAME, "orders@"),
        Field("subject", gettext_lazy("its subject"), Shape.NAME, "invoice"),
        Field("list", gettext_lazy("its mailing list"), Shape.NAME, "news"),
        Field("file", gettext_lazy("the name of a file"), Shape.NAME, ".zip"),
        Field("has", gettext_lazy("it"), Shape.CHOICE, "attachment", HAS, HAS_OR_NOT),
        Field("size", gettext_lazy("its size"), Shape.SIZE, "2mb"),
    )
}


def _header(key: str) -> Field:
    name = _("its header %(name)s") % {"name": key.removeprefix(HEADER)}
    return Field(key, name, Shape.NAME, "1")


MAILS = Vocabulary(
    FIELDS,
    {
        Relation.IS: gettext_lazy("holds"),
        Relation.NOT: gettext_lazy("does not hold"),
        Relation.LONGER: gettext_lazy("is larger than"),
        Relation.SHORTER: gettext_lazy("is smaller than"),
    },
    gettext_lazy(
        "“%(what)s” asks for no part of a mail; write one of these with a colon: %(fields)s."
    ),
    "from:@shop.example -subject:order has:attachment size>2mb header.x-priority:1",
    HEADER,
    _header,
)


@lru_cache(maxsize=256)
def read(text: str) -> Query:
    """Read the conditions of a filter, which must all hold.

    Raises:
        CannotAsk: with everything that is wrong.
    """
    try:
        return reading.read(text, MAILS)
    except reading.CannotRead as why:
        raise CannotAsk(why) from why


def meets(text: str, mail: ParsedMail, *, size: int) -> bool:
    """Say whether a mail of so many bytes meets every condition."""
    return all(_holds(one, mail, size) for one in read(text).conditions)


def _holds(one: Condition, mail: ParsedMail, size: int) -> bool:
    if one.field == "size":
        bound = int(one.values[0][:-2]) * BYTES[one.values[0][-2:]]
        return size > bound if one.relation is Relation.LONGER else size < bound
    if one.field == "has":
        found = any(_has(value, mail) for value in one.values)
    else:
        texts = [text.casefold() for text in _texts(one.field, mail)]
        found = any(value.casefold() in text for value in one.values for text in texts)
    return found is (one.relation is Relation.IS)


def _has(what: str, mail: ParsedMail) -> bool:
    if what == "attachment":
        return any(not file.inline for file in mail.attachments)
    return any(_lists(mail))


def _texts(field: str, mail: ParsedMail) -> Iterator[str]:
    if field.startswith(HEADER):
        name = field.removeprefix(HEADER)
        return (value for key, value in mail.headers if key == name)
    return PARTS[field](mail)


def _people(many: Iterable[NamedAddress]) -> Iterator[str]:
    return (f"{one.name} <{one.address}>" for one in many)


def _lists(mail: ParsedMail) -> Iterator[str]:
    return (value for key, value in mail.headers if key in {"list-id", "list-post"})


PARTS: Mapping[str, Callable[[ParsedMail], Iterator[str]]] = {
    "from": lambda mail: _people([mail.sender]),
    "to": lambda mail: _people([*mail.to, *mail.cc]),
    "subject": lambda mail: iter([mail.subject]),
    "list": _lists,
    "file": lambda mail: (file.name for file in mail.attachments),
}
