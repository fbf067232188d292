"""Hours in the administration: a week, days off, promises and contracts, without a script."""

from __future__ import annotations

import re
from html import unescape

import holidays
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests import cast
from wingbeat.desk.automation.calendars import Calendar, DayOff, countries
from wingbeat.desk.automation.promising import contracts, policy_of
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.customers.models import Organization
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent
from wingbeat.language.telling import LANGUAGES

WEEK = {f"day_{day}": "9-12, 13:00-17:00" for day in range(5)}
OFFICE = {"name": "Vienna office", "zone": "Europe/Vienna", "country": "AT", "region": "", **WEEK}


def test_hours_make_a_due_time_that_says_why(owner: Client, olga: Agent) -> None:
    inbox = cast.support(cast.ada())
    made = owner.post("/setup/hours/new/", OFFICE, follow=True)
    assert "Vienna office" in made.content.decode()
    calendar = Calendar.objects.get()
    page = owner.get(f"/setup/hours/{calendar.pk}/").content.decode()
    assert "09:00-12:00, 13:00-17:00" in page
    told = owner.post(
        f"/setup/inboxes/{inbox.pk}/promise/",
        {"calendar": calendar.pk, "first": 4, "next": 8, "why": "As our site says"},
        follow=True,
    ).content.decode()
    assert "first words within 4 hours, further answers within 8 hours · Vienna office" in told
    policy = policy_of(inbox)
    assert policy
    assert (policy.by, policy.why, policy.first_minutes) == (olga, "As our site says", 240)
    inbox.refresh_from_db()
    conversation = cast.opened(inbox)
    page = owner.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "4 working hours after their mail, Vienna office" in page
    assert "was due" in page  # it came in March, and is long late
    assert "is-late" in owner.get("/").content.decode()


def test_a_team_has_hours_of_its_own_and_the_page_says_where_they_can_count(
    owner: Client, olga: Agent
) -> None:
    inbox = cast.support(cast.ada())
    owner.post("/setup/hours/new/", OFFICE)
    calendar, team = Calendar.objects.get(), cast.support_team()
    path = f"/setup/teams/{team.pk}/hours/"
    assert "no hours can be sooner" in owner.get(path).content.decode(), "day and night"
    promise = {"calendar": calendar.pk, "first": 4, "next": 8}
    owner.post(f"/setup/inboxes/{inbox.pk}/promise/", promise)
    assert "no hours can be sooner" not in owner.get(path).content.decode()
    owner.post(path, {"calendar": calendar.pk})
    team.refresh_from_db()
    assert team.calendar == calendar
    assert "Teams with hours of their own" in owner.get("/setup/hours/").content.decode()
    assert Entry.objects.filter(kind="team.changed", agent_id=olga.pk).count() == 1
    owner.post(path, {"calendar": ""})
    team.refresh_from_db()
    assert team.calendar is None
    assert "Teams with hours of their own" not in owner.get("/setup/hours/").content.decode()


