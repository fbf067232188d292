"""The tool that tries the proofs finds the tests that would pass without the product."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, Self

import pytest

from tools.faking.trivial import Value, innermost, swap, values_for
from tools.proofs import main

TOY = '''
"""As much of a desk as can be faked."""
from __future__ import annotations
import functools

def waits(words: str) -> bool:
    return "?" in words

def count(words: str) -> int:
    return len(words.split())

def limits() -> dict[str, int]:
    return {"most": 3}

class Letter:
    def __init__(self) -> None:
        self.lines: list[str] = []

    @functools.lru_cache
    def sign(self, name: str) -> None:
        self.lines.append(name)
'''

TOY_TESTS = """
import subprocess, sys
import pytest
from toy import Letter, count, limits, waits

MOST = limits()["most"]

def test_waits_says_both():
    assert waits("who?")
    assert not waits("thanks")

def test_waits_says_only_no():
    assert not waits("thanks")

def test_nothing_is_counted():
    assert count("") == 0

def test_count_is_called():
    count("two words")

def test_counted_by_another_process():
    count = "import toy; print(toy.count('two words'))"
    assert subprocess.check_output([sys.executable, "-c", count]).strip() == b"2"

class TestLetter:
    def test_a_signature_is_kept(self):
        letter = Letter()
        letter.sign("Ada")
        assert letter.lines == ["Ada"]

def test_of_something_absent():
    pytest.skip("no browser here")

def test_that_fails_anyway():
    assert count("two words") == 3
"""

ROWS = {
    "S0.1": ("toy.waits", "test_waits_says_both"),
    "S0.2": ("toy.waits", "test_waits_says_only_no"),
    "S0.3": ("toy.count", "test_counted_by_another_process"),
    "S0.4": ("toy.Letter.sign", "TestLetter::test_a_signature_is_kept"),
    "S0.5": ("toy.count", "test_of_something_absent"),
    "S0.6": ("toy.count", "test_that_fails_anyway"),
    "S0.7": ("toy.typo", "test_count_is_called"),
    "S0.8": ("not yet", ""),
    "S0.10": ("toy.limits", "test_nothing_is_counted"),
    "S0.9": ("toy.count", "test_nothing_is_counted"),
}


@pytest.fixture
def prove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run the tool on the toy, for some rows or for all, and hand back its exit code and words."""
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = -q -p no:cacheprovider\npythonpath = .\n"
    )
    (tmp_path / "toy.py").write_text(TOY)
    (tmp_path / "test_toy.py").write_text(TOY_TESTS)
    page = tmp_path / "principles.md"
    page.write_text(
        "\n".join(
            f"| {id_} | A thing holds. | said | mark | toy | {guards} |"
            f" {f'test_toy.py::{test}' if test else 'not yet'} |"
            for id_, (guards, test) in ROWS.items()
        )
    )
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    # The toy is no Django project, and starts quicker without all that is installed here.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*ids: str) -> tuple[int, str]:
        only = [argument for id_ in ids for argument in ("--only", id_)]
        code = main(["--page", str(page), "--root", str(tmp_path), *only])
        return code, capsys.readouterr().out

    return run


def test_a_test_that_fails_without_its_function_is_a_proof(
    prove: Callable[..., tuple[int, str]],
) -> None:
    code, said = prove("S0.1", "S0.4")
    assert code == 0, said
    assert "S0.1  holds  returning False: failure: " in said
    assert "returning True: failure: " in said
    assert "S0.4  holds  returning None: failure: AssertionError" in said
    assert said.endswith("2 of 2 proofs hold.\n")


def test_a_test_that_passes_without_its_function_survives(
    prove: Callable[..., tuple[int, str]],
) -> None:
    code, said = prove("S0.1", "S0.2", "S0.9")
    assert code == 1, said
    assert "S0.2  SURVIVES  passes although it returns False" in said
    assert "S0.9  SURVIVES  passes although it returns 0" in said
    assert said.endswith("1 of 3 proofs hold.\nNot proven: S0.2, S0.9.\n")


def test_a_test_that_does_not_pass_as_it_is_proves_nothing(
    prove: Callable[..., tuple[int, str]],
) -> None:
    code, said = prove("S0.5", "S0.6")
    assert code == 1, said
    assert "S0.5  SURVIVES  does not pass as it is: skipped: no browser here" in said
    assert "S0.6  SURVIVES  does not pass as it is: failure: " in said


def test_a_function_that_the_test_never_meets_proves_nothing(
    prove: Callable[..., tuple[int, str]],
) -> None:
    code, said = prove("S0.7")
    assert code == 1, said
    assert "S0.7  SURVIVES  toy.typo was never replaced: passed" in said


