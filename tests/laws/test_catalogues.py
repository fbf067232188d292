"""Compiled catalogues are what their sources compile to, and every reading has its sentence."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import catalogues
from wingbeat.laws.readings import Says
from wingbeat.laws.wording import NoWording, speak

SOURCES = sorted(catalogues.LAWS.rglob("*.po"))
ENGLISH = sorted(catalogues.LAWS.rglob("locale/en/LC_MESSAGES/*.po"))
VALUE = re.compile(r"\{\w+")
COMPLETE = ("de", "hu", "ru")  # languages in which every law speaks


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_compiled_catalogue_is_its_source_compiled(source: Path) -> None:
    compiled = source.with_suffix(".mo").read_bytes()
    assert compiled == catalogues.compiled(source.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_gettexts_own_compiler_reads_the_same(source: Path, tmp_path: Path) -> None:
    msgunfmt = shutil.which("msgunfmt")
    if msgunfmt is None:
        pytest.skip("needs msgunfmt: install Debian's package gettext")
    told = subprocess.run(
        [msgunfmt, str(source.with_suffix(".mo"))], capture_output=True, text=True, check=True
    ).stdout
    assert catalogues.read(told) == catalogues.read(source.read_text(encoding="utf-8"))


def keys_in(report: Path) -> set[str]:
    """What a law's report passes to Reading: its key and its caveat."""
    found = set()
    for node in ast.walk(ast.parse(report.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reading":
            told = [node.args[0], node.args[4] if len(node.args) > 4 else node.keywords[-1].value]
            found |= {str(text.value) for text in told if isinstance(text, ast.Constant)}
    return found


@pytest.mark.parametrize("report", sorted(catalogues.LAWS.glob("*/report.py")), ids=str)
def test_every_reading_and_caveat_has_an_english_sentence(report: Path) -> None:
    law = report.parent.name
    source = report.parent / f"locale/en/LC_MESSAGES/{law}.po"
    told = {key.split("\0")[0] for key in catalogues.read(source.read_text(encoding="utf-8"))}
    keys = keys_in(report)
    assert keys
    assert keys - told == set()


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("english", ENGLISH, ids=lambda path: path.stem)
def test_a_language_has_every_sentence_with_the_same_values(english: Path, language: str) -> None:
    source = english.parents[2] / language / "LC_MESSAGES" / english.name
    told = catalogues.read(source.read_text(encoding="utf-8"))
    reference = catalogues.read(english.read_text(encoding="utf-8"))
    assert told.keys() == reference.keys()
    for key in filter(None, reference):
        values = set(VALUE.findall(reference[key]))
        assert all(values == set(VALUE.findall(form)) for form in told[key].split("\0")), key


def test_plurals_follow_the_language() -> None:
    values = {"value": 1.0, "low": 0.2, "high": 1.0}
    one = speak(Says("first_impression.kept", values | {"n": 1}), law="first_impression")
    many = speak(Says("first_impression.kept", values | {"n": 2}), law="first_impression")
    assert one.endswith("of 1 conversation.")
    assert many.endswith("of 2 conversations.")


def test_a_missing_sentence_is_told() -> None:
    with pytest.raises(NoWording, match="neither the catalogue"):
        speak(Says("first_impression.nothing"), law="first_impression")
