"""The words of the desk in other languages: complete, rightly filled in, and compiled."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.screens import catalogs

GETTEXT = ("_", "_lazy", "_later", "_n", "gettext", "gettext_lazy", "gettext_noop", "ngettext")
LANGUAGES = ("de", "hu", "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated_and_nothing_guessed(language: str) -> None:
    told = catalogs.entries(catalogs.DESK, language)
    assert len(told) > 1_500
    assert not catalogs.unsaid(told)
    assert not catalogs.guesses(catalogs.DESK, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_english_does(language: str) -> None:
    assert not catalogs.misfilled(catalogs.entries(catalogs.DESK, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_words_are_those_of_the_catalog(language: str, tmp_path: Path) -> None:
    assert catalogs.is_compiled(catalogs.DESK, language, tmp_path)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return catalogs.marked(catalogs.sources(of_customer=False), tmp_path_factory.mktemp("words"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_word_is_in_the_catalog(language: str, marked: set[str]) -> None:
    """If it is not, `python tools/words.py` brings it in, and somebody translates it."""
    assert len(marked) > 1_500
    assert not sorted(marked - catalogs.entries(catalogs.DESK, language).keys())


def test_no_word_is_marked_where_gettext_does_not_look() -> None:
    """Inside an f-string Python calls it, and gettext never finds it."""
    hidden = [
        f"{path}:{call.lineno}"
        for path in [*catalogs.sources(of_customer=False), *catalogs.sources(of_customer=True)]
        if path.suffix == ".py"
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in GETTEXT
    ]
    assert not hidden


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_sides_say_the_same_in_the_same_words(language: str) -> None:
    """While they run, the desk and the customer's side share one catalog: one would win."""
    desk = catalogs.entries(catalogs.DESK, language)
    customer = catalogs.entries(catalogs.CUSTOMER, language)
    shared = desk.keys() & customer.keys()
    assert shared
    assert {key: desk[key] for key in shared} == {key: customer[key] for key in shared}