def test_a_failure_before_any_test_proves_nothing(prove: Callable[..., tuple[int, str]]) -> None:
    code, said = prove("S0.10")
    assert code == 1, said
    assert "S0.10  SURVIVES  breaks before any test when it returns {}: " in said


def test_a_test_that_starts_another_process_meets_the_replacement_there(
    prove: Callable[..., tuple[int, str]],
) -> None:
    code, said = prove("S0.3")
    assert code == 0, said
    assert "S0.3  holds  returning 0: failure: " in said


def test_a_row_without_a_test_cannot_be_asked_for(
    prove: Callable[..., tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        prove("S0.8", "S9.9")
    assert stop.value.code == 2
    assert "S0.8, S9.9: no such row, or it names no test yet" in capsys.readouterr().err


def test_without_any_test_there_is_nothing_to_try(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "principles.md"
    page.write_text("| S0.1 | A thing holds. | said | mark | not yet | not yet | not yet |\n")
    assert main(["--page", str(page)]) == 0
    assert capsys.readouterr().out == "None of 1 principles names a test yet.\n"


class Rows:
    """As much of a Django query as the tool touches."""

    def __init__(self, model: str = "a model", using: str = "a database", rows: str = "every"):
        self.model, self.db, self.rows = model, using, rows

    def none(self) -> Rows:
        return Rows(rows="no")


class LetterQuerySet(Rows):
    def signed(self) -> Self:
        self.rows = "signed"
        return self


def written() -> list[str]:
    return ["a"]


def written_or_not() -> list[str] | None:
    return ["a"]


def letters() -> Iterator[str]:
    yield "a"


def unannotated():  # type: ignore[no-untyped-def]
    return "a"


class Chained:
    def again(self) -> Self:
        return type(self)()


def answers(function: object, *args: object) -> list[tuple[str, Any]]:
    """Each trivial value for a function, by name, and what the swapped function then gives."""
    plain, manages_context = innermost(function)
    given = []
    for value in values_for(plain):
        swap(plain, value.make, manages_context=manages_context)
        given.append((value.name, plain(*args)))
    return given


def test_the_trivial_value_follows_the_return_annotation() -> None:
    chained = Chained()
    assert answers(written) == [("[]", [])]
    assert answers(written_or_not) == [("None", None)]
    assert answers(unannotated) == [("None", None)]
    assert answers(Chained.again, chained) == [("self", chained)]
    ((name, none),) = answers(letters)
    assert (name, list(none)) == ("an empty iterator", [])


def test_a_query_is_answered_with_no_row_and_with_every_row() -> None:
    given = answers(LetterQuerySet.signed, LetterQuerySet())
    assert [(name, rows.rows) for name, rows in given] == [
        ("no rows", "no"),
        ("every row", "every"),
    ]


def kept(function: Callable[[str], str]) -> Callable[[str], str]:
    @functools.wraps(function)
    def wrapper(name: str) -> str:
        return function(name)

    return wrapper


def test_a_decorated_function_is_replaced_below_its_decorators() -> None:
    greeting = "Hello"

    @kept
    def greet(name: str = "Ada") -> str:
        return f"{greeting} {name}"

    class Person:
        @property
        def name(self) -> str:
            return self.__class__.__name__

        @classmethod
        def called(cls, name: str) -> str:
            return greet(name)

        @functools.cached_property
        def kin(self) -> tuple[str, ...]:
            return (__class__.__name__,)  # type: ignore[name-defined]

    assert (greet("Bo"), Person().name, Person().kin) == ("Hello Bo", "Person", ("Person",))
    for found in (greet, Person.name, vars(Person)["kin"]):
        plain, manages_context = innermost(found)
        swap(plain, values_for(plain)[0].make, manages_context=manages_context)
    assert (greet("Bo"), Person().name, Person().kin) == ("", "", ())
    assert Person.called("Bo") == ""
    assert innermost(vars(Person)["called"])[0].__name__ == "called"


def test_a_context_manager_still_opens_and_closes() -> None:
    @contextlib.contextmanager
    def held() -> Iterator[str]:
        yield "held"

    plain, manages_context = innermost(held)
    swap(plain, lambda _args, _kwargs: None, manages_context=manages_context)
    with held() as nothing:
        assert nothing is None


def test_an_awaited_function_can_still_be_awaited() -> None:
    async def fetched() -> list[str]:
        return ["a"]

    async def stream() -> AsyncIterator[str]:
        yield "a"

    async def read() -> tuple[list[str], list[str]]:
        return await fetched(), [word async for word in stream()]

    for function in (fetched, stream):
        plain, _ = innermost(function)
        swap(plain, Value("[]", lambda _args, _kwargs: []).make)
    assert asyncio.run(read()) == ([], [])


def test_what_is_no_function_is_refused() -> None:
    assert isinstance(innermost(main)[0], FunctionType)
    with pytest.raises(TypeError, match="5 is not a function"):
        innermost(5)
