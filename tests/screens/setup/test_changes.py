"""No setting changes without a trace: every form of the administration is sent, and found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from tests import cast
from tests.screens.setup.test_filters import LAMPS as FILTER
from tests.screens.setup.test_hours import OFFICE
from tests.screens.setup.test_rules import LAMPS
from wingbeat.channels.api.models import ApiKey
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.channels.webhooks.models import Webhook
from wingbeat.config.running import preparing
from wingbeat.desk.automation.calendars import Calendar, DayOff
from wingbeat.desk.automation.rules import Rule
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.custom_field import CustomField
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.customers.models import Block, Organization
from wingbeat.desk.journal.changes import first_bent, labelled
from wingbeat.desk.journal.models import Change
from wingbeat.desk.people.models import Agent, Team
from wingbeat.desk.people.teams import change_team, make_team
from wingbeat.screens.setup.urls import urlpatterns

pytestmark = pytest.mark.django_db

Given = dict[str, Any]
ACCOUNT = {
    "user": "u", "password": "a secret word", "imap_host": "", "imap_port": 993,
    "imap_security": "tls", "smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none",
    "anyway": "yes",
}  # fmt: skip
PANEL = {"title": "Orders", "address": "https://shop.example.org/", "labels": ""}
HOOK = "https://hook.example.org/"


def newest(model: Any) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True)[0])


def mia() -> int:
    return Agent.objects.get(email="mia@desk.example").pk


# Every form in an order in which each can be sent: its address, whom it is about, what is said.
STORY: list[tuple[str, Callable[[], list[int]], Callable[[], Given]]] = [
    ("inbox", list, lambda: {"address": "sales@desk.example", "name": "Sales", "from_name": ""}),
    ("account", lambda: [newest(Inbox)], lambda: ACCOUNT),
    ("recovery", list, dict),
    ("person-new", list, lambda: {"name": "Mia", "email": "mia@desk.example", "role": "agent"}),
    ("person", lambda: [mia()], lambda: {"role": "admin", "teams": [newest(Team)]}),
    ("person-leaving", lambda: [mia()], lambda: {"to": cast.olga().pk}),
    ("person-return", lambda: [mia()], dict),
    ("teams", list, lambda: {"name": "Repairs"}),
    ("team", lambda: [newest(Team)], lambda: {"name": "Mending", "members": [mia()]}),
    ("team-routing", lambda: [newest(Team)], lambda: {"way": "turns", f"most_{mia()}": 7}),
    ("inbox-page", lambda: [newest(Inbox)], lambda: {"name": "Trade", "signature": "Lamps & Co"}),
    ("inbox-readers", lambda: [newest(Inbox)], lambda: {"teams": [newest(Team)]}),
    ("inbox-addresses", lambda: [newest(Inbox)], lambda: {"email": "trade@desk.example"}),
    ("inbox-address-removal", lambda: [newest(Inbox), newest(InboxAddress)], dict),
    ("brand-default", list, lambda: {"name": "Acme", "signature": "Acme Ltd"}),
    ("brand-new", list, lambda: {"name": "Lamps", "slug": "lamps", "wears_color": "on",
                                 "color": "#aa2200"}),
    ("brand", lambda: [newest(Brand)], lambda: {"name": "Lights", "slug": "lights"}),
    ("brand-removal", lambda: [newest(Brand)], dict),
    ("calendar-new", list, lambda: OFFICE),
    ("calendar", lambda: [newest(Calendar)], lambda: OFFICE | {"name": "Office"}),
    ("team-hours", lambda: [newest(Team)], lambda: {"calendar": newest(Calendar)}),
    ("calendar-days-off", lambda: [newest(Calendar)],
     lambda: {"day": "2027-05-14", "name": "Bridge day"}),
    ("calendar-day-removal", lambda: [newest(Calendar), newest(DayOff)], dict),
    ("inbox-promise", lambda: [newest(Inbox)], lambda: {"first": 4, "next": 8, "why": "Our site"}),
    ("hours", list, lambda: {"organization": newest(Organization), "percent": 50, "why": "Paid"}),
    ("contract-ending", lambda: [newest(Organization)], dict),
    ("rule-new", list, lambda: LAMPS),
    ("rule", lambda: [newest(Rule)], lambda: LAMPS | {"text": "subject:bulb"}),
    ("rule-switch", lambda: [newest(Rule)], lambda: {"on": "yes"}),
    ("rule-new", list, lambda: LAMPS | {"name": "Second"}),
    ("rule-place", lambda: [newest(Rule)], dict),
    ("filter-new", list, lambda: FILTER | {"name": "First"}),
    ("filter-new", list, lambda: FILTER),
    ("filter", lambda: [newest(MailFilter)], lambda: FILTER | {"text": "subject:bulb"}),
    ("filter-switch", lambda: [newest(MailFilter)], lambda: {"on": "yes"}),
    ("filter-place", lambda: [newest(MailFilter)], dict),
    ("causes", list, lambda: {"name": "Delivery"}),
    ("cause", lambda: [newest(Cause)], lambda: {"name": "Late parcel"}),
    ("cause-offering", lambda: [newest(Cause)], lambda: {"offered": "no"}),
    ("limit", list, lambda: {"cents": "30", "currency": "EUR"}),
    ("fields", list, lambda: {"label": "Plan", "name": "plan", "about": "customer",
                              "shape": "choice", "choices": "Gold\nSilver"}),
    ("field", lambda: [newest(CustomField)],
     lambda: {"label": "Plan", "name": "plan", "choices": "Gold"}),
    ("field-offering", lambda: [newest(CustomField)], lambda: {"offered": "no"}),
    ("keeping", list, lambda: {"what": "ended", "days": "60"}),
    ("programs", list, lambda: {"name": "Shop", "scope": "read", "inboxes": [newest(Inbox)]}),
    ("webhooks", list, lambda: {"address": HOOK, "key": newest(ApiKey)}),
    ("webhook-stop", lambda: [newest(Webhook)], dict),
    ("webhook-removal", lambda: [newest(Webhook)], dict),
    ("program-revocation", lambda: [newest(ApiKey)], dict),
    ("blocks", list, lambda: {"pattern": "pushy.person@spam.example"}),
    ("block-lifting", lambda: [newest(Block)], dict),
    ("context", list, lambda: PANEL | {"fresh_for_minutes": 15}),
    ("context-secret", list, dict),
    ("context-removal", list, dict),
]  # fmt: skip
# What is posted and changes no setting of the desk, each with its reason.
NO_SETTING = {
    "owner": "an empty desk has nobody yet; `test_first_run` sends it",
    "connection": "asks who the provider is, and leads there",
    "connection-kept": "keeps an account by the same function as `account`",
    "own-mail": "sends a mail",
    "person-invitation": "sends a mail",
    "person-password-link": "sends a mail",
    "filter-trial": "counts, and the filter remembers who looked",
    "filter-trial-result": "is the count",
    "rule-trial": "counts, and the rule remembers who looked",
    "rule-trial-result": "is the count",
    "privacy": "looks for a person",
    "customer": "shows a person",
    "customer-export": "is about a customer; the journal has it, by number",
    "customer-erasure": "is about a customer; the journal has it, by number",
    "seeing": "asks who sees what",
    "webhook-calls": "calls again",
    "webhook": "shows calls",
    "context-trial": "asks once",
    "first-mail": "waits for a mail",
}


@pytest.fixture
def told(owner: Client, settings: Settings, tmp_path: Any) -> list[str]:
    """The desk after every form was sent; the forms after which no change was found."""
    settings.HOME = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Organization.objects.create(name="Grand Hotel")
    cast.support(cast.olga())
    silent = []
    for name, about, said in STORY:
        before = Change.objects.count()
        if name in {"rule-switch", "filter-switch"}:  # tried before it is switched on
            owner.post(reverse(f"setup:{name.replace('switch', 'trial')}", args=about()))
        owner.post(reverse(f"setup:{name}", args=about()), said())
        if Change.objects.count() == before:
            silent.append(name)
    return silent


def test_every_form_that_sets_something_leaves_a_change(told: list[str]) -> None:
    assert told == []
    assert first_bent(cast.NOON) is None
    assert set(Change.objects.values_list("agent_id", flat=True)) == {cast.olga().pk}
    stored = str(list(Change.objects.values()))
    for secret in (ACCOUNT["password"], "whsec_", "AGE-SECRET", "pushy.person"):
        assert str(secret) not in stored


def test_no_form_of_the_administration_is_forgotten(owner: Client) -> None:
    known = {name for name, _about, _said in STORY}
    assert not known & set(NO_SETTING)
    assert known | set(NO_SETTING) <= {str(pattern.name) for pattern in urlpatterns}
    for pattern in urlpatterns:
        if pattern.name not in known | set(NO_SETTING):
            args = [1] * len(pattern.pattern.converters)
            answer = owner.post(reverse(f"setup:{pattern.name}", args=args))
            assert answer.status_code == 405, f"{pattern.name}: send it in STORY"


def test_options_of_the_machine_stand_there_with_what_was_and_is(
    owner: Client, settings: Settings
) -> None:
    preparing.note_options()
    first = Change.objects.count()
    settings.OPTIONS = {
        **settings.OPTIONS,
        "WINGBEAT_UNDO_SECONDS": ("15", "40", False),
        "WINGBEAT_OPENID_SERVER": ("", "https://login.example.org", False),
        "WINGBEAT_OPENID_SECRET": ("", "hush hush", True),
    }
    for _start in range(2):
        preparing.note_options()
    assert Change.objects.count() == first + 3, "a start that brings nothing new says nothing"
    settings.OPTIONS["WINGBEAT_OPENID_SECRET"] = ("", "hush hush hush", True)
    preparing.note_options()
    told = [(one.name, labelled(one)) for one in Change.objects.order_by("-pk")[:4]]
    assert sorted(told) == [
        ("WINGBEAT_OPENID_SECRET", [("value", "", "•••")]),
        ("WINGBEAT_OPENID_SECRET", [("value", "•••", "•••")]),
        ("WINGBEAT_OPENID_SERVER", [("value", "", "https://login.example.org")]),
        ("WINGBEAT_UNDO_SECONDS", [("value", "15", "40")]),
    ]
    assert "hush" not in str(list(Change.objects.values()))
    page = owner.get("/setup/changes/", {"what": "option", "q": "undo"}).content.decode()
    assert "changed the option <strong>WINGBEAT_UNDO_SECONDS</strong>" in page
    assert "Wingbeat" in page
    assert "<del>15</del> → <ins>40</ins>" in page
    assert first_bent(cast.NOON) is None


def test_they_read_as_sentences_and_are_found_by_words_kind_person_and_day(
    owner: Client, olga: Agent, adam: Agent
) -> None:
    team = make_team("Sales", by=adam, at=cast.NOON)
    change_team(team, name="Trade", members=[], leads=[], by=olga, at=cast.after(days=2))
    page = owner.get("/setup/changes/").content.decode()
    assert "changed the team <strong>Trade</strong>" in page
    assert "<del>Sales</del> → <ins>Trade</ins>" in page
    assert page.index("Olga Owner</span> changed") < page.index("Adam Admin</span> made")
    both, latest, first = ["Trade", "Sales"], ["Trade"], ["Sales"]
    seeks: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({"q": "sales"}, both), ({"q": "trade"}, latest), ({"what": "people.Team"}, both),
        ({"what": "conversations.Inbox"}, []), ({"who": olga.pk}, latest),
        ({"since": "2026-03-04"}, latest), ({"until": "2026-03-03"}, first),
        ({"q": "%"}, []), ({"what": "people.Team", "who": adam.pk}, first),
    )  # fmt: skip
    for asked, found in seeks:
        shown = owner.get("/setup/changes/", asked).context["changes"]
        assert [one["row"].name for one in shown] == found, asked


def test_a_week_of_hours_is_told_by_the_clock(owner: Client) -> None:
    owner.post("/setup/hours/new/", OFFICE)
    (made,) = Change.objects.filter(thing__startswith="automation.Calendar:")
    told = {label: now for label, _was, now in labelled(made)}
    assert told["week, from Monday on"].startswith("09:00-12:00, 13:00-17:00; 09:00-")
    assert told["week, from Monday on"].endswith("; –")


@pytest.mark.parametrize(("kind", "said"), [("rule", LAMPS), ("filter", FILTER)])
def test_a_change_of_a_rule_or_filter_is_one_entry_with_its_difference(
    owner: Client, kind: str, said: Given
) -> None:
    cast.support(cast.olga())
    owner.post(f"/setup/{kind}s/new/", said)
    (made,) = Change.objects.all()
    assert (made.how, made.name) == ("made", "Lamps")
    url = f"/setup/{kind}s/{made.thing.partition(':')[2]}/"
    owner.post(url, said | {"name": "Bulbs", "text": "subject:bulb"})
    owner.post(f"{url}trial/")
    owner.post(f"{url}switch/", {"on": "yes"})
    told = [labelled(one) for one in Change.objects.order_by("pk")[1:]]
    assert told == [
        [("name", "Lamps", "Bulbs"), ("conditions", "subject:lamp", "subject:bulb")],
        [("on", "no", "yes")],
    ]


def test_the_table_holds_nothing_that_a_spreadsheet_would_compute(
    owner: Client, olga: Agent
) -> None:
    make_team('=HYPERLINK("x")', by=olga, at=cast.NOON)
    answer = owner.get("/setup/changes/?as=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="changes.csv"'
    (_head, row) = answer.content.decode().strip().splitlines()
    assert row.count("'=HYPERLINK") == 2
    assert ",=" not in row
    assert ',"=' not in row


def test_owners_alone_see_it_in_as_many_queries_for_many_as_for_few(
    owner: Client, admin: Client, olga: Agent
) -> None:
    assert admin.get("/setup/changes/").status_code == 403
    assert "/setup/changes/" not in admin.get("/setup/desk/").content.decode()
    counts = []
    for turn in range(2):
        for number in range(14):
            make_team(f"Team {turn} {number}", by=olga, at=cast.NOON)
        with CaptureQueriesContext(connection) as captured:
            owner.get("/setup/changes/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    for number in range(10):
        make_team(f"More {number}", by=olga, at=cast.NOON)
    page = owner.get("/setup/changes/")
    assert len(page.context["changes"]) == 30
    further = owner.get(f"/setup/changes/?{page.context['further']}").context
    assert [one["row"].name for one in further["changes"]][-1] == "Team 0 0"
    assert further["further"] == ""


def test_what_an_address_says_behind_its_path_is_compared_and_never_told(
    owner: Client,
) -> None:
    secret = "https://hook.example.org/in?token=s3cret"
    owner.post("/setup/context/", {**PANEL, "address": secret, "fresh_for_minutes": 15})
    owner.post("/setup/context/", {**PANEL, "address": f"{secret}2", "fresh_for_minutes": 15})
    rows = Change.objects.filter(thing__startswith="context.ContextPanel").order_by("pk")
    kept = str(list(rows.values()))
    assert "s3cret" not in kept
    shown = "https://hook.example.org/in?•••"
    assert [row.differences for row in rows][1:] == [f"address\t{shown}\t{shown}"]
    assert first_bent(cast.NOON) is None


def test_yes_no_lead_and_the_heads_of_the_table_are_in_the_readers_language(
    owner: Client, olga: Agent
) -> None:
    max_ = cast.max_()
    team = make_team("Repairs", by=olga, at=cast.NOON)
    change_team(team, name="Repairs", members=[max_], leads=[max_], by=olga, at=cast.NOON)
    Agent.objects.filter(pk=olga.pk).update(language="de")
    page = owner.get("/setup/changes/").content.decode()
    assert "Max Stone (Leitung)" in page
    head = owner.get("/setup/changes/?as=csv").content.decode().splitlines()[0]
    assert head == "Zeit,wer,was geschah,was,Name,davon,war,ist"
