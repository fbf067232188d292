"""Every address of the desk, asked by everybody: nobody reads or changes what is not theirs."""

from __future__ import annotations

import hashlib

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.screens.addresses import ADDRESSES, RULES, address, rows_of
from tests.screens.asking import (
    ask_for_what_is_closed,
    asked,
    listen_to_live_updates,
    read_what_is_open,
)
from tests.screens.random_desk import RandomDesk
from tests.screens.reader import Reader
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.view import ViewCount
from wingbeat.desk.people.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEEDS = range(3)
# What takes no post of anybody's.
ONLY_SHOWN = {f"agent:{name}" for name in ("conversation-takers", "conversation-causes")}


def picture() -> str:
    """A fingerprint of all that is stored, but for sessions, times of logging in and counts."""
    digest = hashlib.sha256()
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model not in {Session, ViewCount}:  # who looks at which counts
            columns = [f.attname for f in model._meta.concrete_fields if f.name != "last_login"]
            digest.update(repr(list(model.objects.order_by("pk").values_list(*columns))).encode())  # type: ignore[attr-defined]  # each has a manager
    return digest.hexdigest()


@pytest.fixture(params=SEEDS)
def desk(request: pytest.FixtureRequest) -> RandomDesk:
    cache.clear()
    return RandomDesk.thrown(request.param)


def test_every_address_has_a_rule() -> None:
    assert set(ADDRESSES) == set(RULES)


def test_what_is_closed_looks_like_what_is_not_there(desk: RandomDesk) -> None:
    before = picture()
    assert ask_for_what_is_closed(desk) > 200
    assert picture() == before


def test_no_page_holds_a_word_that_its_reader_may_not_read(desk: RandomDesk) -> None:
    before = picture()
    assert read_what_is_open(desk) > 200
    assert picture() == before, "looking at pages has changed something"


def test_light_agents_change_nothing_but_their_own_words(desk: RandomDesk) -> None:
    before = picture()
    for agent in (one for one in desk.agents if one.role == Role.LIGHT):
        reader = Reader(agent)
        for name, rule in RULES.items():
            if rule.for_light:
                continue
            for one in rows_of(rule.about):
                own = rule.about == "own message" and one.agent_id == agent.pk
                if not own and reader.may(rule.about, one):
                    status = reader.client.post(address(name, one)).status_code
                    assert status == (405 if name in ONLY_SHOWN else 403), (name, status)
        assert reader.client.post("/conversations/new/").status_code == 404
    assert picture() == before


def test_light_agents_are_offered_only_what_they_may_do(desk: RandomDesk) -> None:
    for agent in (one for one in desk.agents if one.role == Role.LIGHT):
        reader = Reader(agent)
        for about in ("conversation", "customer"):
            closed = {name for name, rule in RULES.items()
                      if rule.about == about and not rule.for_light}  # fmt: skip
            for one in rows_of(about):
                if reader.may(about, one):
                    page = reader.client.get(address(f"agent:{about}", one), follow=True)
                    for name in closed:
                        assert f'"{address(name, one)}"' not in page.content.decode(), name


def test_what_is_open_can_be_posted_to_and_nothing_breaks(desk: RandomDesk) -> None:
    for agent in desk.agents:
        reader = Reader(agent)
        for name, url in asked(reader, desk, open_to_them=True):
            if agent.role == Role.LIGHT and not RULES[name].for_light:
                continue
            for form in ({}, {"pk": "x", "agent": "²", "from": "9" * 40, "inbox": "9" * 400}):
                with transaction.atomic():
                    status = reader.client.post(url, form).status_code
                    transaction.set_rollback(True)
                assert status not in {403, 500}, (name, url, agent.role, form)


def test_the_administration_is_closed_to_agents_and_owning_to_admins(desk: RandomDesk) -> None:
    before = picture()
    for agent in desk.agents:
        closed = set() if agent.role == Role.OWNER else {"owning"}
        closed |= set() if agent.may_administer else {"administration"}
        reader = Reader(agent)
        for name, rule in RULES.items():
            if rule.about in closed:
                assert reader.client.get(address(name)).status_code == 403
                assert reader.client.post(address(name)).status_code == 403
    assert picture() == before


def test_counts_in_the_rail_are_counts_of_what_its_reader_sees(desk: RandomDesk) -> None:
    for agent in desk.agents:
        reader = Reader(agent)
        visible = Conversation.objects.visible_to(reader.agent).waiting_for_us()
        page = reader.client.get("/rail/").context["rail"]
        for place in page.inboxes:
            assert place.count == str(visible.filter(inbox_id=place.pk).count() or "")
        assert page.waiting == str(visible.count() or "")
        shown = reader.client.get("/tray/").context["items"]
        assert page.tray == str(len(shown) or "")


def test_live_updates_go_to_those_who_may_read_the_conversation(desk: RandomDesk) -> None:
    assert listen_to_live_updates(desk)


def test_whoever_is_not_logged_in_is_sent_to_the_log_in() -> None:
    RandomDesk.thrown(0)
    before, client = picture(), Client()
    for name, rule in RULES.items():
        if rule.about in {"logging in", "an empty desk", "everybody", "a key"}:
            continue
        rows = rows_of(rule.about) or [None]
        if rule.about == "a link":
            url = address(name)
            assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}, name
            continue
        for method in (client.get, client.post):
            answer = method(address(name, rows[0]))
            if answer.status_code != 405:
                assert answer.status_code == 302, name
                assert answer["Location"].startswith("/account/login/"), name
    assert picture() == before


def test_every_post_needs_the_token_of_a_form() -> None:
    desk = RandomDesk.thrown(0)
    before, client = picture(), Client(enforce_csrf_checks=True)
    client.force_login(desk.agents[0])
    for name, rule in RULES.items():
        if rule.about in {"a link", "everybody", "a key"}:
            continue  # it is the key itself, and no cookie lends a forged form anything
        rows = rows_of(rule.about) or [None]
        assert client.post(address(name, rows[0])).status_code == 403, name
    assert picture() == before
