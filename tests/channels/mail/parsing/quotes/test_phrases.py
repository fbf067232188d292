from __future__ import annotations

import tomllib

from wingbeat.channels.mail.parsing.quotes.phrases import LABEL_KINDS, TABLE, phrases

KEYS = {"wrote", "original", "forwarded", "above", "device", "closing", "legal", *LABEL_KINDS}
SECTIONS = tomllib.loads(TABLE.read_text(encoding="utf-8"))


def test_every_phrase_is_in_lower_case_and_under_a_known_key() -> None:
    for name, section in SECTIONS.items():
        for key, words in section.items():
            assert key in (KEYS if name != "any" else {"devices"}), (name, key)
            assert [word for word in words if word != word.lower() or word != word.strip()] == []


def test_every_language_can_tell_a_quote_by_verb_and_by_table() -> None:
    for name, section in SECTIONS.items():
        if name != "any":
            assert {"wrote", "original", "from", "sent", "to", "subject"} <= set(section), name


def test_a_line_added_by_a_program_names_its_program_once() -> None:
    for section in SECTIONS.values():
        for line in section.get("device", ()):
            assert line.count("*") == (0 if line == "via mobile" else 1), line


def test_the_languages_asked_for_are_there() -> None:
    asked = "en de fr es it nl pl pt ru hu cs sv da no fi tr ja zh ko uk sk ro bg el he ar"
    assert set(asked.split()) <= set(SECTIONS)


def test_labels_of_all_languages_are_in_one_table() -> None:
    labels = phrases().labels
    assert labels["von"] == labels["feladó"] == labels["from"] == frozenset({"from"})
    assert labels["de"] == frozenset({"from"})
    assert "subject" in labels["тема"]
