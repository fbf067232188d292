"""Few numbers: the registry takes 21, each with its sentence, and every page's are among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import wingbeat
from wingbeat.screens.shown_numbers import MOST, SHOWN, Numbers, SaysNothing, TooManyNumbers

MARK = re.compile(r'data-number="([^"{]+)"')


def test_the_22nd_number_is_refused() -> None:
    numbers = Numbers()
    for place in range(MOST):
        numbers.register(f"number.{place}", "What it means.")
    with pytest.raises(TooManyNumbers, match="21 numbers"):
        numbers.register("one.more", "What it means.")
    numbers.register("number.3", "Said better.")
    assert (len(numbers.by_key), numbers.by_key["number.3"]) == (21, "Said better.")


def test_a_number_without_its_sentence_is_none() -> None:
    with pytest.raises(SaysNothing):
        Numbers().register("number", "  ")


def test_each_number_says_in_one_plain_sentence_what_it_means() -> None:
    for key, says in SHOWN.by_key.items():
        assert re.fullmatch(r"[A-Z][^.!?]{20,88}\.", str(says)), key


def test_every_number_that_a_template_marks_is_registered() -> None:
    folder = Path(wingbeat.__file__).parent
    marks = {
        mark for path in folder.rglob("*.html") for mark in MARK.findall(path.read_text("utf-8"))
    }
    assert marks, "the pages do mark their numbers"
    registered = tuple(f"{key}." for key in SHOWN.by_key)
    assert sorted(mark for mark in marks if not f"{mark}.".startswith(registered)) == []