def test_what_cannot_be_hours_is_told_at_its_field(owner: Client) -> None:
    wrong = OFFICE | {"day_0": "9-8", "region": "ZZ"}
    page = owner.post("/setup/hours/new/", wrong)
    assert page.status_code == 422
    words = page.content.decode()
    assert "does not run forwards" in words
    assert "“ZZ” is no region of Austria here. Known are: 1, 2" in words
    assert "Vienna office" in words  # nothing typed is lost
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    ("language", "here", "before", "after"),
    [
        ("en", "Austria", "Åland Islands", "Albania"),
        ("de", "Österreich", "Norwegen", "Pakistan"),
        ("hu", "Ausztria", "Olaszország", "Örményország"),
        ("ru", "Австрия", "Австралия", "Азербайджан"),
    ],
)
def test_countries_are_chosen_by_their_names_in_the_readers_order_their_own_first(
    owner: Client, olga: Agent, language: str, here: str, before: str, after: str
) -> None:
    Agent.objects.filter(pk=olga.pk).update(language=language)
    owner.post("/setup/hours/new/", OFFICE)
    calendar = Calendar.objects.get()
    page = owner.get(f"/setup/hours/{calendar.pk}/").content.decode()
    offered = offers(page, "country")
    names = [name for _code, name in offered]
    assert offered[1] == ("AT", here), "the zone of these hours lies there"
    assert names.index(before) < names.index(after)
    assert len(offered) == len({*offered}) > 200
    assert not [name for code, name in offered if code == name]
    assert here in owner.get("/setup/hours/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_country_whose_holidays_are_known_has_a_name(language: str) -> None:
    with translation.override(language):
        assert {*countries()} == {*holidays.list_supported_countries(include_aliases=False)}


@pytest.mark.parametrize("path", ["/setup/hours/new/", "/settings/"])
def test_only_places_are_offered_as_time_zones_with_their_clock(owner: Client, path: str) -> None:
    offered = dict(offers(owner.get(path).content.decode(), "zone"))
    assert offered["Asia/Kolkata"] == "Asia/Kolkata (UTC+05:30)"
    assert offered["America/Argentina/Buenos_Aires"].endswith("Buenos Aires (UTC-03:00)")
    assert {"UTC", "Europe/Vienna", "Africa/Abidjan"} < {*offered}
    odd = (
        "Etc/",
        "US/",
        "Brazil/",
        "Canada/",
        "posix",
        "local",
        "Factory",
        "GMT",
        "CET",
        "Europe/Kiev",
    )
    assert not [zone for zone in offered if zone.startswith(odd)]


def test_hours_that_were_kept_under_older_names_go_on_as_they_are(owner: Client) -> None:
    owner.post("/setup/hours/new/", OFFICE)
    Calendar.objects.update(zone="US/Eastern", country="UK")
    path = f"/setup/hours/{Calendar.objects.get().pk}/"
    page = owner.get(path).content.decode()
    assert '<option value="US/Eastern" selected>' in page
    assert '<option value="UK" selected>' in page
    kept = owner.post(path, OFFICE | {"zone": "US/Eastern", "country": "UK", "name": "Office"})
    assert kept.status_code == 302
    assert Calendar.objects.get().name == "Office"
    assert owner.post(path, OFFICE | {"zone": "Mars/Base"}).status_code == 422


def offers(page: str, name: str) -> list[tuple[str, str]]:
    """Return what a choice offers, by value."""
    choice = page.partition(f'<select name="{name}"')[2].partition("</select>")[0]
    return [(value, unescape(told)) for value, told in
            re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', choice)]  # fmt: skip


def test_hours_with_dots_are_read_and_a_night_is_told_how_to_be_written(owner: Client) -> None:
    owner.post("/setup/hours/new/", OFFICE | {"day_0": "09.00-17.00", "day_1": "9-17"})
    assert Calendar.objects.get().week[:2] == [[[540, 1020]], [[540, 1020]]]
    page = owner.post("/setup/hours/new/", OFFICE | {"name": "Nights", "day_0": "22:00-06:00"})
    told = "“22:00-06:00” does not run forwards. A night is 22:00-24:00, next day 0:00-6:00."
    assert told in page.content.decode()


def test_a_day_off_comes_and_goes(owner: Client) -> None:
    owner.post("/setup/hours/new/", OFFICE)
    calendar = Calendar.objects.get()
    days = f"/setup/hours/{calendar.pk}/days-off/"
    owner.post(days, {"day": "2027-05-14", "name": "Bridge day"})
    day = DayOff.objects.get()
    assert "Bridge day" in owner.get(f"/setup/hours/{calendar.pk}/").content.decode()
    assert owner.post(days, {"day": "soon", "name": "?"}).status_code == 422
    owner.post(f"{days}{day.pk}/removal/")
    assert not DayOff.objects.exists()


def test_a_contract_can_only_shorten(owner: Client) -> None:
    grand = Organization.objects.create(name="Grand Hotels")
    asked = {"organization": grand.pk, "percent": 120, "why": "They asked"}
    assert owner.post("/setup/hours/", asked).status_code == 422
    owner.post("/setup/hours/", asked | {"percent": 50})
    assert [row.percent for row in contracts()] == [50]
    owner.post(f"/setup/contracts/{grand.pk}/ending/")
    assert contracts() == []


def test_why_here_tells_severity_wait_and_promise(owner: Client, olga: Agent) -> None:
    inbox = cast.support(cast.ada())
    first, second = cast.opened(inbox), cast.opened(inbox, cast.said(sender=cast.OTTO))
    url = f"/conversations/{second.pk}/place/"
    assert "1 stand before it" in owner.get(url).content.decode()
    refused = owner.post(f"/conversations/{second.pk}/severity/", {"level": 2}, follow=True)
    assert "Say in a few words why" in refused.content.decode()
    owner.post(f"/conversations/{second.pk}/severity/", {"level": 2, "why": "The stove smokes"})
    page = owner.get(url).content.decode()
    assert "0 stand before it" in page
    assert "The stove smokes" in page
    assert "Olga Owner" in page
    rows = owner.get("/").context["list"].rows
    assert [(row.pk, row.glance.severity) for row in rows] == [(second.pk, 2), (first.pk, 0)]
    assert str(Severity.GRAVE.label) in owner.get(f"/conversations/{second.pk}/").content.decode()


@pytest.mark.parametrize("url", ["/setup/hours/"])
def test_the_page_costs_the_same_whatever_it_lists(owner: Client, url: str) -> None:
    counts = []
    for turn in range(2):
        for number in range(10):
            owner.post("/setup/hours/new/", OFFICE | {"name": f"Office {turn} {number}"})
        owner.get(url)
        with CaptureQueriesContext(connection) as captured:
            owner.get(url)
        counts.append(len(captured))
    assert counts[0] == counts[1]
