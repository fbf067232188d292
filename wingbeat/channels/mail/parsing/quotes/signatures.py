"""What stands under a letter: "-- " and a name, "Sent from my phone", contact data, legal notes."""

from __future__ import annotations

import re

from wingbeat.channels.mail.parsing.quotes.headers import is_rule
from wingbeat.channels.mail.parsing.quotes.lines import Line
from wingbeat.channels.mail.parsing.quotes.phrases import phrases

_MOST_LINES = 25
_LONGEST_DEVICE_LINE = 110
_LONGEST_CONTACT_LINE = 90
_MOST_WORDS_OF_MOTTO = 12
_MOST_WORDS_BELOW = 40
_DELIMITER = re.compile(r"^-\s?-$")

_MAIL = re.compile(r"[\w.+-]@[\w-]+\.\w")
_SITE = re.compile(r"(?:https?://|www\.)\w|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}/?$", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\(|\b)\d[\d\s()./-]{6,}\d\b")
# "Major & Sons Ltd." ends with a stop and is no sentence.
_ABBREVIATED = re.compile(r"\b[^\W\d_a-z]\w{0,3}\.$")
_POSTSCRIPT = re.compile(r"^(?:p\.?\s?s|n\.?b|u\.?i|з\.?ы)\b", re.IGNORECASE)
_LINKED = re.compile(
    r"<(?:https?://|mailto:)[^<>]*>|\[(?:https?://|mailto:)[^\[\]]*\]|\(https?://[^()]*\)"
)


def is_device_line(line: Line) -> bool:
    """Whether a mail program, not a person, wrote this line ("Sent from my phone")."""
    if len(line.bare) > 5 * _LONGEST_DEVICE_LINE:
        return False
    bare = _LINKED.sub("", line.bare).strip(" .*_-–—[]()!").lower()
    if not 5 < len(bare) <= _LONGEST_DEVICE_LINE or ", " in bare or "? " in bare:
        return False
    table = phrases()
    found = table.device_line.fullmatch(bare) or table.device_line.fullmatch(bare.split(" - ")[0])
    return bool(found and table.device_name.search(bare))


def is_closing(line: Line) -> bool:
    """Whether the line is only a "Kind regards"."""
    return line.bare.lower().strip(" ,.!-–—*_:;，。！") in phrases().closing


def signature_starts(lines: list[Line], start: int, end: int) -> list[tuple[int, int]]:
    """Return the signatures among `lines[start:end]`, a stretch of the customer's own words."""
    found = []
    bottom = _trimmed(lines, start, end)
    while bottom > start:
        top = _legal_top(lines, start, bottom)
        if top is None and is_device_line(lines[bottom - 1]):
            top = bottom - 1
        if top is None:
            break
        found.append((top, bottom))
        bottom = _trimmed(lines, start, top)
    top = _delimited_top(lines, start, bottom)
    if top is None:
        top = _contact_top(lines, start, bottom)
    if top is not None:
        found.append((top, bottom))
        bottom = top
    found += [(i, i + 1) for i in range(start, bottom) if _stands_alone(lines, i)]
    return sorted(found)


def _trimmed(lines: list[Line], start: int, end: int) -> int:
    """Return the end without the blank lines and rulers at the bottom."""
    while end > start and (not lines[end - 1].bare or is_rule(lines[end - 1])):
        end -= 1
    return end


def _stands_alone(lines: list[Line], index: int) -> bool:
    """Whether a device line is a paragraph of its own in the middle of the text."""
    above = index == 0 or not lines[index - 1].bare
    below = index + 1 == len(lines) or not lines[index + 1].bare
    return above and below and is_device_line(lines[index])


def _paragraph_top(lines: list[Line], start: int, end: int) -> int:
    while end > start and lines[end - 1].bare:
        end -= 1
    return end


def _legal_top(lines: list[Line], start: int, end: int) -> int | None:
    """Return where the last paragraph begins if it is legal boilerplate."""
    top = _paragraph_top(lines, start, end)
    if end - top > _MOST_LINES:
        return None
    words = " ".join(line.bare for line in lines[top:end]).lower()
    hits = sum(phrase in words for phrase in phrases().legal)
    return top if hits >= 2 and len(words) > 120 else None


def _delimited_top(lines: list[Line], start: int, end: int) -> int | None:
    """Return the line that is only "--", or a ruler with contact data or a list's name below."""
    for index in range(max(start, end - _MOST_LINES - 1), end):
        bare = lines[index].bare
        if _DELIMITER.match(bare) and _is_signed(lines[index], lines[index + 1 : end]):
            return index
        if is_rule(lines[index]) and _is_footer(lines[index + 1 : end]):
            return index
    return None


def _is_signed(delimiter: Line, below: list[Line]) -> bool:
    """Whether what stands below "--" is a name or a motto and not the letter's next section.

    The delimiter of the standard ends with a blank, which people do not type.
    """
    if delimiter.end - delimiter.start == len("-- "):
        return True
    written = [line for line in below if line.bare]
    if not written or is_device_line(written[0]):
        return True
    apart = not below[0].bare and _is_sentence(written[0].bare)
    brief = not apart and len(written[0].bare.split()) <= _MOST_WORDS_OF_MOTTO
    reachable = _contact_kinds([line.bare for line in written])
    return brief and (bool(reachable) or _words(written) <= _MOST_WORDS_BELOW)


def _is_footer(below: list[Line]) -> bool:
    written = [line.bare for line in below if line.bare]
    short = all(len(bare) <= _LONGEST_CONTACT_LINE for bare in written)
    return bool(written) and short and len(_contact_kinds(written)) >= 2


def _contact_top(lines: list[Line], start: int, end: int) -> int | None:
    """Return where a block of name and contact data begins at the very end.

    Asked for their phone number, customers write it at the end too. So the block must stand after
    a closing, or be a paragraph of at least three ways to reach the writer below full sentences.
    """
    top = _short_lines_top(lines, start, end)
    for index in range(top, end):
        if is_closing(lines[index]):
            below = [line.bare for line in lines[index + 1 : end] if line.bare]
            return index + 1 if len(_contact_kinds(below)) >= 2 else None
    top = max(top, _paragraph_top(lines, start, end))
    block = [line.bare for line in lines[top:end]]
    above = _trimmed(lines, start, top)
    if above == start or lines[above - 1].bare.endswith((":", ",", "：")):
        return None
    reachable = sum(bool(_kinds_in(bare)) for bare in block)
    enough = reachable >= 3 or (reachable == 2 and len(block) >= 4)
    sure = enough and len(_contact_kinds(block)) >= 2 and not _kinds_in(block[0])
    return top if sure and _words(lines[start:above]) >= 8 else None


def _short_lines_top(lines: list[Line], start: int, end: int) -> int:
    top = end
    while top > max(start, end - _MOST_LINES):
        bare = lines[top - 1].bare
        if len(bare) > _LONGEST_CONTACT_LINE or _POSTSCRIPT.match(bare):
            break
        if _is_sentence(bare) and not is_closing(lines[top - 1]):
            break
        top -= 1
    return top


def _is_sentence(bare: str) -> bool:
    ended = bare.endswith((".", "?", "!")) and not _ABBREVIATED.search(bare)
    return ended and len(bare.split()) > 4


def _words(lines: list[Line]) -> int:
    return sum(len(line.bare.split()) for line in lines)


def _contact_kinds(written: list[str]) -> set[str]:
    return {kind for bare in written for kind in _kinds_in(bare)}


def _kinds_in(bare: str) -> set[str]:
    patterns = {"mail": _MAIL, "site": _SITE, "phone": _PHONE}
    return {kind for kind, pattern in patterns.items() if pattern.search(bare)}
