"""Hours, promised times, contracts, sharing, inboxes, limit, fields and logos by a key."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.channels.api import Program
from tests.channels.api.conftest import wrong
from tests.desk.conversations.test_brands import PNG
from wingbeat.channels.api.urls import api
from wingbeat.desk.automation.availability import Capacity
from wingbeat.desk.automation.calendars import Calendar, DayOff
from wingbeat.desk.automation.promising import ClockPolicy, Contract
from wingbeat.desk.care.limit import GrantLimit
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.custom_field import CustomField
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Organization
from wingbeat.desk.journal.changes import labelled
from wingbeat.desk.journal.models import Change, Entry

pytestmark = pytest.mark.django_db
OFFICE = {"name": "Office", "zone": "Europe/Vienna", "week": ["9-17"] * 5 + ["", ""]}
FIGURES = {"margin_cents": 12_000, "stay_percent": 80, "asking_minutes": 10, "wage_cents": 60}
FIELD = {"label": "Order number", "name": "order_number", "about": "customer", "holds": "text"}
WORDS: dict[str, Any] = {
    "name": "Help", "brand": None, "from_name": "Lamps & Co", "shows_agent_name": True,
    "signature": "The lamp people", "signature_picture": None, "language": "de",
    "zone": "Europe/Berlin", "takes_forms": True,
    "uses_plus_address": False, "shows_page_link": True, "asks_rating": False,
    "sends_receipt": True, "receipt_text": "We have it.", "addresses": ["Help@lamps.example"],
}  # fmt: skip
TIMES = {"hours": None, "first_minutes": 60, "next_minutes": 120}
CONTRACT = {"percent": 50, "why": "A clinic"}
SHARING: dict[str, Any] = {"hours": None, "way": "turns"}
FILTER = {"name": "Lamps", "asks": "subject:lamp", "steps": [{"do": "tag", "value": "lamp"}]}
RULE = {**FILTER, "when": "opened"}
LIMIT = {"cents": 5_000, "currency": "EUR"}
# What only a key that looks after the desk does, with a body that is right in itself.
FOR_ADMINS: dict[str, Any] = {
    "list_days_off": None, "take_day_off": {"day": "2027-01-04", "name": "We move"},
    "work_on_day": None, "list_answer_times": None, "promise_times": TIMES,
    "list_contracts": None, "make_contract": CONTRACT, "end_contract": None,
    "get_sharing": None, "share_out": SHARING, "get_inbox": None, "change_inbox_words": WORDS,
    "get_limit": None, "change_limit": LIMIT, "reckon_limit": FIGURES,
    **dict.fromkeys((f"{verb}_{what}{up}" for what in ("rule", "filter") for verb, up in (
        ("get", ""), ("try", ""), ("switch", "_on"), ("pause", ""), ("move", "_up"),
    ))),
    "list_rules": None, "make_rule": RULE, "change_rule": RULE,
    "list_filters": None, "make_filter": FILTER, "change_filter": FILTER,
    "make_field": FIELD, "change_field": {"label": "Plan", "name": "plan"}, "drop_logo": None,
}  # fmt: skip


def told_of(model: str) -> list[tuple[str, str, str]]:
    return labelled(Change.objects.filter(thing__startswith=f"{model}:").order_by("-pk")[0])


def test_whoever_does_not_look_after_the_desk_is_turned_away(inbox: Inbox) -> None:
    asked = set()
    for program in (Program.of(cast.ada()), Program.of(cast.olga()), Program.named(inbox)):
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
            for method, operation in methods.items():
                name = operation["operationId"]
                if name in FOR_ADMINS:
                    place = path.removeprefix("/api/v1").format(id=1, organization=1, day=1)
                    program.send(place, FOR_ADMINS[name], 403, method.upper())
                    asked.add(name)
        sent = program.client.post("/api/v1/brands/1/logo", {"file": _file(PNG)})
        assert sent.status_code == 403
    assert asked == set(FOR_ADMINS)
    assert not Change.objects.exclude(thing__startswith="api.ApiKey").exists()


def test_a_day_is_taken_off_renamed_and_worked_again(olga: Program) -> None:
    hours = olga.send("/hours", OFFICE, 201)["id"]
    path = f"/hours/{hours}/days-off"
    body, once = {"day": "2027-01-04", "name": "We move"}, {"Idempotency-Key": "moving"}
    first = olga.send(path, body, 201, **once)
    assert olga.send(path, body, 201, **once) == first
    again = olga.send(path, {**body, "name": "Moving house"}, 201)
    assert again == {**first, "name": "Moving house"}
    assert olga.get(path)["items"] == [again]
    assert told_of("automation.Calendar")[0][0] == "days off"
    olga.send(f"/hours/{hours + 1}/days-off/{again['id']}", None, 404, "DELETE")
    olga.send(f"{path}/{again['id']}", None, 204, "DELETE")
    assert not DayOff.objects.exists()
    told = wrong(olga.send(path, {"day": "0001-01-01", "name": ""}, 422))
    assert set(told) == {"body.day", "body.name"}


def test_an_inbox_promises_and_what_it_promised_is_kept(olga: Program, inbox: Inbox) -> None:
    path = f"/inboxes/{inbox.pk}/promises"
    assert olga.get(path)["items"] == []
    hours = olga.send("/hours", OFFICE, 201)["id"]
    first = olga.send(path, TIMES, 201)
    second = olga.send(path, {**TIMES, "hours": hours, "end_minutes": 600, "why": "Winter"}, 201)
    assert (second["hours"], second["end_minutes"], second["by"]) == (hours, 600, cast.olga().pk)
    assert olga.get(path)["items"] == [second, first]
    inbox.refresh_from_db()
    assert inbox.promise is not None
    assert inbox.promise["first"] == 60
    assert ("minutes to an end", "", "600") in told_of("automation.ClockPolicy")
    told = wrong(olga.send(path, {**TIMES, "hours": 10**9}, 422))
    assert set(told) == {"body.hours"}
    told = wrong(olga.send(path, {"first_minutes": 0, "next_minutes": 10**6}, 422))
    assert set(told) == {"body.first_minutes", "body.next_minutes"}
    assert ClockPolicy.objects.count() == 2


def test_an_organization_is_answered_sooner_until_that_ends(olga: Program) -> None:
    clinic = Organization.objects.create(name="Clinic")
    path = f"/contracts/{clinic.pk}"
    olga.send(path, None, 404, "DELETE")
    made = olga.send(path, CONTRACT, method="PUT")
    assert (made["organization"], made["percent"]) == (clinic.pk, 50)
    changed = olga.send(path, {**CONTRACT, "percent": 40}, method="PUT")
    assert olga.get("/contracts") == {"items": [changed], "next": None}
    for _again in range(2):
        olga.send(path, None, 204, "DELETE")
        assert olga.get("/contracts")["items"] == []
    assert Contract.objects.count() == 3
    assert Entry.objects.filter(kind="contract.changed").count() == 3
    assert set(wrong(olga.send(path, {"percent": 100, "why": ""}, 422, "PUT"))) == {
        "body.percent", "body.why"
    }  # fmt: skip
    olga.send("/contracts/999999", CONTRACT, 404, "PUT")


def test_a_team_shares_what_comes_in(olga: Program, inbox: Inbox) -> None:
    team, ada = inbox.teams.get(), cast.ada()
    path = f"/teams/{team.pk}/sharing"
    before = olga.get(path)
    assert (before["way"], before["hours"], before["is_paused"]) == ("none", None, False)
    assert {one["most"] for one in before["takes"]} == {20}
    hours = olga.send("/hours", OFFICE, 201)["id"]
    body = {**SHARING, "hours": hours, "takes": [{"agent": ada.pk, "most": 7}]}
    told = olga.send(path, body, method="PUT")
    assert told == olga.get(path)
    assert (told["way"], told["hours"]) == ("turns", hours)
    assert {"agent": ada.pk, "most": 7} in told["takes"]
    olga.send(path, {**body, "is_paused": True, "takes": []}, method="PUT")
    assert Capacity.objects.get(agent=ada).most == 7
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"routing.changed", "team.changed"} <= kinds
    body["takes"] = [{"agent": ada.pk, "most": 3}, {"agent": cast.max_().pk, "most": 3}]
    assert set(wrong(olga.send(path, body, 422, "PUT"))) == {"body.takes.1.agent"}
    told = wrong(olga.send(path, {**SHARING, "hours": 10**9, "way": "dice"}, 422, "PUT"))
    assert set(told) == {"body.way"}
    assert set(wrong(olga.send(path, {**SHARING, "hours": 10**9}, 422, "PUT"))) == {"body.hours"}
    assert Capacity.objects.get(agent=ada).most == 7


def test_an_inbox_is_given_other_words_and_addresses(olga: Program, inbox: Inbox) -> None:
    path = f"/inboxes/{inbox.pk}"
    brand = olga.send("/brands", {"name": "Lamps"}, 201)["id"]
    told = olga.send(path, {**WORDS, "brand": brand}, method="PUT")
    assert told == olga.get(path)
    shown = {**WORDS, "brand": brand, "addresses": ["help@lamps.example"]}
    assert shown.items() <= told.items()
    assert (told["address"], told["is_for_team"]) == ("support@desk.example", False)
    assert [one["name"] for one in told["teams"]] == ["Support"]
    differences = {what for row in Change.objects.all() for what, _was, _is in labelled(row)}
    assert {"sender name", "signature", "further addresses", "brand"} <= differences
    olga.send(path, {**WORDS, "addresses": []}, method="PUT")
    assert olga.get(path)["addresses"] == []
    assert olga.get(path)["brand"] is None


def test_what_an_inbox_cannot_say_is_told_by_field(olga: Program, inbox: Inbox) -> None:
    path = f"/inboxes/{inbox.pk}"
    Inbox.objects.create(name="Sales", address="sales@desk.example")
    taken = {**WORDS, "addresses": ["new@lamps.example", "SALES@desk.example"]}
    assert set(wrong(olga.send(path, taken, 422, "PUT"))) == {"body.addresses"}
    assert set(wrong(olga.send(path, {**WORDS, "name": "Sales"}, 422, "PUT"))) == {"body.name"}
    default = olga.send("/brands/default", {"name": "Acme"}, method="PUT")["id"]
    assert set(wrong(olga.send(path, {**WORDS, "brand": default}, 422, "PUT"))) == {"body.brand"}
    body = {**WORDS, "zone": "Mars/Olympus", "language": "xx", "name": " ", "is_for_team": True}
    assert set(wrong(olga.send(path, body, 422, "PUT"))) >= {
        "body.zone", "body.language", "body.is_for_team"
    }  # fmt: skip
    inbox.refresh_from_db()
    assert (inbox.name, inbox.addresses.count()) == ("Support", 0)


def test_the_limit_is_reckoned_set_and_told(olga: Program) -> None:
    lowest = olga.get("/limit")
    assert (lowest["by"], lowest["figures"]) == (None, None)
    reckoned = olga.send("/limit/sum", FIGURES)
    assert reckoned["worth_cents"] > 0
    assert not GrantLimit.objects.exists()
    body = {"cents": reckoned["cents"], "currency": "EUR", "figures": FIGURES}
    told = olga.send("/limit", body, method="PUT")
    assert told == olga.get("/limit")
    assert (told["figures"], told["by"]) == (FIGURES, cast.olga().pk)
    assert told_of("care.GrantLimit")
    assert set(wrong(olga.send("/limit", {**LIMIT, "cents": 1}, 422, "PUT"))) == {"body.cents"}
    told = olga.send("/limit", {**LIMIT, "currency": "euro", "a_month_cents": -1}, 422, "PUT")
    assert set(wrong(told)) == {"body.currency", "body.a_month_cents"}


def test_a_field_is_made_changed_and_retired(olga: Program, inbox: Inbox) -> None:
    ada = Program.of(cast.ada())
    made = olga.send("/fields", FIELD, 201)
    assert ada.get("/fields")["items"] == [made]
    path = f"/fields/{made['id']}"
    changed = olga.send(
        path, {"label": "Plan", "name": "plan", "inbox": inbox.pk, "choices": []}, method="PUT"
    )
    expected = {"label": "Plan", "name": "plan", "inbox": inbox.pk, "about": "customer"}
    assert expected.items() <= changed.items()
    assert ("label", "Order number", "Plan") in told_of("conversations.CustomField")
    retired = {"label": "Plan", "name": "plan", "is_offered": False}
    assert not olga.send(path, retired, method="PUT")["is_offered"]
    assert ada.get("/fields")["items"] == []
    assert [one["id"] for one in olga.get("/fields")["items"]] == [made["id"]]
    assert olga.send(path, {**retired, "is_offered": True}, method="PUT")["is_offered"]


def test_what_a_field_cannot_be_is_told_by_field(olga: Program, inbox: Inbox) -> None:
    olga.send("/fields", FIELD, 201)
    assert "already" in wrong(olga.send("/fields", FIELD, 422))["body.name"]
    choice = {**FIELD, "name": "plan", "holds": "choice"}
    assert set(wrong(olga.send("/fields", choice, 422))) == {"body.choices"}
    comma = {**choice, "choices": ["gold, or so"]}
    assert "comma" in wrong(olga.send("/fields", comma, 422))["body.choices"]
    assert set(wrong(olga.send("/fields", {**choice, "inbox": 10**9}, 422))) == {"body.inbox"}
    assert CustomField.objects.count() == 1


def test_a_brand_wears_a_logo_and_takes_it_off(olga: Program) -> None:
    path = f"/brands/{olga.send('/brands', {'name': 'Lamps'}, 201)['id']}/logo"
    told = olga.client.post(f"/api/v1{path}", {"file": _file(PNG)})
    assert told.status_code == 200
    assert told.json()["logo"] == Brand.objects.get(name="Lamps").logo_id is not None
    assert "logo" in {what for what, _was, _is in told_of("conversations.Brand")}
    for bad in (b"<svg/>", PNG + bytes(256 << 10)):
        sent = olga.client.post(f"/api/v1{path}", {"file": _file(bad)})
        assert sent.status_code == 422
        assert set(wrong(sent.json())) == {"file.file"}
    assert olga.send(path, None, method="DELETE")["logo"] is None


def test_a_cause_says_what_is_offered_where_it_happens(olga: Program) -> None:
    offers = {"offer_kind": "refund", "offer_cents": 500, "item_cents": None}
    made = olga.send("/causes", {"name": "Broken", "offers": offers}, 201)
    assert made["offers"] == offers
    path = f"/causes/{made['id']}"
    assert olga.send(path, {"name": "Shattered"}, method="PUT")["offers"] == offers
    body = {"name": "Shattered", "offers": {"offer_kind": "refund"}}
    assert set(wrong(olga.send(path, body, 422, "PUT"))) == {"body.offers.offer_cents"}
    cleared = olga.send(path, {"name": "Shattered", "offers": {}}, method="PUT")["offers"]
    assert cleared == {"offer_kind": "", "offer_cents": None, "item_cents": None}
    assert Cause.objects.get().offer_kind == ""


def test_a_view_keeps_the_columns_that_it_is_given(olga: Program) -> None:
    body = {"name": "Late", "question": "state:us", "columns": ["tags", "opened"]}
    made = olga.send("/views", body, 201)
    assert made["columns"] == ["tags", "opened"]
    body.pop("columns")
    assert olga.send(f"/views/{made['id']}", body, method="PUT")["columns"] == ["tags", "opened"]
    told = olga.send(f"/views/{made['id']}", {**body, "columns": ["mood"]}, 422, "PUT")
    assert set(wrong(told)) == {"body.columns.0"}


def test_a_placeholder_that_is_meant_so_is_sent(olga: Program, inbox: Inbox) -> None:
    found = cast.opened(inbox)
    body = {"text": "Write {{name}} into it."}
    assert set(wrong(olga.send(f"/conversations/{found.pk}/replies", body, 422))) == {"body.text"}
    said = olga.send(f"/conversations/{found.pk}/replies", {**body, "is_as_meant": True}, 201)
    assert "{{name}}" in said["text"]


def test_their_lists_ask_as_much_for_many_as_for_few(olga: Program, inbox: Inbox) -> None:
    hours = olga.send("/hours", OFFICE, 201)["id"]
    calendar = Calendar.objects.get(pk=hours)
    who: dict[str, Any] = {"by": cast.olga(), "at": cast.NOON}
    counts: list[int] = []
    for turn in range(2):
        for number in range(10):
            day = cast.after(days=20 * turn + number).date()
            DayOff.objects.create(calendar=calendar, day=day, name="x", **who)
            ClockPolicy.objects.create(inbox=inbox, first_minutes=9, next_minutes=9, **who)
            company = Organization.objects.create(name=f"o{turn}{number}")
            Contract.objects.create(organization=company, percent=50, why="x", **who)
        for path in (f"/hours/{hours}/days-off", f"/inboxes/{inbox.pk}/promises", "/contracts"):
            with CaptureQueriesContext(connection) as captured:
                assert len(olga.get(path)["items"]) == 10 * (turn + 1)
            counts.append(len(captured))
    assert counts[:3] == counts[3:]


def _file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", content, "image/png")
