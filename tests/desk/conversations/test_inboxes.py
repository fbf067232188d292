"""Inboxes: opened, changed, and never without somebody who reads them."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.inboxes import (
    AddressTaken,
    NobodyReads,
    add_address,
    change_inbox,
    drop_address,
    give_inboxes,
    let_read,
    open_inbox,
)
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Team

pytestmark = pytest.mark.django_db


def changes() -> list[str]:
    rows = Entry.objects.filter(kind="inbox.changed").order_by("pk")
    return [entry.facts["change"] for entry in rows]


def test_each_verb_leaves_one_entry() -> None:
    olga, team = cast.olga(), cast.support_team()
    inbox = open_inbox(
        Inbox(name="Support", address="support@desk.example"), teams=[team], by=olga, at=cast.NOON
    )
    inbox.signature = "Yours"
    change_inbox(inbox, by=olga, at=cast.NOON)
    row = add_address(inbox, " Help@Desk.example", by=olga, at=cast.NOON)
    assert Inbox.objects.get().all_addresses == {"support@desk.example", "help@desk.example"}
    drop_address(row, by=olga, at=cast.NOON)
    other = Team.objects.create(name="Other")
    for _again in range(2):
        let_read(inbox, teams=[other], by=olga, at=cast.NOON)
    assert list(inbox.teams.all()) == [other]
    assert changes() == [
        "opened",
        "changed",
        "address_added",
        "address_dropped",
        "readers_changed",
    ]
    assert set(Entry.objects.values_list("inbox_id", flat=True)) == {inbox.pk}


def test_no_address_leads_to_two_inboxes() -> None:
    olga, inbox = cast.olga(), cast.support()
    with pytest.raises(AddressTaken):
        add_address(inbox, "SUPPORT@desk.example", by=olga, at=cast.NOON)
    add_address(inbox, "help@desk.example", by=olga, at=cast.NOON)
    second = Inbox(name="Help", address="help@desk.example")
    with pytest.raises(AddressTaken):
        open_inbox(second, teams=[cast.support_team()], by=olga, at=cast.NOON)


def test_an_inbox_keeps_a_team_that_reads_it() -> None:
    olga, inbox, team = cast.olga(), cast.support(), cast.support_team()
    with pytest.raises(NobodyReads, match="Support"):
        let_read(inbox, teams=[], by=olga, at=cast.NOON)
    with pytest.raises(NobodyReads, match="Support"):
        give_inboxes(team, inboxes=[], by=olga, at=cast.NOON)
    assert list(inbox.teams.all()) == [team]


def test_a_team_is_given_inboxes_and_each_that_changes_is_recorded() -> None:
    olga, support = cast.olga(), cast.support()
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    sales.teams.add(cast.support_team())
    night = Team.objects.create(name="Night")
    give_inboxes(night, inboxes=[support, sales], by=olga, at=cast.NOON)
    give_inboxes(night, inboxes=[sales], by=olga, at=cast.NOON)
    assert list(night.inboxes.all()) == [sales]
    assert changes() == ["readers_changed"] * 3
