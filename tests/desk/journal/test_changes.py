"""What was and what is: found by itself, kept out of the journal, covered by its chain."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from django.db import connection

from tests import cast
from wingbeat.channels.api.keys import make_programs_key
from wingbeat.channels.api.models import Scope
from wingbeat.channels.webhooks.subscribing import remove, subscribe
from wingbeat.desk.conversations.inboxes import change_inbox
from wingbeat.desk.conversations.view import View, keep as keep_view
from wingbeat.desk.journal import changes, sealing
from wingbeat.desk.journal.changes import KEPT_FOR, first_bent, forget_old, labelled
from wingbeat.desk.journal.models import Change, Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.journal.watched import WATCHED
from wingbeat.desk.macros.preparing import Prepared, keep
from wingbeat.desk.people.models import Role
from wingbeat.desk.people.placing import place
from wingbeat.desk.people.teams import change_team, make_team

pytestmark = pytest.mark.django_db

# Kinds that change a setting's name but no setting of the desk, each with its reason.
NOT_WATCHED = {
    "customer.changed": "about a customer, who can be erased",
    "fields.changed": "about a customer, who can be erased",
    "availability.changed": "nobody's past is kept",
}


def told(thing: str) -> list[tuple[str, str, str]]:
    rows = Change.objects.filter(thing__startswith=thing).order_by("-pk")
    return labelled(rows[0])


def test_every_kind_of_a_changed_setting_is_watched() -> None:
    kinds = {str(kind) for kind in Kind if kind.endswith(".changed")}
    assert kinds - set(WATCHED) == set(NOT_WATCHED)
    assert set(WATCHED) <= {str(kind) for kind in Kind}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the other has no such limit here")
def test_a_record_longer_than_a_query_takes_numbers_is_checked_all_the_same() -> None:
    olga = cast.olga()
    team = make_team("Sales", by=olga, at=cast.NOON)
    for number in range(30):
        change_team(team, name=f"Sales {number}", members=[], leads=[], by=olga, at=cast.NOON)
    connection.ensure_connection()
    most = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 20)
    try:
        assert first_bent(cast.NOON) is None
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, most)


def test_who_joins_leaves_and_leads_a_team_is_told_by_name() -> None:
    olga, ada, max_ = cast.olga(), cast.ada(), cast.max_()
    team = make_team("Sales", by=olga, at=cast.NOON)
    change_team(team, name="Sales", members=[ada, max_], leads=[], by=olga, at=cast.NOON)
    assert told("people.Team") == [("people", "", "Ada Fields, Max Stone")]
    change_team(team, name="Trade", members=[], leads=[max_], by=olga, at=cast.NOON)
    assert told("people.Team") == [
        ("name", "Sales", "Trade"),
        ("people", "Ada Fields, Max Stone", "Max Stone (lead)"),
    ]
    change = Change.objects.order_by("-pk")[0]
    assert (change.how, change.name, change.agent_id) == ("changed", "Trade", olga.pk)


def test_a_new_place_is_told_of_the_person_and_of_their_teams() -> None:
    olga, ada = cast.olga(), cast.ada()
    team = make_team("Sales", by=olga, at=cast.NOON)
    place(ada, role=Role.AGENT, teams=[team], by=olga, at=cast.NOON)
    place(ada, role=Role.ADMIN, teams=[], by=cast.olga(), at=cast.NOON)
    assert told("people.Agent") == [("role", "Agent", "Admin"), ("teams", "Sales", "")]
    assert told("people.Team") == [("people", "Ada Fields", "")]


def test_a_renamed_team_is_no_change_of_the_inboxes_it_reads() -> None:
    olga, inbox = cast.olga(), cast.support(cast.ada())
    change_inbox(inbox, by=olga, at=cast.NOON)
    team = inbox.teams.get()
    change_team(team, name="Help", members=[cast.ada()], leads=[], by=olga, at=cast.NOON)
    inbox.signature = "Yours,\nHelp"
    change_inbox(inbox, by=olga, at=cast.NOON)
    assert told("conversations.Inbox") == [("signature", "", "Yours, Help")]


def test_what_is_kept_as_it_was_is_no_change() -> None:
    olga, inbox = cast.olga(), cast.support(cast.ada())
    change_inbox(inbox, by=olga, at=cast.NOON)
    count = Change.objects.count()
    change_inbox(inbox, by=olga, at=cast.NOON)
    assert Change.objects.count() == count > 0


def test_secrets_are_masked_and_removals_told() -> None:
    olga, inbox = cast.olga(), cast.support(cast.ada())
    key, _opens = make_programs_key("Shop", Scope.READ, [inbox], by=olga, at=cast.NOON)
    assert ("reads", "", "Support") in told("api.ApiKey")
    hook, secret = subscribe("https://shop.example.org/", key, [], by=olga, at=cast.NOON)
    sealed = hook.secret
    assert ("secret", "", "•••") in told("webhooks.Webhook")
    remove(hook, by=olga, at=cast.NOON)
    change = Change.objects.order_by("-pk")[0]
    assert (change.how, change.name) == ("removed", "https://shop.example.org/")
    stored = str(list(Change.objects.values()))
    assert secret not in stored
    assert sealed not in stored


def test_what_is_somebodys_own_is_nobody_elses_business() -> None:
    ada, olga = cast.ada(), cast.olga()
    mine = Prepared(name="Mine", language="en", html="<p>Hi</p>", text="Hi", owner=ada)
    macro = keep(None, mine, by=ada, at=cast.NOON)
    assert not Change.objects.exists()
    all_ = Prepared(name="Ours", language="en", html="<p>Hi</p>", text="Hi")
    keep(macro, all_, by=olga, at=cast.NOON)
    assert ("words", "", "en Hi") in told("macros.Macro")


def test_a_view_of_one_team_is_told_once_it_is_for_everybody() -> None:
    ada = cast.ada()
    team = cast.support_team(ada)
    view = View(name="Lamps", question="subject:lamp", for_whom="team", team=team, owner=ada)
    keep_view(view, by=ada, at=cast.NOON)
    assert not Change.objects.exists()
    view.for_whom, view.team = "all", None
    keep_view(view, by=cast.olga(), at=cast.NOON)
    assert ("name", "", "Lamps") in told("conversations.View")


def test_the_journal_holds_no_word_of_it_and_its_chain_covers_all() -> None:
    olga = cast.olga()
    for name in ("Sales", "Trade"):
        make_team(name, by=olga, at=cast.NOON)
    sealing.seal()
    assert "Sales" not in str(list(Entry.objects.values()))
    assert first_bent(cast.NOON) is None
    one = Change.objects.order_by("pk")[0]
    Change.objects.filter(pk=one.pk).update(differences=one.differences.replace("Sales", "Sails"))
    assert first_bent(cast.NOON) == one.entry
    Change.objects.filter(pk=one.pk).delete()
    assert first_bent(cast.NOON) == one.entry
    Entry.objects.filter(pk=one.entry).update(differs="")
    assert first_bent(cast.NOON) is None
    assert sealing.first_bent() is not None, "a digest cannot be taken out of the chain"


def test_a_row_that_no_entry_tells_of_is_found() -> None:
    make_team("Sales", by=cast.olga(), at=cast.NOON)
    (one,) = Change.objects.all()
    one.pk, one.entry = None, 10**9
    one.save()
    assert first_bent(cast.NOON) == 10**9


def test_what_is_three_years_old_is_forgotten_but_how_things_are() -> None:
    olga = cast.olga()
    team = make_team("Sales", by=olga, at=cast.NOON)
    later = cast.NOON + timedelta(days=1)
    change_team(team, name="Trade", members=[], leads=[], by=olga, at=later)
    assert forget_old(cast.NOON + KEPT_FOR) == 0
    now = later + KEPT_FOR + timedelta(days=3)
    assert forget_old(now) == 1
    assert first_bent(now) is None
    change_team(team, name="Sales", members=[], leads=[], by=olga, at=now)
    assert told("people.Team") == [("name", "Trade", "Sales")]
    assert changes.first_bent(now) is None
