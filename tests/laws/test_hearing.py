"""What the coach may speak of as it is shipped: what was heard rightly nine times in ten."""

from __future__ import annotations

import pytest

from wingbeat.laws.coaching import coach, proven, shipped_policy
from wingbeat.laws.drafts import Around


def keys(text: str, language: str, customer_words: str = "") -> list[str]:
    around = Around(customer_words=customer_words)
    return [one.says.key for one in coach(text, around, language=language).findings]


COURTESY = "Hi Ada,\nthank you for your patience. We value your feedback.\nKind regards"
LATE_REQUEST = "The lamp is on its way.\nHave a nice day!\nPlease send us your phone number."


def test_a_reply_that_does_nothing_is_told_in_english() -> None:
    assert keys(COURTESY, "en") == ["support.no_act"]
    assert keys(f"{COURTESY}\nYour refund is on its way.", "en") == []


def test_whoever_only_thanked_may_be_answered_with_courtesy_alone() -> None:
    assert keys(COURTESY, "en", "Thank you so much!") == []
    assert keys(COURTESY, "en", "Where is my lamp?") != []


def test_names_alone_are_not_called_courtesy() -> None:
    assert keys("The red one.", "en") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", LATE_REQUEST),
        ("hu", "A lámpa úton van.\nTovábbi szép napot!\nKérem, küldje el a telefonszámát."),
    ],
)
def test_a_request_after_the_farewell_is_told_where_both_are_heard(
    language: str, text: str
) -> None:
    assert keys(text, language) == ["memory.request_after_farewell"]
    matter, farewell, request = text.split("\n")
    assert keys(f"{matter}\n{request}\n{farewell}", language) == []


@pytest.mark.parametrize("language", ["en", "de", "ru", "hu"])
def test_a_bare_no_is_told_in_none_of_them_yet(language: str) -> None:
    assert "bare_no" not in proven(language, shipped_policy().least_precision)
    assert keys("We cannot refund this ticket.", "en") == []


@pytest.mark.parametrize("language", ["de", "ru"])
def test_nothing_that_rests_on_one_act_is_told_where_nobody_measured(language: str) -> None:
    assert proven(language, shipped_policy().least_precision) == frozenset()
