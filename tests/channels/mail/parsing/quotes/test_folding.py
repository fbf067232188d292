from __future__ import annotations

import time

import pytest

from wingbeat.channels.mail.parsing.parsed import Span
from wingbeat.channels.mail.parsing.quotes import fold, new_text

QUOTED = "On 5 Mar 2024, at 09:41, Ada <ada@lumen.example> wrote:\n> Is it on?"


def own(text: str, known: tuple[Span, ...] = ()) -> str:
    return new_text(text, fold(text, known))


def test_nothing_is_folded_where_nothing_would_remain() -> None:
    assert fold(QUOTED) == ()
    assert fold("> only\n> quoted") == ()
    assert fold("-- \nNora") == ()
    assert fold("\n\n---------------\n" + QUOTED) == ()
    assert fold("") == ()


def test_a_single_sign_is_an_answer() -> None:
    assert own("👍\n\n" + QUOTED) == "👍"
    assert own("ok\n\n" + QUOTED) == "ok"


def test_a_span_known_from_html_is_folded_without_any_mark_in_the_text() -> None:
    text = "Yes.\nyou asked whether it is on\nReally."
    known = (Span(5, 31, "quote"),)
    assert fold(text, known) == known
    assert own(text, known) == "Yes.\n\nReally."


def test_the_line_above_a_known_quote_joins_it() -> None:
    text = "Yes.\n\nAda wrote:\nIs it on?\n\nMore of mine."
    start = text.index("Is it")
    assert own(text, (Span(start, start + 9, "quote"),)) == "Yes.\n\n\n\nMore of mine."


def test_a_known_signature_is_folded_as_one() -> None:
    text = "Please call.\nNora Fields\n+44 113 496 0101"
    known = (Span(13, len(text), "signature"),)
    assert fold(text, known) == known


def test_a_known_span_that_holds_everything_folds_nothing() -> None:
    assert fold("all of it", (Span(0, 9, "quote"),)) == ()


def test_a_forwarded_mail_known_from_html_stays_open_without_a_word_about_it() -> None:
    text = "---------- Forwarded message ---------\nFrom: a@b.example\nSubject: Hi\n\nPay now."
    assert fold(text, (Span(0, len(text), "quote"),)) == ()
    above = "Please tell me if this is real.\n\n"
    start = len(above)
    known = (Span(start, start + len(text), "quote"),)
    assert fold(above + text, known) == known


def test_an_unsure_introduction_counts_only_above_marked_lines() -> None:
    assert own("Hi\n\nNora wrote:\n> one") == "Hi"
    assert own("Hi\n\nNora wrote:\nin her letter that it is broken") != "Hi"


def test_a_quote_without_marks_goes_on_to_the_end() -> None:
    text = "Hi\n\nOn 5 Mar 2024, at 09:41, Ada <ada@lumen.example> wrote:\n\nOne.\n\nTwo."
    assert own(text) == "Hi"


def test_the_rest_of_a_wrapped_quoted_line_belongs_to_the_quote() -> None:
    long = "> a line that a program wrapped where it became too long for its window,"
    text = f"Hi\n\n{long}\nso that this has no mark\n> and this has."
    assert own(text) == "Hi"


def test_an_answer_close_under_a_quoted_line_is_new() -> None:
    text = "> Shall we send it?\nYes please.\n> To the old address?\nNo, the new one."
    assert own(text) == "Yes please.\n\nNo, the new one."


def test_one_long_line_of_marks_takes_no_time() -> None:
    text = "Hi\n" + ">" * 2_000_000 + "\nBye"
    started = time.process_time()
    fold(text)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "line",
    [
        "> quoted\n\nanswer\n",
        "On 1.1.2024 10:00 a@b.example x:\n",
        "From: a\nTo: b\nDate: c\n",
        "-- a - b: c\n",
        "Le 4 janv. 2016 19:03, N <a@b.example>\n",
        ">" * 300 + "\n",
        "Sent from my iPhone\n\nhello there\n\n",
    ],
)
def test_time_grows_with_the_length_of_the_text(line: str) -> None:
    def seconds(times: int) -> float:
        text = line * times
        best = 9.0
        for _ in range(3):
            started = time.process_time()
            fold(text)
            best = min(best, time.process_time() - started)
        return best

    seconds(50)
    assert seconds(8_000) < 14 * seconds(1_000) + 0.05


def test_a_text_of_very_many_lines_is_shown_as_it_is() -> None:
    assert fold("Hi\n" + "> x\n" * 59_000) != ()
    assert fold("Hi\n" + "> x\n" * 60_000) == ()


def test_after_a_thousand_folds_the_text_is_shown_as_it_is() -> None:
    assert len(fold("answer\n\n> quoted\n\n" * 1_500)) == 1_000
