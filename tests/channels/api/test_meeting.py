"""Brands and hours through the API: by the rules of the screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.channels.api import Program
from tests.channels.api.conftest import wrong
from wingbeat.channels.api.urls import api
from wingbeat.desk.automation.calendars import Calendar
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Change

pytestmark = pytest.mark.django_db
OFFICE: dict[str, Any] = {
    "name": "Vienna office", "zone": "Europe/Vienna", "country": "AT", "region": "",
    "week": ["9-12, 13:00-17:30", *["9-17"] * 4, "", ""],
}  # fmt: skip
PLACES = ("brands", "hours")


def test_whoever_does_not_look_after_the_desk_is_turned_away(inbox: Inbox) -> None:
    bodies = {
        "brands": {"name": "Lamps"}, "default": {"name": "Lamps"}, "{id}": {"name": "Lamps"},
        "hours": OFFICE,
    }  # fmt: skip
    count = 0
    for program in (Program.of(cast.ada()), Program.of(cast.olga()), Program.named(inbox)):
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
            parts = path.split("/")
            if not set(PLACES) & set(parts) or {"logo", "days-off"} & set(parts):
                continue  # these: test_setting_up
            for method in methods:
                body = OFFICE if path.endswith("/hours/{id}") else bodies[parts[-1]]
                asked = path.removeprefix("/api/v1").format(id=1)
                sent = None if method in {"get", "delete"} else body
                program.send(asked, sent, 403, method.upper())
                count += 1
    assert count == 3 * 8
    assert not Change.objects.filter(thing__startswith="conversations.Brand").exists()


def test_a_brand_is_made_changed_and_taken_away_and_each_is_told(olga: Program) -> None:
    said = {"name": "Lamps & Co", "color": "#aa2200", "languages": ["de"]}
    made = olga.send("/brands", {**said, "address": "https://Help.Lamps.example/"}, 201)
    assert (made["slug"], made["address"]) == ("lamps-co", "https://help.lamps.example")
    path = f"/brands/{made['id']}"
    changed = olga.send(path, {"name": "Lights", "slug": "lights"}, method="PUT")
    assert (changed["name"], changed["color"], changed["languages"]) == ("Lights", "", [])
    default = olga.send("/brands/default", {"name": "Acme"}, method="PUT")
    listed = olga.get("/brands")["items"]
    assert listed == sorted((default, changed), key=lambda one: int(one["id"]))
    olga.send(path, None, 204, "DELETE")
    assert [one.name for one in Brand.objects.all()] == ["Acme"]
    rows = Change.objects.filter(thing__startswith="conversations.Brand")
    assert set(rows.values_list("how", "agent_id")) == {
        (how, cast.olga().pk) for how in ("made", "changed", "removed")
    }


def test_what_a_brand_cannot_be_is_told_by_field_as_on_the_screen(olga: Program) -> None:
    body = {"name": "", "slug": "de", "address": "https://help.lamps.example/path/"}
    told = wrong(olga.send("/brands", body, 422))
    assert set(told) == {"body.name", "body.slug", "body.address"}
    assert "which is no language" in told["body.slug"]
    first = olga.send("/brands", {"name": "Lamps"}, 201)
    assert wrong(olga.send("/brands", {"name": "Lamps"}, 422)).keys() == {"body.name"}
    Inbox.objects.update(brand=first["id"])
    used = olga.send(f"/brands/{first['id']}", None, 409, "DELETE")
    assert used["error"]["code"] == "brand_in_use"
    assert wrong(olga.send("/brands", {"name": "B", "color": "red"}, 422)).keys() == {"body.color"}


def test_hours_are_kept_by_the_screens_own_rules(olga: Program) -> None:
    made = olga.send("/hours", OFFICE, 201)
    assert made["week"][0] == "09:00-12:00, 13:00-17:30"
    assert wrong(olga.send("/hours", OFFICE, 422)).keys() == {"body.name"}
    changed = olga.send(f"/hours/{made['id']}", OFFICE | {"name": "Office"}, method="PUT")
    assert olga.get("/hours")["items"] == [changed]
    rows = Change.objects.filter(thing=f"automation.Calendar:{made['id']}")
    assert rows.count() == 2


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"week": ["9-8", *[""] * 6]}, "body.week.0", "9"),
        ({"week": [""] * 7}, "body.week", "at least one day"),
        ({"zone": "Mars/Olympus"}, "body.zone", "no time zone"),
        ({"country": "XX"}, "body.country", "XX"),
        ({"region": "ZZ"}, "body.region", "Known are: 1, 2"),
    ],
)
def test_what_hours_cannot_be_is_told_by_field(
    olga: Program, body: dict[str, Any], field: str, says: str
) -> None:
    assert says in wrong(olga.send("/hours", OFFICE | body, 422))[field]
    assert not Calendar.objects.exists()


def test_they_are_listed_with_as_many_questions_for_many_as_for_few(olga: Program) -> None:
    counts = []
    for turn in range(2):
        for number in range(10):
            name = f"{turn} {number}"
            olga.send("/hours", OFFICE | {"name": name}, 201)
            olga.send("/brands", {"name": name}, 201)
        for path in ("/hours", "/brands"):
            with CaptureQueriesContext(connection) as captured:
                olga.get(path)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
