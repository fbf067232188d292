"""What a question means: each condition as a Q on conversations, for whoever asks, now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from wingbeat.desk.conversations import custom_field, searching
from wingbeat.desk.conversations.asking.fields import CUSTOM, Relation
from wingbeat.desk.conversations.asking.query import Condition, Query
from wingbeat.desk.conversations.asking.reading import span_of
from wingbeat.desk.conversations.asking.things import called
from wingbeat.desk.conversations.cause import CauseMark
from wingbeat.desk.conversations.ending import Ending
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.tagging import Tag, Tagging
from wingbeat.desk.customers.models import Address, Customer, CustomerMerge
from wingbeat.desk.people.models import Agent

# What at most so many rows point at is fetched by key; what more point at is soon found by walking
# down the list. Neither database can guess which of the two a tag or a mark is.
FEW = 1_000
COLUMNS = {
    "waits": "waits_for_us_since",
    "latest": "latest_at",
    "opened": "opened_at",
    "wakes": "snoozed_until",
}
Values = tuple[str, ...]
AWAKE = Q(snoozed_until__isnull=True)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: what `me` and `3d` mean."""

    agent: Agent
    now: datetime


def meaning(query: Query, asker: Asker) -> Q:
    """Return what a question asks for; put aside and spam only where it names them.

    What is put aside is late by a broken promise alone: its clocks rest until it wakes.
    """
    asked = Q(merged_into__isnull=True)
    for one in query.conditions:
        asked &= _condition(one, asker)
    if not (_names(query, "is", "snoozed", "awake") or query.asks("wakes")):
        is_late = _names(query, "is", "late")  # and `-is:late` finds none of those by itself
        asked &= AWAKE | _promised_past(asker.now) if is_late else AWAKE
    if not (_names(query, "is", "spam") or _names(query, "ended", "spam")):
        asked &= Q(is_spam=False)
    return asked


def _condition(one: Condition, asker: Asker) -> Q:
    if one.field in COLUMNS:
        return _in_time(COLUMNS[one.field], one, asker.now)
    if one.field.startswith(CUSTOM):
        meant = custom_field.holding(one.field.removeprefix(CUSTOM), one.values, by=asker.agent)
    else:
        meant = MEANINGS[one.field](one.values, asker)
    return ~meant if one.relation is Relation.NOT else meant


def _names(query: Query, field: str, *values: str) -> bool:
    return any(one.field == field and {*values} & {*one.values} for one in query.conditions)


def _in_time(column: str, one: Condition, now: datetime) -> Q:
    value = one.values[0]
    if one.relation is Relation.FROM:
        return _since(column, _midnight(date.fromisoformat(value)))
    if one.relation is Relation.UNTIL:
        return Q(**{f"{column}__lt": _midnight(date.fromisoformat(value) + timedelta(days=1))})
    is_longer = one.relation is Relation.LONGER
    if one.field == "wakes":  # it lies ahead
        return Q(**{f"{column}__{'gt' if is_longer else 'lte'}": now + span_of(value)})
    before = now - span_of(value)
    return Q(**{f"{column}__lt": before}) if is_longer else _since(column, before)


def _since(column: str, at: datetime) -> Q:
    """What was opened lately may stand anywhere in a list by latest words: few are found by key."""
    asked = Q(**{f"{column}__gte": at})
    if column != "opened_at":
        return asked
    return _few_or(_conversations().filter(asked), "pk", many=asked)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _state(values: Values, asker: Asker) -> Q:
    quiet_before = asker.now - timedelta(days=settings.WINGBEAT["quiet_after_days"])
    states = {
        "us": Q(waits_for_us_since__isnull=False),
        "customer": Q(state="customer", latest_at__gte=quiet_before),
        "quiet": Q(state="quiet") | Q(state="customer", latest_at__lt=quiet_before),
        "ended": Q(state="ended"),
        "solved": Q(state="solved"),
        "open": Q(state__in=["us", "customer", "quiet"]),
    }
    return _any(states[value] for value in values)


def _inbox(values: Values, _asker: Asker) -> Q:
    return Q(inbox_id__in=called("inbox", values))


def _assignee(values: Values, asker: Asker) -> Q:
    asked = Q(assignee_id__in=called("assignee", values)) if {*values} - {"me", "nobody"} else Q()
    asked |= Q(assignee=asker.agent) if "me" in values else Q()
    if "nobody" in values:
        asked |= Q(assignee__isnull=True)
    return asked


def _team(values: Values, asker: Asker) -> Q:
    ids = set(called("team", values))
    if "mine" in values:
        ids |= set(asker.agent.memberships.values_list("team_id", flat=True))
    asked = Q(team_id__in=ids)
    return asked | Q(team__isnull=True) if "none" in values else asked


def _tag(values: Values, _asker: Asker) -> Q:
    names = [value.lstrip("#").lower() for value in values if value != "none"]
    asked = Q()
    if names:
        ids = list(Tag.objects.filter(name__in=names).values_list("pk", flat=True))
        asked = _few_or(Tagging.objects.filter(tag_id__in=ids), "conversation_id")
    if "none" in values:
        asked |= ~_few_or(Tagging.objects.all(), "conversation_id")
    return asked


