from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing.quotes.attributions import (
    Strength,
    attribution_at,
    introduces,
)
from wingbeat.channels.mail.parsing.quotes.lines import lines_of


def strength(text: str) -> Strength:
    lines = lines_of(text)
    found = attribution_at(lines, 0)
    return found.strength if found and found.end == len(lines) else Strength.NONE


@pytest.mark.parametrize(
    "text",
    [
        "On Mon, Apr 2, 2012 at 6:26 PM, Ada <ada@lumen.example> wrote:",
        "On Wed, 14 Nov 2018 08:14:43 -0200 Ada <ada@lumen.example> wrote",
        "---- On Wed, 24 Feb 2021 14:02:50 +0530 ada@lumen.example wrote ----",
        "2017-11-24 16:32 GMT+01:00 Ada <ada@lumen.example>:",
        'Am 5.3.2024 um 09:41 schrieb\n"Ada" <ada@lumen.example>:',
        "Ada <ada@lumen.example> schrieb:",
        "Le 4 janv. 2016 19:03, Ada\n<ada@lumen.example>\na écrit :",
        "On 01/03/11 7:07 PM, Ada Bell wrote:",
        "On Jun 17, 2017, at 14:15, Ada <ada@lumen.example<\nmailto:ada@lumen.example>> wrote:",
    ],
)
def test_what_only_programs_write_is_sure(text: str) -> None:
    assert strength(text) is Strength.STRONG


@pytest.mark.parametrize(
    "text",
    [
        "Ada wrote:",
        "On Monday at 10:12 your colleague wrote:",
        "2013/9/25 Ada <ada@lumen.example>",
        "понедельник, 6 октября 2014 г. пользователь Ада написал:",
    ],
)
def test_what_a_person_may_write_is_unsure(text: str) -> None:
    assert strength(text) is Strength.WEAK


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, it could be worse:",
        "I wrote to you on 5 March 2024 at 10:12 from ada@lumen.example about this",
        "Please write to ada@lumen.example:",
        "Meeting on 5.3.2024, 9:41:",
        "He wrote <unfinished:",
        "wrote",
        ":",
        "x" * 600 + " wrote:",
    ],
)
def test_what_is_no_introduction_is_none(text: str) -> None:
    assert strength(text) is Strength.NONE


def test_the_introduction_begins_at_its_own_line() -> None:
    lines = lines_of("Hi folks\nOn 5 Mar 2024, at 09:41, Ada wrote:")
    assert attribution_at(lines, 0) is None
    assert attribution_at(lines, 1) is not None


def test_more_than_four_lines_are_no_introduction() -> None:
    assert strength("On 5 Mar 2024,\nat 09:41,\nAda\nBell\n<ada@lumen.example>\nwrote:") is (
        Strength.NONE
    )


def test_a_text_that_ends_with_an_introduction_introduces() -> None:
    assert introduces("Hi.\n\nAda <ada@lumen.example> schrieb:\n\n")
    assert not introduces("Ada wrote:\n\nwhat she thought.")
    assert not introduces("")
