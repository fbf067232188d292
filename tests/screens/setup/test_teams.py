"""Teams: made, and changed with their people and inboxes in one go."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.leaving import leave
from wingbeat.desk.people.models import Team

pytestmark = pytest.mark.django_db


def test_a_new_team_leads_to_its_page(owner: Client) -> None:
    answer = owner.post("/setup/teams/", {"name": "Repairs"})
    assert answer["Location"] == f"/setup/teams/{Team.objects.get(name='Repairs').pk}/"
    again = owner.post("/setup/teams/", {"name": "Repairs"})
    assert again.status_code == 422
    assert "There is one named “Repairs” already" in again.content.decode()


def test_name_people_leads_and_inboxes_are_kept(owner: Client) -> None:
    ada, max_, inbox = cast.ada(), cast.max_(), cast.support()
    team = Team.objects.create(name="Repairs")
    answers = {
        "name": "Workshop",
        "members": [ada.pk],
        "leads": [max_.pk],
        "inboxes": [inbox.pk],
    }
    owner.post(f"/setup/teams/{team.pk}/", answers)
    team.refresh_from_db()
    rows = team.memberships.order_by("agent__name").values_list("agent__name", "is_lead")
    assert (team.name, list(rows)) == ("Workshop", [("Ada Fields", False), ("Max Stone", True)])
    assert list(team.inboxes.all()) == [inbox]
    kinds = Entry.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["team.changed", "inbox.changed"]


def test_the_page_shows_what_is_kept(owner: Client) -> None:
    ada = cast.ada()
    cast.support(ada)
    page = owner.get(f"/setup/teams/{cast.support_team().pk}/").content.decode()
    assert f'id="member-{ada.pk}" type="checkbox" name="members" value="{ada.pk}" checked' in page
    assert f'id="lead-{ada.pk}" type="checkbox" name="leads" value="{ada.pk}">' in page


def test_an_inbox_is_not_taken_from_its_only_team(owner: Client) -> None:
    inbox, team = cast.support(), cast.support_team()
    page = owner.post(f"/setup/teams/{team.pk}/", {"name": "Renamed"})
    assert page.status_code == 422
    assert "Nobody would read “Support” any more" in page.content.decode()
    team.refresh_from_db()
    assert (team.name, list(inbox.teams.all())) == ("Support", [team])


def test_whoever_left_is_not_offered(owner: Client) -> None:
    ada, team = cast.ada(), cast.support_team(cast.ada())
    leave(ada, by=cast.olga(), at=cast.NOON)
    assert "Ada Fields" not in owner.get(f"/setup/teams/{team.pk}/").content.decode()
    assert "Ada Fields" not in owner.get("/setup/teams/").content.decode()