def _cause(values: Values, _asker: Asker) -> Q:
    """A cause and all under it."""
    ids = called("cause", values)
    under = CauseMark.objects.filter(Q(cause_id__in=ids) | Q(cause__parent_id__in=ids))
    asked = _few_or(under, "conversation_id")
    return asked | Q(cause_mark__isnull=True) if "none" in values else asked


def _customer(values: Values, _asker: Asker) -> Q:
    """By address, by domain (`@example.org`), or by a part of the name; all records of a person."""
    addressed = Address.objects.filter(
        _any(
            Q(email__endswith=value.lower()) if value.startswith("@") else Q(email=value.lower())
            for value in values
        )
    )
    named = _any(_holds("name", value) for value in values)
    ids = [
        *addressed.values_list("customer_id", flat=True)[: FEW + 1],
        *Customer.objects.filter(named).values_list("pk", flat=True)[: FEW + 1],
    ]
    if len(ids) > FEW:
        return Q(customer__in=Customer.objects.filter(named)) | Q(
            customer__in=addressed.values("customer")
        )
    return Q(customer_id__in=_same_people(ids))


def _same_people(ids: list[int]) -> set[int]:
    """Add whoever is the same person by a merge: those merged into one, and what one went into."""
    merges = CustomerMerge.objects.filter(Q(source_id__in=ids) | Q(target_id__in=ids))
    pairs = merges.values_list("source_id", "target_id")
    return {*ids, *(pk for pair in pairs for pk in pair)}


def _organization(values: Values, _asker: Asker) -> Q:
    named = _any(_holds("organization__name", value) for value in values if value != "none")
    people = Customer.objects.filter(named) if named else Customer.objects.none()
    few = list(people.values_list("pk", flat=True)[: FEW + 1])
    asked = Q(customer_id__in=few) if len(few) <= FEW else Q(customer__in=people)
    return asked | Q(customer__organization__isnull=True) if "none" in values else asked


def _words(values: Values, _asker: Asker) -> Q:
    """Words of one condition stand together."""
    phrase = re.sub(r"[\"“”„]", " ", values[0])
    return Q(pk__in=searching.newest_places(f'"{phrase}"'))


def _subject(values: Values, _asker: Asker) -> Q:
    """The index knows where the words are; then the subject itself must hold them."""
    return Q(pk__in=searching.newest_places(values[0])) & _holds("subject", values[0])


def _ended(values: Values, _asker: Asker) -> Q:
    return Q(state="ended") & _few_or(Ending.objects.filter(reason__in=values), "conversation_id")


def _has(values: Values, _asker: Asker) -> Q:
    holds_files = Q(has_attachments=True)
    marks: Mapping[str, Callable[[], Q]] = {
        "attachment": lambda: _few_or(_conversations().filter(holds_files), "pk", many=holds_files),
        "note": lambda: _few_or(Message.objects.filter(kind=MessageKind.NOTE), "conversation_id"),
        "stranger": lambda: _few_or(_conversations().filter(has_stranger=True), "pk"),
        "trouble": lambda: _few_or(_conversations().filter(has_trouble=True), "pk"),
    }
    return _any(marks[value]() for value in values)


def _is(values: Values, asker: Asker) -> Q:
    late = AWAKE & Q(waits_for_us_since__isnull=False, due_at__lt=asker.now)
    marks: Mapping[str, Callable[[], Q]] = {
        "late": lambda: _few_or(_conversations().filter(late), "pk") | _promised_past(asker.now),
        "restricted": lambda: _few_or(_conversations().filter(is_restricted=True), "pk"),
        "spam": lambda: Q(is_spam=True),
        "snoozed": lambda: ~AWAKE,
        "awake": lambda: AWAKE,
    }
    return _any(marks[value]() for value in values)


def _promised_past(now: datetime) -> Q:
    """Something was promised there by a time that is past, and nobody said what became of it."""
    promises = apps.get_model("care", "Promise").objects
    return _few_or(promises.filter(outcome="", due_at__lt=now), "conversation_id")


MEANINGS: Mapping[str, Callable[[Values, Asker], Q]] = {
    "state": _state,
    "inbox": _inbox,
    "assignee": _assignee,
    "team": _team,
    "tag": _tag,
    "cause": _cause,
    "customer": _customer,
    "organization": _organization,
    "words": _words,
    "subject": _subject,
    "ended": _ended,
    "has": _has,
    "is": _is,
}


def _any(meant: Iterable[Q]) -> Q:
    asked = Q()
    for one in meant:
        asked |= one
    return asked


def _few_or(rows: QuerySet[Any], column: str, many: Q | None = None) -> Q:
    """Point at conversations by their numbers where they are few, else look at each in turn.

    `many` says what makes a conversation one of them, where it can be seen from its own row.
    """
    few = list(rows.values_list(column, flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(pk__in=few)
    return many or Q(Exists(rows.filter(**{column: OuterRef("pk")})))


def _holds(column: str, value: str) -> Q:
    """Say that a text holds a value, in capitals or not."""
    ways = {value, value.lower(), value.upper(), value.title()}
    return _any(Q(**{f"{column}__icontains": way}) for way in sorted(ways))


def _conversations() -> QuerySet[Any]:
    return apps.get_model(
        "conversations", "Conversation"
    ).objects.all()  # the noun uses its aspects
