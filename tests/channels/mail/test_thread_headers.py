"""References that fit, and Outlook's index continued."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from tests import cast
from wingbeat.channels.mail.thread_headers import LONGEST_REFERENCES, references, thread_index

LATER = cast.after(hours=3)


def index(previous: str = "", root: str = "desk 1") -> bytes:
    made = thread_index(previous, root=root, began_at=cast.NOON, at=LATER)
    return base64.b64decode(made)


def test_the_thread_is_named_oldest_first_and_what_is_answered_last() -> None:
    assert references(["a@x", "b@x", "c@x", "b@x"]) == ["a@x", "c@x", "b@x"]
    assert references([]) == []
    assert references(["", "not an id", "é@x"]) == []


def test_a_long_thread_keeps_its_first_and_its_latest() -> None:
    ids = [f"{number:03}.{'x' * 40}@mail.example" for number in range(200)]
    kept = references(ids)
    assert kept[0] == ids[0]
    assert kept[-20:] == ids[-20:]
    assert sum(len(each) + 3 for each in kept) <= LONGEST_REFERENCES


def test_ids_so_long_that_nothing_else_fits_leave_what_is_answered() -> None:
    first, answered = "a" * 800 + "@x", "b" * 900 + "@x"
    assert references([first, "c@x", answered]) == [answered]


@given(st.lists(st.text("abc@.", min_size=1, max_size=300), max_size=60))
def test_references_are_never_doubled_and_never_too_long(ids: list[str]) -> None:
    kept = references(ids)
    assert len(set(kept)) == len(kept)
    assert sum(len(each) + 3 for each in kept) <= LONGEST_REFERENCES
    assert not ids or kept[-1] == ids[-1]


def test_a_new_thread_begins_with_its_time_and_a_name_of_its_own() -> None:
    made = index()
    assert len(made) == 27
    assert made[0] == 1  # so begins every Thread-Index of this age
    ticks = int.from_bytes(made[:6], "big") << 16
    seconds = ticks / 10_000_000 - 11_644_473_600
    assert abs(seconds - cast.NOON.timestamp()) < 0.01
    assert index(root="desk 2")[:22] != made[:22]
    assert index() == made


def test_the_customers_own_index_is_continued() -> None:
    theirs = index(root="their Outlook")[:22]
    answered = index(base64.b64encode(theirs).decode())
    assert answered[:22] == theirs
    assert len(answered) == 27
    passed = (int.from_bytes(answered[22:26], "big") & 0x7FFF_FFFF) << 18
    assert abs(passed / 10_000_000 - timedelta(hours=3).total_seconds()) < 0.1


@pytest.mark.parametrize("broken", ["!!", "QUJD", base64.b64encode(b"x" * 23).decode(), "é" * 40])
def test_an_index_that_is_none_is_replaced(broken: str) -> None:
    assert index(broken) == index()


def test_an_index_does_not_grow_for_ever() -> None:
    made = ""
    for _ in range(100):
        made = thread_index(made, root="desk 1", began_at=cast.NOON, at=LATER)
    assert len(made) <= 300
