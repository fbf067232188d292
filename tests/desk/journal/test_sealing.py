"""The journal: positions without gaps, a chain that cannot be bent, and no words in it."""

from __future__ import annotations

import pytest
from django.db import models, transaction

from tests import cast
from wingbeat.desk.journal import reading, sealing
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind, RecordedOutsideTransaction, record
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent

WORDLESS = (
    models.BigAutoField,
    models.BigIntegerField,
    models.DateTimeField,
    models.JSONField,
)


def _done(times: int) -> None:
    agent = Agent.objects.system()
    for _ in range(times):
        with transaction.atomic():
            record(Kind.TAGGED, by=agent, at=cast.NOON, facts={"tag": 1})


@pytest.mark.django_db(transaction=True)
def test_sealing_gives_positions_without_gaps_and_each_reader_goes_by_them() -> None:
    _done(3)
    assert sealing.seal() == 3
    _done(2)
    assert sealing.seal() == 2
    assert sealing.seal() == 0
    seen: list[int | None] = []
    while reading.read("test", lambda entries: seen.extend(e.position for e in entries), limit=2):
        pass
    assert seen == [1, 2, 3, 4, 5]
    assert reading.head() == 5


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_reads_the_same_entries_again() -> None:
    _done(1)
    seal()

    def stumble(entries: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        reading.read("test", stumble)
    assert reading.read("test", lambda entries: None) == 1


@pytest.mark.django_db(transaction=True)
def test_a_changed_entry_breaks_the_chain_where_it_stands() -> None:
    _done(4)
    seal()
    assert sealing.first_bent() is None
    Entry.objects.filter(position=3).update(agent_id=999)
    bent = sealing.first_bent()
    assert bent is not None
    assert bent.position == 3


@pytest.mark.django_db
def test_the_journal_has_no_room_for_words() -> None:
    wordy = [
        field.name
        for field in Entry._meta.get_fields()
        if isinstance(field, models.Field) and not isinstance(field, WORDLESS)
    ]
    assert wordy == ["kind", "digest", "differs"]  # a closed list of verbs, and two hashes


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RecordedOutsideTransaction, match="atomic"):
        record(Kind.TAGGED, by=Agent.objects.system(), at=cast.NOON)
