"""Every entry of a language's pages does what the sentence beside it shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from wingbeat.language.acts import ACTS, acts_of
from wingbeat.language.dates import dates
from wingbeat.language.meaning import questions, stems
from wingbeat.language.names import spelling
from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases
from wingbeat.language.register import register_of
from wingbeat.language.sentences import sentences
from wingbeat.language.telling import LANGUAGES

ZONE = ZoneInfo("Europe/Budapest")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZONE)


def heard(phrase: str, example: str) -> bool:
    alone = Phrases([(phrase, "heard")])
    return any(True for one in sentences(example) for _found in alone.find(one.words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_heard_in_its_sentence(language: str) -> None:
    told = page(language, "acts")
    assert set(told) == set(ACTS) - {"names"}
    lines = [line for act in told.values() for key in ("phrases", "unless", "undated")
             for line in act.get(key, ())]  # fmt: skip
    assert [line for line in lines if not heard(*line)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_takes_an_act_back_takes_it_back(language: str) -> None:
    told = page(language, "acts")
    left = [
        (act, example)
        for act, lines in told.items()
        for _phrase, example in (*lines["unless"], *lines.get("undated", ()))
        if any(act in acts_of(one, language) for one in sentences(example))
    ]
    assert left == []


def lines(language: str) -> list[list[Any]]:
    return [[kind, *line] for kind in ("until", "on", "within")
            for line in page(language, "dates")[kind]]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_date_means_what_its_line_says(language: str) -> None:
    wrong = []
    for kind, _pattern, example, means in lines(language):
        found = [
            (span.kind, f"{span.due_at:%Y-%m-%d %H:%M}")
            for one in sentences(example)
            for span in dates(example, one, language, at=MONDAY, zone=ZONE)
        ]
        if found != [(kind, means)]:
            wrong.append((example, means, found))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_is_told(language: str) -> None:
    told = page(language, "register")
    wrong = [(text, means) for text, means in told["tests"]
             if (register_of(sentences(text), language) or "") != means]  # fmt: skip
    assert wrong == []
    spoken = {word for text, _means in told["tests"] for word in text.lower().strip(".?!").split()}
    signs = {word.lower() for key in ("formal", "familiar", "capitals") for word in told[key]}
    assert signs - {word.strip(",!") for word in spoken} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_wants_what_its_line_says(language: str) -> None:
    wrong = []
    for text, wants, about in page(language, "questions")["tests"]:
        found = questions(sentences(text), language)
        if (found[0].wants if found else "words", bool(found)) != (wants, about):
            wrong.append((text, found))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_common_words_tell_nothing(language: str) -> None:
    for word in page(language, "questions")["common"]:
        assert stems(sentences(word)[0].words, language) == frozenset()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pet_name_is_right(language: str) -> None:
    for row in page(language, "names")["pet"]:
        first, *others = row.title().split()
        assert {spelling(other, [first], language) for other in others} <= {"right"}, row
