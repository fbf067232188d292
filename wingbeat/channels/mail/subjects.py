"""What a subject says once the marks of answering and forwarding are off."""

from __future__ import annotations

import re

# Re, Fw and their kin in the languages people write; "Re[2]:" and "RE (3):" count the answers.
_PREFIX = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|vá|odp|ynt|res|rif|ref|rép|fw|fwd|wg|tr|rv|enc|i|vb|vl|vidb"
    r"|doorst|továbbítás|továbbküldve|válasz|ответ|отв|пересл|fwd|答复|回复|回覆|转发|轉寄)"
    r"\s?(?:[\[(]\d{1,3}[\])])?\s?[:：]\s*",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|vá|odp|ynt|res|rif|rép|válasz|ответ|отв|答复|回复|回覆)"
    r"\s?(?:[\[(]\d{1,3}[\])])?\s?[:：]",
    re.IGNORECASE,
)
# [#123], [Acme #123], [Acme Ticket#123]; a bare #123 is an order number as often as not.
_HOOK = re.compile(r"\[[^\[\]#]{0,60}#(\d{1,15})\]")
# [Ticket#12345], [Case#A-12]: whatever an old desk put before its number
_OLD_HOOK = re.compile(r"\[[^\[\]#]{0,60}#\s?([A-Za-z0-9-]{1,60})\]")
_TAG = re.compile(r"\[[^\[\]]{0,60}\]\s*")
_WORD = re.compile(r"[^\W_]+")
_ENOUGH_SHARED = 0.6


def base_of(subject: str) -> str:
    """Return a subject without prefixes and bracketed tags, folded for comparing.

    >>> base_of("Re: AW[2]: [Acme #12]  The Lamp ")
    'the lamp'
    """
    rest = " ".join(subject.split())
    before = None
    while before != rest:
        before = rest
        rest = _TAG.sub("", rest, count=1) if rest.startswith("[") else rest
        found = _PREFIX.match(rest)
        rest = rest[found.end() :] if found else rest
    return _TAG.sub("", rest).strip().casefold() or rest.casefold()


def is_answer(subject: str) -> bool:
    """Say whether a subject is marked as an answer."""
    return bool(_ANSWER.match(_TAG.sub("", subject).strip()))


def numbers_in(subject: str) -> list[int]:
    """Return the numbers in hooks such as [#123]; whose numbers they are, nobody can tell.

    >>> numbers_in("Re: [Acme #12] Lamp #7")
    [12]
    """
    return [int(number) for number in _HOOK.findall(subject)]


def old_numbers_in(subject: str) -> list[str]:
    """Return what may be the number of an old desk, as it wrote it.

    >>> old_numbers_in("AW: [Ticket#2026030288000017] Rechnung")
    ['2026030288000017']
    """
    return _OLD_HOOK.findall(subject)


def is_same(one: str, other: str) -> bool:
    """Say whether two subjects are the same but for marks; an empty one says nothing new."""
    first, second = base_of(one), base_of(other)
    return not first or not second or first in second or second in first


def is_similar(one: str, other: str) -> bool:
    """Say whether two subjects share most of their words."""
    first, second = base_of(one), base_of(other)
    if not first or not second:
        return False
    these, those = set(_WORD.findall(first)), set(_WORD.findall(second))
    if not these or not those:
        return first == second
    return len(these & those) / len(these | those) >= _ENOUGH_SHARED
