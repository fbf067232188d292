"""Subjects compared as people mean them."""

from __future__ import annotations

import pytest

from wingbeat.channels.mail.subjects import base_of, is_answer, is_same, is_similar, numbers_in


@pytest.mark.parametrize(
    "subject",
    [
        "A broken lamp", "Re: A broken lamp", "RE: AW: A broken lamp", "Re[2]: a  broken lamp",
        "Fwd: [Desk #12] A broken lamp", "[EXTERNAL] Re: A broken lamp", "Vá: A broken lamp",
        "Ответ: A broken lamp", "回复：A broken lamp", "SV: VS: Fw: A broken lamp",
    ],
)  # fmt: skip
def test_marks_of_answering_and_tags_are_no_part_of_a_subject(subject: str) -> None:
    assert base_of(subject) == "a broken lamp"


@pytest.mark.parametrize(
    "subject", ["Reg: a lamp", "Instead: a lamp", "Free: a lamp", "I am: late"]
)
def test_words_that_only_begin_like_marks_stay(subject: str) -> None:
    assert base_of(subject) == subject.casefold()


def test_a_subject_of_marks_alone_says_nothing() -> None:
    assert base_of("Re: ") == base_of("[Desk #1]") == base_of("") == ""


def test_an_empty_subject_says_nothing_new() -> None:
    assert is_same("", "A broken lamp")
    assert is_same("Re: A broken lamp", "A broken lamp (order 7)")
    assert not is_same("Another thing", "A broken lamp")


def test_similar_subjects_share_most_of_their_words() -> None:
    assert is_similar("The broken lamp", "My broken lamp, the second")
    assert not is_similar("The broken lamp", "The invoice")
    assert not is_similar("", "")


def test_only_a_number_in_brackets_with_a_hash_is_a_hook() -> None:
    assert numbers_in("Re: [Desk #12] order #7 [8] (#9) [#13]") == [12, 13]
    assert numbers_in(f"[#{'9' * 40}]") == []


def test_answers_are_told_from_forwards() -> None:
    assert is_answer("AW: A lamp")
    assert not is_answer("Fwd: A lamp")
