from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing.quotes.headers import (
    begins_forwarded,
    begins_original,
    is_rule,
    table_end,
)
from wingbeat.channels.mail.parsing.quotes.lines import lines_of


def rows(text: str, *, least: int = 3) -> int | None:
    return table_end(lines_of(text), 0, least=least)


def test_sender_date_and_subject_make_a_table() -> None:
    assert rows("From: Ada\nSent: Tuesday\nSubject: Hi\n\nText") == 3


def test_a_table_may_begin_with_any_row() -> None:
    assert rows("Gesendet: 5. März\nVon: Ada\nAn: Nora\nBetreff: Hallo") == 4


def test_one_word_may_name_different_rows_in_different_languages() -> None:
    assert rows("De : Ada <ada@lumen.example>\nDate : 5/3\nA : Nora\nObjet : Salut") == 4


def test_two_rows_are_enough_below_a_separator() -> None:
    assert rows("From: Ada\nSubject: Hi", least=2) == 2
    assert rows("From: Ada\nSubject: Hi") is None


def test_a_row_may_be_wrapped() -> None:
    assert rows("From: Ada\nTo: Nora; Max;\n Otto; Bo\nSubject: Hi\n\nText") == 4


@pytest.mark.parametrize(
    "text",
    [
        "From: Berlin\nTo: Vienna\nDate: 12 May",
        "Subject: Hi\nDate: today\nTo: ada@lumen.example",
        "From: one\n\n\nText between\n\nTo: two\nSubject: three",
        "Name: Ada\nCity: Leeds\nPhone: 12",
        "",
    ],
)
def test_other_lists_are_no_table(text: str) -> None:
    assert rows(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "-----Original Message-----",
        "-------- Ursprüngliche Nachricht --------",
        "________ Eredeti üzenet ________",
        "-----Исходное сообщение-----",
        "##- Please type your reply above this line -##",
        "Original Message\nFrom: Ada\nSubject: Hi",
    ],
)
def test_a_separator_begins_the_original(text: str) -> None:
    assert begins_original(lines_of(text), 0)


@pytest.mark.parametrize("text", ["Original message", "-- an original idea --", "-----"])
def test_the_words_alone_begin_nothing(text: str) -> None:
    assert not begins_original(lines_of(text), 0)


@pytest.mark.parametrize(
    "text",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:\n\nFrom: Ada\nSubject: Hi",
        "----- Forwarded by Ada/Lumen on 05/03/2024 -----",
        "-------- Weitergeleitete Nachricht --------",
    ],
)
def test_forwarded_mail_is_told_from_quotes(text: str) -> None:
    assert begins_forwarded(lines_of(text), 0)
    assert not begins_original(lines_of(text), 0)


@pytest.mark.parametrize("text", ["-----", "____", "* * * * *", "==== ====", "———"])
def test_rulers_are_rulers(text: str) -> None:
    assert is_rule(lines_of(text)[0])


@pytest.mark.parametrize("text", ["--", "- one", "a---", "**", ""])
def test_other_lines_are_no_rulers(text: str) -> None:
    assert not is_rule(lines_of(text)[0])
