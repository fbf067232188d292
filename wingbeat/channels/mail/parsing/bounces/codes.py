"""Read SMTP reply codes and enhanced status codes out of diagnostics."""

from __future__ import annotations

import re
from typing import NamedTuple

_STATUS = r"[245]\.\d{1,3}\.\d{1,3}"
_STATUS_ALONE = re.compile(rf"(?<![\w.-])#?({_STATUS})(?![\w.])")
_REPLY = re.compile(
    r"(?:(?<![\w.#/=-])|(?<=\s#))([245][0-57]\d)"
    rf"(?=[ \t\r\n:;,<-])[ \t\r\n:;,<#('-]{{0,9}}({_STATUS})?"
)
_REPLY_AT_END = re.compile(r"(?<![\w.#/=-])([245][0-57]\d)\s*$")
_LONGEST = 4000


class Codes(NamedTuple):
    """An SMTP reply code and an enhanced status code; either may be empty."""

    reply: str = ""
    status: str = ""


def codes_in(text: str, classes: str = "45") -> Codes:
    """Return the codes that a diagnostic gives, preferring a pair that agrees with itself.

    `classes` are the first digits that count: words on a failure may name a version 2.0.12.
    """
    text = text[:_LONGEST]
    pairs = [
        Codes(match[1], match[2] or "") for match in _REPLY.finditer(text) if match[1][0] in classes
    ]
    for pair in pairs:
        if pair.status and pair.status[0] == pair.reply[0]:
            return pair
    alone = (match[1] for match in _STATUS_ALONE.finditer(text) if match[1][0] in classes)
    status = next(alone, "")
    reply = pairs[0].reply if pairs else ""
    last = _REPLY_AT_END.search(text)
    if not reply and last and last[1][0] in classes:
        reply = last[1]
    return Codes(reply, status)


def status_of_field(value: str) -> str:
    """Return the enhanced status code of a Status field; comments and other words are dropped."""
    found = _STATUS_ALONE.search(value[:200])
    return found[1] if found else ""


def is_vague(status: str) -> bool:
    """Return whether a status says no more than "it failed" (or nothing)."""
    return not status or status.endswith(".0.0")
