"""The journal: positions without gaps, a chain that cannot be bent, and no words in it."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, models, transaction

from tests import cast
from tests.config.sealed import seal
from wingbeat.desk.journal import reading, sealing
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind, RecordedOutsideTransaction, record
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


def sealed(wanted: int) -> int:
    """Seal so many entries: transactions of other databases hold a server's horizon back."""
    count, end = 0, time.monotonic() + 20
    while count < wanted and time.monotonic() < end:
        count += sealing.seal()
    return count


@pytest.mark.django_db(transaction=True)
def test_sealing_gives_positions_without_gaps_and_each_reader_goes_by_them() -> None:
    _done(3)
    assert sealed(3) == 3
    _done(2)
    assert sealed(2) == 2
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


@pytest.mark.django_db(transaction=True)
def test_an_entry_of_a_running_transaction_is_never_passed_over() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time, so no transaction overtakes another")
    agent = Agent.objects.system()
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(Kind.TAGGED, by=agent, at=cast.NOON, facts={"slow": True})
            written.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    _done(1)  # commits first, with the higher id
    assert sealing.seal() == 0
    go_on.set()
    thread.join()
    assert sealed(2) == 2
    assert [e.facts for e in reading.after(0)] == [{"slow": True}, {"tag": 1}]


@pytest.mark.django_db
def test_the_journal_has_no_room_for_words() -> None:
    wordy = [
        field.name
        for field in Entry._meta.get_fields()
        if isinstance(field, models.Field) and not isinstance(field, WORDLESS)
    ]
    assert wordy == ["kind", "digest"]  # a closed list of verbs, and a hash


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RecordedOutsideTransaction, match="atomic"):
        record(Kind.TAGGED, by=Agent.objects.system(), at=cast.NOON)
