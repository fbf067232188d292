"""The laws' pages: numbers with their interval, a verdict, evidence, and only what one may see."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.desk.insights.lives import caught_up
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.readings import SHARE, kept, page_of, weekly
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.insights.moment import Moment
from wingbeat.desk.insights.reading import Reading
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent
from wingbeat.laws import LAWS
from wingbeat.screens.agent.law_page import verdict
from wingbeat.screens.agent.law_words import MEANS, PAGES
from wingbeat.screens.shown_numbers import MOST, SHOWN
from wingbeat.stats import Estimate, NotEnough

pytestmark = pytest.mark.django_db


def test_a_number_stands_with_its_sentence_interval_n_method_and_caveat(
    desk: Client, support: Inbox
) -> None:
    kept([support.pk], "first_impression.kept", SHARE)
    page = page_of(desk)
    assert "How many heard from a person as soon as they were promised." in page
    assert '<strong data-number="first_impression.kept">80 %</strong>' in page
    assert "95 % interval 70 % to 90 % · n = 100" in page
    assert "First words came in time for 80 % (70 % to 90 %) of 100 conversations." in page
    assert "A conversation is decided once its first due time is past" in page
    assert "Method: Wilson." in page
    assert "What would change our mind" in page


@pytest.mark.parametrize(
    ("result", "code", "words"),
    [
        (Estimate(0.2, 0.05, 0.35, 80, "Newcombe"), "supported", "Supported here."),
        (Estimate(0.0, -0.15, 0.15, 80, "Newcombe"), "unsupported", "Not supported here."),
        (NotEnough(3, 20), "too_little", "Too little data to tell yet."),
        (None, "never", "Not measured yet."),
    ],
)
def test_a_law_that_has_no_effect_here_is_said_not_to_be_supported(
    desk: Client, support: Inbox, result: Any, code: str, words: str
) -> None:
    if result is not None:
        kept([support.pk], "first_impression.decides", result, unit="difference of shares",
             caveat="not_by_lot")  # fmt: skip
    page = page_of(desk)
    assert f'data-verdict="{code}">{words}' in page


@pytest.mark.parametrize(("told", "code"), [
    ("witnesses disagree", "unsupported"), ("no crowd", "unsupported"), ("crowd", "supported"),
])  # fmt: skip
def test_a_crowd_on_which_the_witnesses_disagree_does_not_speak_for_the_law(
    support: Inbox, told: str, code: str
) -> None:
    kept([support.pk], "support.crowd", Estimate(0.8, 0.4, 1.2, 300, "polynomial bunching"),
         unit="bins", caveat="process", details={"verdict": told})  # fmt: skip
    assert verdict("support", list(Reading.objects.all()))[0] == code


AHEAD, HALF = Estimate(0.05, 0.02, 0.08, 200, "ridge"), Estimate(200, 150, 260, 80, "Kaplan-Meier")
FORETOLD = "decay.half_life_foretold"


@pytest.mark.parametrize(("key", "result", "details", "telling", "code"), [
    ("memory.blend", AHEAD, {"peak_low": 0.1, "end_low": 0.2}, "", "supported"),
    ("memory.blend", AHEAD, {"peak_low": -0.1, "end_low": 0.2}, "", "unsupported"),
    ("memory.blend", AHEAD, {"peak_low": 0.1, "end_low": 0.0}, "", "unsupported"),
    ("decay.half_life", HALF, {"shape_high": 1.4}, "", "supported"),
    ("decay.half_life", HALF, {"shape_high": 0.7}, "", "unsupported"),
    ("decay.half_life", HALF, {"shape_high": 1.4}, FORETOLD, "too_little"),
])  # fmt: skip
def test_a_verdict_asks_what_the_law_claims(
    support: Inbox, key: str, result: Estimate, details: dict[str, float], telling: str, code: str
) -> None:
    kept([support.pk], key, result, unit="days", caveat="metaphor", details=details,
         telling=telling)  # fmt: skip
    assert verdict(key.partition(".")[0], list(Reading.objects.all()))[0] == code


@pytest.mark.parametrize("key", ["decay.half_life", "support.crowd", "memory.blend"])
def test_a_reading_of_an_earlier_version_is_no_reading_until_the_next_night(
    desk: Client, support: Inbox, key: str
) -> None:
    kept([support.pk], key, HALF, unit="days", caveat="metaphor", details={"from_before": 1})
    assert "Not measured yet." in page_of(desk, key.partition(".")[0])
    assert desk.get("/laws/").status_code == 200


def test_a_young_desk_is_told_how_much_is_missing_and_about_when(
    desk: Client, support: Inbox
) -> None:
    now = timezone.now()
    kept([support.pk], "first_impression.kept", NotEnough(5, 20), now - timedelta(days=10))
    kept([support.pk], "first_impression.kept", NotEnough(10, 20), now)
    page = page_of(desk)
    assert "Too little to say: 10 so far, 20 needed." in page
    assert "At the present pace there is enough about" in page
    kept([support.pk], "first_impression.median", NotEnough(1, 60), now - timedelta(days=10))
    kept([support.pk], "first_impression.median", NotEnough(2, 60), now)
    assert "At the present pace it takes more than a year." in page_of(desk)
    kept([support.pk], "first_impression.median", NotEnough(13, 31, of="answered"), now)
    assert "At the present pace" not in page_of(desk).partition("median")[2]
    kept([support.pk], "first_impression.kept", NotEnough(0, 20), now - timedelta(days=10))
    kept([support.pk], "first_impression.kept", NotEnough(0, 20), now)
    assert "will not reach it" not in page_of(desk)  # nothing counted is no pace
    empty = page_of(desk, "memory")
    assert "Nothing to measure yet." in empty


def test_evidence_leads_to_the_message_it_was_made_from(desk: Client, support: Inbox) -> None:
    begin = timezone.now() - timedelta(days=5)
    conversation = cast.opened(support, cast.said(at=begin))
    caught_up()
    message = conversation.messages.get()
    page = page_of(desk, "memory")
    link = f"/conversations/{conversation.pk}/?message={message.pk}#message-{message.pk}"
    assert f'<a href="{link}">Nobody answered when an answer was due</a>' in page
    assert f'id="message-{message.pk}"' in desk.get(link).content.decode()


def test_first_words_in_time_and_late_are_shown_and_nothing_beside_them(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    begin = timezone.now() - timedelta(days=9)
    for hours in (1, 60, 2, 50, 3, 4, 5):
        one = cast.opened(support, cast.said(at=begin))
        at = begin + timedelta(hours=hours)
        one.reply(cast.letter("We look."), by=ada, at=at, seen=None)
        receive(one, cast.said("And now?", at=at + timedelta(hours=1)), by=ada)
    caught_up()
    assert Moment.objects.filter(kind="silence").exists()
    main = LexborHTMLParser(page_of(desk)).css_first("main")
    assert main is not None
    told = [one.text() for one in main.css(".law-evidence a")]
    late, soon = "Our first words came late", "Our first words came in time"
    assert told == [late, late, soon, soon, soon, soon]


def test_the_index_names_every_law_and_where_each_is_measured(desk: Client, support: Inbox) -> None:
    page = desk.get("/laws/").content.decode()
    for law in LAWS:
        assert f'id="law-{law}"' in page
        assert law in PAGES or f"<code>wingbeat laws run {law}</code>" in page


def test_neither_words_nor_numbers_of_another_inbox_are_shown(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    hr = Inbox.objects.create(name="HR", address="hr@desk.example")
    begin = timezone.now() - timedelta(days=5)
    secret = cast.opened(hr, cast.said("About my pay.", at=begin))
    caught_up()
    assert Moment.objects.filter(conversation=secret).exists()
    kept([support.pk, hr.pk], "first_impression.kept", SHARE)
    for page in (page_of(desk), desk.get("/laws/").content.decode()):
        assert "80 %" not in page
        assert "These numbers cover more than you may see" in page
    assert f"/conversations/{secret.pk}/" not in page_of(desk, "memory")
    owner = client_of(cast.olga())
    assert "80 %" in page_of(owner)
    assert f"/conversations/{secret.pk}/" in page_of(owner, "memory")


def test_a_team_sees_its_own_numbers_and_asks_for_no_others(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    hr = Inbox.objects.create(name="HR", address="hr@desk.example")
    team = support.teams.get()
    kept([support.pk, hr.pk], "first_impression.kept", Estimate(0.2, 0.1, 0.3, 90, "Wilson"))
    kept([support.pk], "first_impression.kept", SHARE, team=team)
    page = page_of(desk)
    assert "80 %" in page
    assert "20 %" not in page
    stranger = cast._agent("stranger@desk.example", "Sam Stranger")
    assert client_of(stranger).get(f"/laws/first_impression/?team={team.pk}").status_code == 404


def test_only_who_looks_after_the_desk_asks_for_a_run_and_sees_how_far_it_is(
    desk: Client, support: Inbox, client_of: ClientOf, ada: Agent
) -> None:
    assert desk.post("/laws/run/").status_code == 403
    assert "Measure now" not in desk.get("/laws/").content.decode()
    owner = client_of(cast.olga())
    assert "have not been measured yet" in owner.get("/laws/").content.decode()
    assert owner.post("/laws/run/", follow=True).status_code == 200
    asked = owner.get("/laws/").content.decode()
    assert "it begins in a moment" in asked
    assert "Measure now" not in asked
    now = timezone.now()
    kept([support.pk], "first_impression.kept", SHARE, now)
    Entry.objects.create(kind=Kind.LAWS_BEGUN, agent_id=ada.pk, at=now, facts={"of": 4})
    assert "1 of 4 steps are done" in owner.get("/laws/").content.decode()
    failed = {"code": "stopped"}
    Entry.objects.create(kind=Kind.LAWS_FAILED, agent_id=ada.pk, at=timezone.now(), facts=failed)
    page = owner.get("/laws/").content.decode()
    assert "The latest run failed: it was stopped, or took longer than an hour." in page


@pytest.mark.parametrize("page", ["", "memory/"])
def test_numbers_of_the_example_desk_are_called_an_example(
    desk: Client, support: Inbox, settings: Settings, page: str
) -> None:
    assert "An example:" not in desk.get(f"/laws/{page}").content.decode()
    settings.WINGBEAT = {**settings.WINGBEAT, "demo": True}
    assert "An example:" in desk.get(f"/laws/{page}").content.decode()


def test_a_figure_from_outside_says_whose_it_is_how_many_and_whether_stated_or_observed(
    desk: Client, support: Inbox
) -> None:
    cited = 0
    for law in PAGES:
        main = LexborHTMLParser(page_of(desk, law)).css_first("main")
        assert main is not None
        grounds = [one.text() for one in main.css(".law-grounds dd")]
        assert len(grounds) == 3
        for text in grounds:
            figures = re.sub(r"\b(?:19|20)\d\d\b", "", text)
            if not re.search(r"\d", figures):
                continue
            cited += 1
            assert re.search(r"over \d+ \w+ \(\w+ .*(?:19|20)\d\d; .*(?:stated|observed)\)", text)
    assert cited >= 2


def test_a_light_agent_reads_no_laws(client_of: ClientOf, support: Inbox) -> None:
    light = client_of(cast.lena())
    assert light.get("/laws/").status_code == 403
    assert light.get("/laws/memory/").status_code == 403


def test_the_pages_cost_the_same_with_a_year_behind_them(desk: Client, support: Inbox) -> None:
    begin = timezone.now() - timedelta(days=5)
    counts = []
    for many in (10, 20):
        weekly(support, [0.5] * many)
        for _number in range(many):
            cast.opened(support, cast.said(at=begin))
        caught_up()
        desk.get("/laws/first_impression/")
        with CaptureQueriesContext(connection) as captured:
            page_of(desk)
            desk.get("/laws/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_is_remembered_and_what_was_lived_stand_side_by_side_and_apart(
    desk: Client, support: Inbox
) -> None:
    kept([support.pk], "memory.remembered", Estimate(-0.2, -0.3, -0.1, 40, "t"), unit="memory",
         caveat="model")  # fmt: skip
    kept([support.pk], "memory.lived", Estimate(0.1, 0.05, 0.15, 40, "t"), unit="memory",
         caveat="model")  # fmt: skip
    page = page_of(desk, "memory")
    assert "By the model, what 40 customers keep of us now is -0.20 on average" in page
    assert "By the model, what 40 customers lived through was +0.10 on average" in page
    assert "-0.05" not in page, "no number is made of both"


def test_the_weights_of_the_last_and_the_strongest_moment_are_those_of_this_desk(
    desk: Client, support: Inbox
) -> None:
    told = {"r2": 0.4, "r2_peak_end": 0.3, "spearman": 0.6, "spearman_peak_end": 0.5, "used": "yes"}
    details = told | {
        f"{part}{bound}": value
        for part, values in (
            ("peak", (0.2, 0.1, 0.3)),
            ("end", (0.5, 0.4, 0.6)),
            ("mean", (0.3, 0.2, 0.4)),
        )
        for bound, value in zip(("", "_low", "_high"), values, strict=True)
    }
    kept([support.pk], "memory.blend", SHARE, unit="R2", caveat="fitted_here", details=details)
    page = page_of(desk, "memory")
    assert "the strongest moment 0.20 (0.10 – 0.30), the last 0.50 (0.40 – 0.60)" in page


def test_every_number_on_a_page_of_the_desk_is_registered(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    caveats = {"memory": "model", "decay": "metaphor", "support": "process"}
    for law in PAGES:
        for key in SHOWN.of_law(law):
            caveat = caveats.get(law, "open_counted")
            kept([support.pk], key, NotEnough(1, 20), caveat=caveat)
    owner = client_of(cast.olga())
    pages = ["/laws/", *(f"/laws/{law}/" for law in PAGES), "/ends/", "/causes/", "/team/",
             "/settings/", "/setup/"]  # fmt: skip
    found = set()
    for url in pages:
        html = owner.get(url, follow=True).content.decode()
        found |= set(re.findall(r'data-number="([^"]+)"', html))
    assert found >= {key for law in PAGES for key in SHOWN.of_law(law)}
    marks = tuple(f"{key}." for key in SHOWN.by_key)
    assert [one for one in found if not f"{one}.".startswith(marks)] == []
    assert len(SHOWN.by_key) <= MOST


def test_every_number_of_a_law_says_its_scale_and_what_to_do() -> None:
    assert set(MEANS) == {key for law in PAGES for key in SHOWN.of_law(law)}
