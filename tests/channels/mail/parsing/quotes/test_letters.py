from __future__ import annotations

from collections import Counter

import pytest

from tests.channels.mail.parsing.quotes.letters import Letter, letters
from wingbeat.channels.mail.parsing.quotes import fold, new_text

LETTERS = letters()


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.name)
def test_a_letter_folds_exactly_what_is_not_the_customers_own(letter: Letter) -> None:
    assert fold(letter.text) == letter.folds
    assert new_text(letter.text, fold(letter.text)) == letter.own


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.name)
def test_a_letter_folds_the_same_with_windows_line_ends(letter: Letter) -> None:
    text = letter.text.replace("\n", "\r\n")
    assert new_text(text, fold(text)).replace("\r\n", "\n") == letter.own


def test_the_main_languages_have_letters_from_many_mail_programs() -> None:
    count = Counter(letter.name.split(":")[0] for letter in LETTERS)
    assert all(count[language] >= 10 for language in ("en", "de", "ru", "hu"))
    assert count["others"] >= 40
