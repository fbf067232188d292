"""How a matter stands after a sentence, in every language."""

from __future__ import annotations

import pytest

from wingbeat.language.afterwards import COMPLAINS, STANDS, afterwards, complains
from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases, words
from wingbeat.language.sentences import Sentence, sentences
from wingbeat.language.telling import LANGUAGES


def heard(text: str, language: str = "en") -> set[str]:
    return {one for sentence in sentences(text) for one in afterwards(sentence, language)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stand", STANDS)
def test_every_phrase_is_heard_in_its_own_sentence(language: str, stand: str) -> None:
    told = page(language, "afterwards")[stand]
    for phrase, example in told["phrases"] + told["unless"]:
        assert list(Phrases([(phrase, stand)]).find(words(example))), (phrase, example)
    for phrase, example in told["phrases"]:
        assert stand in heard(example, language), (phrase, example)
    for phrase, example in told["unless"]:
        assert stand not in heard(example, language), (phrase, example)


def test_every_phrase_of_a_complaint_is_heard_in_its_own_sentence() -> None:
    told = page("en", "afterwards")[COMPLAINS]
    for phrase, example in told["phrases"] + told["unless"]:
        assert list(Phrases([(phrase, COMPLAINS)]).find(words(example))), (phrase, example)
    wrong = [line for line in told["phrases"] if not all(map(_complains, sentences(line[1])))]
    wrong += [line for line in told["unless"] if any(map(_complains, sentences(line[1])))]
    assert wrong == []


def _complains(sentence: Sentence) -> bool:
    return complains(sentence, "en")


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("I'll get back to you tomorrow.", {"comes_back", "ours_to_do"}),
        ("If you send the photo, I'll get back to you.", {"their_turn"}),
        ("Thanks, but the lamp still does not light.", {"still_wrong"}),
        ("If it still does not light, I will buy another.", set()),
        ("I tried your steps and it works now.", {"settled"}),
        ("It does not work now.", {"still_wrong"}),
        ("The lamp is blue.", set()),
    ],
)
def test_a_condition_or_a_no_takes_it_back(text: str, stands: set[str]) -> None:
    assert heard(text) == stands
