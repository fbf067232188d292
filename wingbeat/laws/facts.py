"""The shapes of the tables that every law reads: columns, units and rules, and nothing that acts.

A shape is a frozen dataclass. As a row it holds ids as text and times as aware datetimes; as a
table the same columns hold ids as text and times as whole seconds since 1970 in UTC, which mean the
same on every engine. Ids may be any text: no law looks inside them. No shape has a column for words
or addresses. Codes are kept several to a cell, divided by spaces (`thanks complains`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Rule:
    """What a column holds, in which unit, and what it allows."""

    says: str
    unit: str = ""
    lowest: int | float | None = None
    highest: int | float | None = None
    codes: tuple[str, ...] = ()
    several: bool = False
    unsaid: str = ""  # what is taken where the column is missing; "" means that it must be there


@dataclass(frozen=True)
class Column:
    """A column of a shape: `kind` is text, whole, number, yes_no or time."""

    name: str
    kind: str
    optional: bool
    rule: Rule


KINDS = {str: "text", int: "whole", float: "number", bool: "yes_no", datetime: "time"}

# What a message can carry: what it does, as the findings on a sent message keep it, and what the
# desk knows of a customer's words. `empty` says that somebody looked and found none of these.
ACTS = (
    "greets", "names", "thanks", "apologizes", "acknowledges", "answers", "step", "asks",
    "promises", "refuses", "alternative", "farewell", "complains", "follows_up", "tip",
    "empty",
)  # fmt: skip
CHANGES = ("handed_over", "reopened", "ended", "solved", "mail_failed", "step_failed")
MOMENTS = (
    "first_words_in_time", "first_words_late", "silence", "answer", "promise_kept",
    "promise_broken", "refusal", "refusal_with_another_way", "apology", "handed_over", "reopened",
    "mail_failed", "step_failed", "thanks", "complaint", "farewell", "grant", "notice", "rating",
)  # fmt: skip

Id: TypeAlias = Annotated[str, Rule("an id, by any text")]
Customer: TypeAlias = Annotated[str, Rule("whose it is")]
Conversation_: TypeAlias = Annotated[str, Rule("the conversation it belongs to")]
Anywhere: TypeAlias = Annotated[str | None, Rule("the conversation, where there is one")]
At: TypeAlias = Annotated[datetime, Rule("when it happened", "time")]
Verified: TypeAlias = Annotated[datetime, Rule("when it was last checked", "time")]
Seq: TypeAlias = Annotated[
    int,
    Rule("order among rows of one second in one conversation", "", 0, 2**20 - 1,
         unsaid="the order of the file"),
]  # fmt: skip
Acts: TypeAlias = Annotated[
    str | None, Rule("what the words do; empty: nobody looked", codes=ACTS, several=True)
]
Group: TypeAlias = Annotated[str | None, Rule("a group to compare within, by any text")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing a customer lived through with us, as `moments.derive` makes it."""

    customer: Customer
    conversation: Anywhere
    at: At
    seq: Seq
    kind: Annotated[str, Rule("what it was", codes=MOMENTS)]
    value: Annotated[int, Rule("0 is what this customer expected", "thousandths", -1000, 1000)]
    evidence: Annotated[str | None, Rule("the row it was made from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All that is said between us and a customer about one matter."""

    id: Id
    customer: Customer
    opened_at: Annotated[datetime, Rule("when it began", "time")]
    ended_at: Annotated[datetime | None, Rule("when it was first ended; empty: never", "time")]
    inbox: Group
    channel: Group
    cause: Group
    size: Annotated[str | None, Rule("how big the customer is to us", codes=("small", "big"))]
    severity: Annotated[int | None, Rule("of the opening complaint", "grade", 1, 4)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said, a row for each customer it came from or was addressed to (To, not Cc)."""

    id: Id
    conversation: Conversation_
    customer: Customer
    at: At
    seq: Seq
    side: Annotated[str, Rule("who said it", codes=("customer", "us"))]
    automatic: Annotated[bool, Rule("no person wrote it", "yes or no", unsaid="no")]
    due_at: Annotated[datetime | None, Rule("when our answer to it was promised", "time")]
    acts: Acts


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What we told a customer we would do, and by when."""

    id: Id
    conversation: Anywhere
    customer: Customer
    made_at: Annotated[datetime, Rule("when we gave it", "time")]
    due_at: Annotated[datetime, Rule("by when we promised it", "time")]
    kept_at: Annotated[datetime | None, Rule("when it was kept; empty: not yet", "time")]
    withdrawn_at: Annotated[datetime | None, Rule("when we took it back; empty: never", "time")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that happened to a conversation and that its customer noticed."""

    id: Id
    conversation: Conversation_
    customer: Customer
    at: At
    seq: Seq
    kind: Annotated[str, Rule("what happened", codes=CHANGES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Something given to put things right."""

    id: Id
    conversation: Anywhere
    customer: Customer
    at: At
    cents: Annotated[int, Rule("what it cost us", "cents of the desk's currency", 0)]
    cause: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One bad episode filed under what caused it."""

    cause: Annotated[str, Rule("the cause, by any text")]
    conversation: Conversation_
    customer: Customer
    at: At


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned from a cause: when it was opened, and since when a fix is in place."""

    id: Id
    cause: Annotated[str, Rule("the cause it answers, by any text")]
    opened_at: Annotated[datetime, Rule("when it was opened", "time")]
    fixed_at: Annotated[datetime | None, Rule("since when the fix is in place", "time")]
    exposed: Annotated[int | None, Rule("who uses what was mended", "customers", 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One conversation that an agent worked through. Agents are pseudonyms of one run."""

    agent: Annotated[str, Rule("a pseudonym, by any text")]
    team: Annotated[str, Rule("the team, by any text")]
    at: At
    hard: Annotated[bool, Rule("a complaint or hostile words were in it", "yes or no")]
    rested: Annotated[bool | None, Rule("a break of half an hour followed", "yes or no")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What we told, or still owe, one customer whom a fault affects."""

    id: Id
    fault: Annotated[str, Rule("the fault, by any text")]
    customer: Customer
    known_at: Annotated[datetime, Rule("when the desk first knew of the fault", "time")]
    told_at: Annotated[datetime | None, Rule("when we told them; empty: not yet", "time")]
    asked_at: Annotated[datetime | None, Rule("when this customer asked first", "time")]
    severity: Annotated[str | None, Rule("which clock runs", codes=("life", "money", "other"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A thing that decays if nobody looks after it: an article, a macro, a rule."""

    id: Id
    kind: Annotated[str, Rule("article, macro, rule or any other group")]
    verified_at: Verified
    views_per_day: Annotated[float, Rule("how often it is used", "per day", 0)]
    harm: Annotated[float, Rule("what a wrong one does", "weight", 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One span of an asset's life, from a check to the first sign that it was wrong, or to now."""

    asset: Annotated[str, Rule("the asset")]
    kind: Annotated[str, Rule("the asset's kind")]
    verified_at: Verified
    wrong_at: Annotated[datetime | None, Rule("when it proved wrong; empty: not yet", "time")]
    until_at: Annotated[datetime | None, Rule("checked again or removed; empty: still", "time")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A customer's own judgment of an episode."""

    id: Id
    conversation: Conversation_
    customer: Customer
    at: At
    stars: Annotated[int, Rule("1 is worst", "stars", 1, 5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessEvent:
    """What a customer did outside of support, as told through the API."""

    id: Id
    customer: Customer
    at: At
    kind: Annotated[
        str,
        Rule("what happened", codes=("order", "renewal", "upgrade", "cancellation", "referral")),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a customer paid for."""

    id: Id
    customer: Customer
    at: At
    cents: Annotated[
        int, Rule("its margin; below 0 what was given back", "cents of the desk's currency")
    ]


SHAPES: dict[str, type[Any]] = {
    "moments": Moment, "conversations": Conversation, "messages": Message, "promises": Promise,
    "changes": Change, "grants": Grant, "causes": Cause, "lessons": Lesson, "notices": Notice,
    "assets": Asset, "checks": Check, "ratings": Rating, "business_events": BusinessEvent,
    "orders": Order, "turns": Turn,
}  # fmt: skip


def columns(shape: type[Any]) -> Iterator[Column]:
    """Yield the columns of a shape, in order.

    >>> [column.name for column in columns(Rating)]
    ['id', 'conversation', 'customer', 'at', 'stars']
    """
    hints = get_type_hints(shape, include_extras=True)
    for field in fields(shape):
        bare, rule = get_args(hints[field.name])[:2]
        options = get_args(bare) if get_origin(bare) is UnionType else (bare,)
        kind = next(KINDS[one] for one in options if one is not NoneType)
        yield Column(field.name, kind, NoneType in options, rule)
