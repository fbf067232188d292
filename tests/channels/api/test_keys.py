"""Keys: shown once, kept as a digest, never more than whom they act as."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.keys import CannotMake, make_key, make_programs_key, revoke
from wingbeat.channels.api.models import ApiKey, Scope
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def test_a_key_says_whom_it_acts_as() -> None:
    ada = cast.ada()
    cast.support(ada)
    me = Program.of(ada).get("/me")
    assert (me["name"], me["scope"]) == ("Ada Fields", "write")
    assert [inbox["name"] for inbox in me["inboxes"]] == ["Support"]


def test_its_secret_is_kept_nowhere() -> None:
    key, secret = make_key("a script", Scope.READ, by=cast.ada(), at=cast.NOON)
    row = ApiKey.objects.filter(pk=key.pk).values_list().get()
    assert secret not in str(row)
    assert secret not in str(list(Entry.objects.values_list()))
    assert secret.startswith(key.begins)


def test_without_a_key_that_works_nothing_is_told() -> None:
    for header in ("", "Bearer wb_wrong", "Basic d2I6d2I=", "Bearer"):
        answer = Client(headers={"authorization": header}).get("/api/v1/me")
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "no_key"


def test_a_revoked_key_opens_nothing() -> None:
    ada = cast.ada()
    key, secret = make_key("a script", Scope.READ, by=ada, at=cast.NOON)
    revoke(key, by=ada, at=cast.NOON)
    Program(secret).get("/me", 401)


def test_a_key_of_somebody_who_left_opens_nothing() -> None:
    ada = cast.ada()
    program = Program.of(ada)
    Agent.objects.filter(pk=ada.pk).update(is_active=False)
    program.get("/me", 401)


def test_its_use_is_noted_to_the_minute() -> None:
    ada = cast.ada()
    Program.of(ada).get("/me")
    used = ApiKey.objects.get().used_at
    assert used is not None
    assert abs((timezone.now() - used).total_seconds()) < 60


def test_a_key_that_reads_changes_nothing() -> None:
    ada = cast.ada()
    found = cast.opened(cast.support(ada))
    reader = Program.of(ada, Scope.READ)
    told = reader.send(f"/conversations/{found.pk}/ending", {"reason": "answered"}, 403)
    assert told["error"]["code"] == "not_allowed"
    found.refresh_from_db()
    assert not found.is_over


def test_only_admins_look_after_the_desk_by_key() -> None:
    with pytest.raises(CannotMake):
        make_key("a script", Scope.ADMIN, by=cast.ada(), at=cast.NOON)
    olga = cast.olga()
    program = Program.of(olga, Scope.ADMIN)
    program.get("/audit")
    Agent.objects.filter(pk=olga.pk).update(role="agent")  # a key never outlives a role
    program.get("/audit", 403)


def test_a_program_reads_its_inboxes_and_no_other() -> None:
    ada = cast.ada()
    support = cast.support(ada)
    other = Inbox.objects.create(name="Sales", address="sales@desk.example")
    here = cast.opened(support)
    there = cast.opened(other, cast.said(sender=cast.OTTO))
    shop = Program.named(support)
    numbers = [one["number"] for one in shop.get("/conversations")["items"]]
    assert numbers == [here.pk]
    shop.get(f"/conversations/{there.pk}", 404)
    assert shop.get("/me")["name"] == "Shop"


def test_no_admin_reads_a_team_inbox_through_a_program() -> None:
    private = Inbox.objects.create(name="Us", address="us@desk.example", is_for_team=True)
    with pytest.raises(CannotMake):
        make_programs_key("Spy", Scope.READ, [private], by=cast.olga(), at=cast.NOON)
    support = cast.support()
    shop = Program.named(support)
    found = cast.opened(support)
    Inbox.objects.filter(pk=support.pk).update(is_for_team=True)  # it became one later
    shop.get(f"/conversations/{found.pk}", 404)


def test_a_program_is_nobody_that_work_is_given_to() -> None:
    ada = cast.ada()
    support = cast.support(ada)
    shop = Program.named(support)
    me, found = shop.get("/me")["id"], cast.opened(support)
    shop.send(f"/conversations/{found.pk}/assignment", {"agent": me}, 422, "PUT")
    assert me not in [agent["id"] for agent in shop.get("/agents")["items"]]
    assert not Agent.objects.get(pk=me).has_usable_password()


def test_too_many_requests_in_a_minute_are_told_when_to_come_again(settings: Settings) -> None:
    cache.clear()
    settings.WINGBEAT = {**settings.WINGBEAT, "api_per_minute": 2}
    program = Program.of(cast.ada())
    answers = [program.client.get("/api/v1/me") for _one in range(3)]
    assert 429 in [one.status_code for one in answers]
    late = answers[-1]
    if late.status_code == 429:  # a minute may just have ended
        assert 1 <= int(late["Retry-After"]) <= 60
        assert late.json()["error"]["code"] == "too_many"
