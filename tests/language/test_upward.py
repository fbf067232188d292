"""Asking for somebody above is heard in every language, and taking it back is, too."""

from __future__ import annotations

import pytest

from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases, words
from wingbeat.language.telling import LANGUAGES
from wingbeat.language.upward import asks_upward


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_heard_in_its_own_sentence(language: str) -> None:
    told = page(language, "upward")["asks"]
    for phrase, example in told["phrases"] + told["unless"]:
        assert list(Phrases([(phrase, 1)]).find(words(example))), (phrase, example)
    for _phrase, example in told["phrases"]:
        assert asks_upward(example), example
    for _phrase, example in told["unless"]:
        assert not asks_upward(example), example


@pytest.mark.parametrize(
    "text",
    [
        "No need for a manager, you were quick.",
        "I manage a shop and need another lamp.",
        "Der Chef war sehr freundlich, danke.",
        "Спасибо, начальник доволен.",
        "Köszönöm, a vezeték megjött.",
        "",
    ],
)
def test_who_only_names_one_asks_for_nobody(text: str) -> None:
    assert not asks_upward(text)
