"""Teams: made, named, and who belongs to them."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.leaving import leave
from wingbeat.desk.people.models import Team
from wingbeat.desk.people.teams import change_team, make_team

pytestmark = pytest.mark.django_db


def test_a_team_is_made_and_recorded_without_its_name() -> None:
    team = make_team("Repairs", by=cast.olga(), at=cast.NOON)
    entry = Entry.objects.get()
    assert (entry.kind, entry.facts) == ("team.changed", {"team": team.pk, "change": "made"})


def test_two_teams_never_have_one_name() -> None:
    olga = cast.olga()
    make_team("Repairs", by=olga, at=cast.NOON)
    with pytest.raises(WrongFields, match="Repairs"):
        make_team("Repairs", by=olga, at=cast.NOON)
    sales = make_team("Sales", by=olga, at=cast.NOON)
    with pytest.raises(WrongFields):
        change_team(sales, name="Repairs", members=[], leads=[], by=olga, at=cast.NOON)
    assert list(Team.objects.order_by("name").values_list("name", flat=True)) == [
        "Repairs",
        "Sales",
    ]


def test_a_change_sets_name_members_and_leads_and_is_recorded_once() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    team = cast.support_team(ada)
    for _again in range(2):
        change_team(team, name="First line", members=[max_], leads=[olga], by=olga, at=cast.NOON)
    rows = team.memberships.order_by("agent__name").values_list("agent__name", "is_lead")
    assert list(rows) == [("Max Stone", False), ("Olga Owner", True)]
    assert Team.objects.get().name == "First line"
    assert Entry.objects.count() == 1


def test_a_member_who_left_keeps_the_place_for_the_day_they_come_back() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    team = cast.support_team(ada, lead=max_)
    leave(max_, by=olga, at=cast.NOON)
    change_team(team, name="Support", members=[], leads=[], by=olga, at=cast.NOON)
    assert list(team.memberships.values_list("agent__name", "is_lead")) == [("Max Stone", True)]
