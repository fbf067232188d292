"""Conditions of rules, in the one language that views are asked in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking import meaning as meanings, reading
from wingbeat.desk.conversations.asking.names import names_known_to, unknown
from wingbeat.desk.conversations.asking.query import Query
from wingbeat.desk.conversations.asking.things import Names, kept
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent

ONES_OWN = frozenset({"me", "mine"})


class CannotAsk(WrongFields):
    """Conditions cannot be read, or mean nobody; the text says what is allowed."""

    def __init__(self, why: object) -> None:
        super().__init__({"asks": str(why)})


def read(text: str, *, by: Agent) -> Query:
    """Read the conditions of a rule, to be kept.

    Raises:
        CannotAsk: with everything that is wrong.
    """
    try:
        query = reading.read(text)
        problems = [one.why for one in unknown(Names(by).shown(query), names_known_to(by))]
        if any(ONES_OWN & {*one.values} for one in query.conditions):
            problems.append(_("A rule is nobody: name the agent or the team instead of “me”."))
        if problems:
            raise CannotAsk(" ".join(problems))
        return kept(query)
    except reading.CannotRead as why:
        raise CannotAsk(why) from why


def meaning(text: str, *, now: datetime) -> Q:
    """Return what kept conditions ask for, as the desk itself asks."""
    asker = meanings.Asker(agent=Agent.objects.system(), now=now)
    return meanings.meaning(reading.read(text), asker)
