"""Transactions overtake each other, and no reader of the journal misses or doubles an entry."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

import pytest
from django.db import connection, transaction

from tests import cast
from wingbeat.desk.journal import reading, sealing
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, SEALERS, TIMES = 4, 3, 30


@pytest.fixture(autouse=True)
def many_writers() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time, so no transaction overtakes another")


def written(tag: str) -> None:
    record(Kind.TAGGED, by=Agent.objects.system(), at=cast.NOON, facts={"tag": tag})


@contextmanager
def held_open(tag: str) -> Iterator[None]:
    """Write an entry in a transaction of another thread that is committed at the end."""
    wrote, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            written(tag)
            wrote.set()
            go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert wrote.wait(10)
    try:
        yield
    finally:
        go_on.set()
        thread.join()


def read_on(seen: list[str]) -> None:
    while reading.read("test", lambda entries: seen.extend(e.facts["tag"] for e in entries)):
        pass


def test_a_transaction_that_stays_open_holds_up_nobody_and_is_read_when_it_ends() -> None:
    Agent.objects.system()
    seen: list[str] = []
    with held_open("slow"):
        for number in range(3):
            with transaction.atomic():
                written(f"quick {number}")
            assert sealing.seal() == 1
            read_on(seen)
        assert seen == ["quick 0", "quick 1", "quick 2"]
        assert not sealing.is_behind()
    assert sealing.seal() == 1
    read_on(seen)
    assert seen == ["quick 0", "quick 1", "quick 2", "slow"]
    slow = Entry.objects.get(position=4)
    assert slow.pk < Entry.objects.get(position=1).pk  # it was overtaken
    assert sealing.first_bent() is None


def test_each_statement_looks_anew_whatever_the_servers_own_default_is() -> None:
    own = connection.copy()
    own.settings_dict["OPTIONS"] |= {"options": "-c default_transaction_isolation=serializable"}
    with closing(own):
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("read committed",)
        own.rollback()


def in_thread(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()


def test_every_reader_reads_each_entry_once_while_sealers_and_writers_race() -> None:
    Agent.objects.system()
    over = threading.Event()
    by_cursor: list[str] = []
    by_position: list[int] = []

    def write(writer: int) -> None:
        chance = random.Random(writer)
        for number in range(TIMES):
            with transaction.atomic():
                written(f"{writer} {number}")
                time.sleep(chance.random() / 100)
                if number % 7 == 0:
                    written(f"{writer} {number} more")

    def seal() -> None:
        while not over.is_set():
            sealing.seal()

    def follow() -> None:
        """Go by position without a lock, as live updates do."""
        while not over.is_set():
            last = by_position[-1] if by_position else 0
            by_position.extend(e.position or 0 for e in reading.after(last))

    def read() -> None:
        while not over.is_set():
            read_on(by_cursor)

    others = [*[seal] * SEALERS, follow, read]
    with ThreadPoolExecutor(WRITERS + len(others)) as pool:
        beside = [pool.submit(in_thread, work) for work in others]
        try:
            for done in [pool.submit(in_thread, partial(write, n)) for n in range(WRITERS)]:
                done.result(60)
            wait_until(lambda: not sealing.is_behind() and len(by_cursor) == Entry.objects.count())
            wait_until(lambda: len(by_position) == len(by_cursor))
        finally:
            over.set()
        for each in beside:
            each.result(20)
    expected = {
        f"{writer} {number}{more}"
        for writer in range(WRITERS)
        for number in range(TIMES)
        for more in (["", " more"] if number % 7 == 0 else [""])
    }
    assert sorted(by_cursor) == sorted(expected)
    assert by_position == list(range(1, len(expected) + 1))
    assert sealing.first_bent() is None


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
