"""What a question can name: fields, how each compares, and which values it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from wingbeat.desk.conversations.ending import Reason


class Relation(StrEnum):
    """How a field stands to its values."""

    IS = "is"
    NOT = "not"
    LONGER = "longer"  # ago than, or in the future: later than in
    SHORTER = "shorter"
    FROM = "from"  # a day on, that day included
    UNTIL = "until"  # a day, included


RELATIONS: Mapping[Relation, str | Promise] = {
    Relation.IS: _("is"),
    Relation.NOT: _("is not"),
    Relation.LONGER: _("for more than"),
    Relation.SHORTER: _("for less than"),
    Relation.FROM: _("from that day on"),
    Relation.UNTIL: _("until that day"),
}
IS_OR_NOT = (Relation.IS, Relation.NOT)
IN_TIME = (Relation.LONGER, Relation.SHORTER, Relation.FROM, Relation.UNTIL)
BY_SIZE = (Relation.LONGER, Relation.SHORTER)


class Shape(StrEnum):
    """What the values of a field look like."""

    CHOICE = "choice"  # one of the field's own words
    NAME = "name"  # of something at the desk, or one of the field's own words
    WORDS = "words"
    TIME = "time"  # a span such as 3d, or a day
    SIZE = "size"  # such as 2mb


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `own` are the values that mean something by themselves."""

    key: str
    name: str | Promise
    shape: Shape
    example: str
    own: Mapping[str, str | Promise] = field(default_factory=dict)
    # Where a sentence needs other words for a relation than those of the vocabulary.
    says: Mapping[Relation, str | Promise] = field(default_factory=dict)

    @property
    def relations(self) -> tuple[Relation, ...]:
        return {Shape.TIME: IN_TIME, Shape.SIZE: BY_SIZE}.get(self.shape, IS_OR_NOT)


HOLDS = {Relation.IS: _("holds"), Relation.NOT: _("does not hold")}
HOLD = {
    Relation.IS: pgettext_lazy("words", "hold"),
    Relation.NOT: pgettext_lazy("words", "do not hold"),
}
# a part of the name will do
MATCHES = {Relation.IS: _("matches"), Relation.NOT: _("does not match")}
# the field's own name is a verb already
NOTHING: Mapping[Relation, str | Promise] = {
    Relation.IS: "",
    Relation.NOT: pgettext_lazy("before a value", "not"),
}

FIELDS: Mapping[str, Field] = {
    one.key: one
    for one in (
        Field(
            "state", _("Who acts next"), Shape.CHOICE, "us",
            {
                "us": _("waits for us"),
                "customer": _("waits for the customer"),
                "quiet": _("quiet"),
                "ended": _("ended"),
                "solved": _("solved"),
                "open": _("neither ended nor solved"),
            },
        ),
        Field("inbox", _("Inbox"), Shape.NAME, "Orders"),
        Field(
            "assignee", _("Assigned to"), Shape.NAME, "me",
            {"me": _("whoever looks"), "nobody": _("nobody in particular")},
        ),
        Field(
            "team", _("Team"), Shape.NAME, "Billing",
            {"mine": _("a team of whoever looks"), "none": _("no team")},
        ),
        Field("tag", _("Tag"), Shape.NAME, "refund", {"none": _("no tag")}),
        Field("cause", _("Cause"), Shape.NAME, "Delivery", {"none": _("no cause yet")}),
        Field("customer", _("Customer"), Shape.NAME, "nora@example.org", says=MATCHES),
        Field("organization", _("Organization"), Shape.NAME, "Acme", {"none": _("none")}, MATCHES),
        Field("words", _("Words"), Shape.WORDS, "charged twice", says=HOLD),
        Field("subject", _("Subject"), Shape.WORDS, "invoice", says=HOLDS),
        Field("waits", _("Waits for us"), Shape.TIME, "3d"),
        Field("latest", _("Latest words"), Shape.TIME, "12h"),
        Field("opened", _("Opened"), Shape.TIME, "2w"),
        Field("wakes", _("Put aside"), Shape.TIME, "3d"),
        Field(
            "ended", _("Ended because"), Shape.CHOICE, "answered", dict(Reason.choices), NOTHING
        ),
        Field(
            "has", _("Has"), Shape.CHOICE, "attachment",
            {
                "attachment": _("an attachment"),
                "note": _("a note"),
                "stranger": _("a stranger in its margin"),
                "trouble": _("a reply that did not arrive"),
            },
            NOTHING,
        ),
        Field(
            "is", _("Marked as"), Shape.CHOICE, "restricted",
            {
                "late": _("later than promised"),
                "restricted": _("restricted"),
                "spam": _("spam"),
                "snoozed": _("put aside"),
                "awake": _("not put aside"),
            },
            NOTHING,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: by a column that every row of the list has."""

    key: str
    name: str | Promise
    column: str
    # Fields and values of which one must be asked for, as other rows have nothing to sort by.
    needs: tuple[tuple[str, str], ...] = ()


ORDERS: Mapping[str, Order] = {
    one.key: one
    for one in (
        Order("latest", _("latest words first"), "-latest_at"),
        Order("earliest", _("latest words last"), "latest_at"),
        Order(
            "waits", _("who waits longest first"), "waits_for_us_since",
            (("state", "us"), ("waits", "")),
        ),
        Order("opened", _("newest first"), "-opened_at"),
        Order("oldest", _("oldest first"), "opened_at"),
        Order(
            "wakes", _("who wakes first"), "snoozed_until", (("is", "snoozed"), ("wakes", ""))
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that can be asked of one sort of thing.

    Fields with `prefix` before their name are not listed: they are known by their form, and `named`
    makes one of its key. `bare` is the field of words without a colon, where there is one.
    """

    fields: Mapping[str, Field]
    relations: Mapping[Relation, str | Promise]
    unknown: str | Promise  # says that there is no field `what`, and which `fields` there are
    example: str
    prefix: str
    named: Callable[[str], Field]
    bare: str = ""
    orders: Mapping[str, Order] = field(default_factory=dict)

    def called(self, key: str) -> Field | None:
        """Return a field by its key."""
        if key.startswith(self.prefix) and len(key) > len(self.prefix):
            return self.named(key)
        return self.fields.get(key)


CUSTOM = "field."  # before the name of a field that the desk has made itself


def _custom(key: str) -> Field:
    return Field(key, key.removeprefix(CUSTOM), Shape.NAME, "gold", {"none": _("nothing")})


CONVERSATIONS = Vocabulary(
    FIELDS,
    RELATIONS,
    _(
        "“%(what)s” is no field. Use one of: %(fields)s; or put words with a colon in quotation "
        "marks."
    ),
    "state:us tag:refund waits>3d -assignee:nobody",
    CUSTOM,
    _custom,
    bare="words",
    orders=ORDERS,
)
