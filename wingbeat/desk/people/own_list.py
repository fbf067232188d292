"""A team's own list of words: its leads keep it, whoever writes from its inboxes is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent, Team
from wingbeat.language.own_list import LONGEST, MOST_LINES, Pair, WrongLine, pairs_in


def own_list_of(inbox_id: int) -> tuple[Pair, ...]:
    """Return the words of all teams that answer an inbox."""
    lists = Team.objects.filter(inboxes=inbox_id).exclude(own_list="").order_by("pk")
    told = lists.values_list("own_list", flat=True)
    return tuple(pair for text in told for pair in pairs_in(text))


def led_by(agent: Agent) -> QuerySet[Team]:
    """Return the teams whose words an agent keeps: those they lead."""
    led = Team.objects.filter(memberships__agent=agent, memberships__is_lead=True)
    return led.order_by("name", "pk")


@transaction.atomic
def keep_own_list(team: Team, text: str, *, by: Agent, at: datetime) -> None:
    """Give a team its list of words.

    Raises:
        WrongFields: if a line is no pair.
    """
    try:
        pairs = pairs_in(text)
    except WrongLine as wrong:
        why = _(
            "Line %(number)s, “%(line)s”, cannot be read. A line holds what not to say, = and what "
            "instead, of %(longest)s letters at most each; %(most)s lines at most."
        )
        told = {"number": wrong.number, "line": wrong.line, "longest": LONGEST, "most": MOST_LINES}
        raise WrongFields({"own_list": why % told}) from wrong
    kept = "\n".join(f"{pair.avoid} = {pair.say}" if pair.say else pair.avoid for pair in pairs)
    if kept == team.own_list:
        return
    team.own_list = kept
    team.save(update_fields=["own_list"])
    facts: dict[str, int | str] = {"team": team.pk, "change": "words"}
    record(Kind.TEAM_CHANGED, by=by, at=at, facts=facts)
