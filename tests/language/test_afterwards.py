"""How a matter stands after a sentence, in every language."""

from __future__ import annotations

import pytest

from wingbeat.language.afterwards import COMPLAINS, afterwards, complains
from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases, words
from wingbeat.language.sentences import Sentence, sentences
from wingbeat.language.telling import LANGUAGES

STANDS = ("comes_back", "ours_to_do", "their_turn", "still_wrong", "failed", "settled", "over")


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
        ("I tried your steps and it works now.", {"settled", "over"}),
        ("It does not work now.", {"still_wrong"}),
        ("The lamp is blue.", set()),
        # A wish, a question and a no settle nothing.
        ("How do I get around this?", set()),
        ("When will it be back to normal?", set()),
        ("I would be happy to have an answer.", set()),
        ("I'd be happy to see the refund.", set()),
        ("I am not happy that I have to wait.", set()),
        ("I cannot get around this.", set()),
        ("The old lamp was much better than this one.", set()),
        ("Restarting never helped.", {"failed"}),
    ],
)
def test_a_condition_or_a_no_takes_it_back(text: str, stands: set[str]) -> None:
    assert heard(text) == stands
