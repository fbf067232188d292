"""The words of the customer's side in other languages: complete, and compiled as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens import catalogs

LANGUAGES = ("de", "hu", "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated_and_rightly_filled_in(language: str) -> None:
    told = catalogs.entries(catalogs.CUSTOMER, language)
    assert not catalogs.unsaid(told)
    assert not catalogs.guesses(catalogs.CUSTOMER, language)
    assert not catalogs.misfilled(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_words_are_those_of_the_catalog(language: str, tmp_path: Path) -> None:
    assert catalogs.is_compiled(catalogs.CUSTOMER, language, tmp_path)


def test_every_word_on_screen_is_in_the_catalog(tmp_path: Path) -> None:
    marked = catalogs.marked(catalogs.sources(of_customer=True), tmp_path)
    assert len(marked) > 30
    for language in LANGUAGES:
        assert not sorted(marked - catalogs.entries(catalogs.CUSTOMER, language).keys())
