"""Names that a question can use, as far as whoever asks may know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking.fields import CUSTOM, FIELDS
from wingbeat.desk.conversations.asking.query import Query
from wingbeat.desk.conversations.asking.reading import Problem
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.custom_field import CustomField, Shape
from wingbeat.desk.conversations.tagging import Tag
from wingbeat.desk.people.models import Agent, Team

MOST_TAGS = 200
MOST_TOLD = 12


def names_known_to(agent: Agent) -> dict[str, list[str]]:
    """Return by field the names an agent can choose from, in six small queries."""
    fields = CustomField.objects.known_to(agent)
    return {
        "inbox": [inbox.name for inbox in agent.inboxes],
        "assignee": list(Agent.objects.at_work().values_list("name", flat=True)),
        "team": list(Team.objects.order_by("name").values_list("name", flat=True)),
        "tag": list(Tag.objects.known_to(agent).values_list("name", flat=True)[:MOST_TAGS]),
        "cause": [cause.name for cause in Cause.objects.as_tree()],
        **{
            f"{CUSTOM}{one.name}": ["yes", "no"] if one.shape == Shape.YES_NO else one.choices
            for one in fields
        },
    }


def unknown(query: Query, known: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Tell which names nothing has, so that the question would find nothing by a slip.

    Tags are left out: one that is not used yet may be used tomorrow.
    """
    found = []
    for place, one in enumerate(query.conditions):
        if one.field.startswith(CUSTOM) and one.field not in known:
            found.append(_no_field(one.field, place, known))
        if one.field not in {"inbox", "assignee", "team", "cause"}:
            continue
        names = {name.casefold() for name in known[one.field]}
        for value in one.values:
            is_said = value in FIELDS[one.field].own or "@" in value
            if not is_said and value.casefold() not in names:
                found.append(_unknown(one.field, value, place, known[one.field]))
    return found


def _no_field(field: str, place: int, known: Mapping[str, Sequence[str]]) -> Problem:
    there = [name for name in known if name.startswith(CUSTOM)]
    told = _("There is no field “%(what)s” that you know. There is: %(allowed)s.")
    return Problem(field, place, told % {"what": field, "allowed": ", ".join(there) or "–"})


def _unknown(field: str, value: str, place: int, names: Sequence[str]) -> Problem:
    told = {
        "inbox": _("No inbox that you read is called “%(what)s”. There is: %(allowed)s."),
        "assignee": _("Nobody here is called “%(what)s”. There is: %(allowed)s."),
        "team": _("No team is called “%(what)s”. There is: %(allowed)s."),
        "cause": _("No cause is called “%(what)s”. There is: %(allowed)s."),
    }
    allowed = ", ".join([*FIELDS[field].own, *islice(names, MOST_TOLD)])
    return Problem(value, place, told[field] % {"what": value, "allowed": allowed})
