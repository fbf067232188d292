"""The line that introduces a quote: "On Monday at 10:12, Ada <ada@example.com> wrote:"."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

from wingbeat.channels.mail.parsing.quotes.lines import LONGEST, Line, lines_of
from wingbeat.channels.mail.parsing.quotes.phrases import phrases

# Mail programs wrap this line at 70 to 80 characters; none was seen to need more than four.
MOST_LINES = 4


class Strength(IntEnum):
    """How sure we are; a weak one counts only above text that is marked as quoted."""

    NONE = 0
    WEAK = 1
    STRONG = 2


class Attribution(NamedTuple):
    """Where the lines that introduce a quote end (exclusive), and how sure that is."""

    end: int
    strength: Strength


# "<ada@example.com" may be wrapped before its ">:".
_WRAPPED_BRACKET = 2
_DECORATION = " \t-–—_=*~"
_COLON = (":", "：")
_DATE_WORD = re.compile(
    r"""["'(\[*]*\d{1,4}(?:(?:[./,:-][\w./,:-]*+)|年.*|년|월|月.*|日.*|st|nd|rd|th|º|ª|er)?[,;)]*$"""
)
_TIME = re.compile(r"(?<![\d.])\d{1,2}\s?[:.hH時시]\s?\d{2}(?![\d.]\d)")
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,2}([./-])\d{1,2}\1\d{2}(?!\d))")
_ADDRESS = re.compile(r"@|&lt;")
_NAME_AND_ADDRESS = re.compile(r"^[^<>@:(\[]{1,60}[<(\[][^\s@]+@")
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s<>@)\]]+[>)\]]+\s*[:：]?$")


def attribution_at(lines: list[Line], index: int) -> Attribution | None:
    """Return the attribution whose first line is `lines[index]`, if one begins there."""
    best: Attribution | None = None
    for end in range(index + 1, min(index + MOST_LINES, len(lines)) + 1):
        bare = lines[end - 1].bare
        if not bare or (lines[end - 1].is_quoted and len(bare) > _WRAPPED_BRACKET):
            break
        if not _may_end(bare):
            continue
        strength = _strength(_joined(lines, index, end))
        if strength and not _begins_later(lines, index, end, strength):
            best = Attribution(end, strength)
        if strength == Strength.STRONG:
            break
    return best


def _begins_later(lines: list[Line], start: int, end: int, strength: Strength) -> bool:
    """Whether a line further down already begins it, so that `start` is the customer's own."""
    return any(_strength(_joined(lines, later, end)) >= strength for later in range(start + 1, end))


def _joined(lines: list[Line], start: int, end: int) -> str:
    return " ".join(line.bare for line in lines[start:end]).lower()


def _may_end(bare: str) -> bool:
    return bare.endswith((*_COLON, "--", "—", ">")) or bare.lower().endswith(phrases().wrote_at_end)


def _strength(joined: str) -> Strength:
    """Judge one candidate, already joined to a single line in lower case."""
    words = joined.strip(_DECORATION)
    if len(joined) > LONGEST or not words or words.count("<") != words.count(">"):
        return Strength.NONE
    dated = any(_DATE_WORD.match(word) for word in words.split(maxsplit=4)[:4])
    addressed = bool(_ADDRESS.search(words))
    timed = bool(_TIME.search(words))
    ends_with_colon = words.endswith(_COLON)
    if not phrases().wrote.search(words):
        return _without_verb(words, timed=timed) if dated and addressed else Strength.NONE
    if not ends_with_colon:
        sure = dated and timed and addressed and words.endswith(phrases().wrote_at_end)
        return Strength.STRONG if sure else Strength.NONE
    if _is_a_programs(joined, words, dated=dated, timed=timed, addressed=addressed):
        return Strength.STRONG
    short = len(words.split()) <= 6
    return Strength.WEAK if dated or timed or addressed or short else Strength.NONE


def _without_verb(words: str, *, timed: bool) -> Strength:
    """Judge "5.3.2024, 9:41, Ada <ada@example.com>:"; old programs left out time and colon."""
    if not _ENDS_WITH_ADDRESS.search(words):
        return Strength.NONE
    return Strength.STRONG if timed and words.endswith(_COLON) else Strength.WEAK


def _is_a_programs(joined: str, words: str, *, dated: bool, timed: bool, addressed: bool) -> bool:
    """Whether only a program writes so; people leave out the year or the address."""
    if addressed:
        return dated or bool(_NAME_AND_ADDRESS.match(words))
    dashed = joined.startswith("--") and joined.endswith("--")
    return dashed or (dated and timed and bool(_YEAR.search(words)))


def introduces(before: str) -> bool:
    """Whether the text ends with a line that introduces a quote."""
    lines = lines_of(before)
    while lines and not lines[-1].bare:
        lines.pop()
    last = len(lines)
    found = (attribution_at(lines, start) for start in range(max(0, last - MOST_LINES), last))
    return any(each is not None and each.end == last for each in found)
