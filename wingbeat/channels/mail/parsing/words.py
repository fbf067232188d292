"""Decode header values: encoded words in all their broken forms, raw bytes, folds."""

from __future__ import annotations

import re

from wingbeat.channels.mail.parsing import charsets, limits, transfer

# Where an encoded word begins; its end is looked for behind it, so that one without an end costs
# no second pass.
_BEGIN = re.compile(rb"=\?([\w.:+'()-]{1,60})(?:\*[\w-]{0,40})?\?([bBqQ])\?", re.ASCII)
# Control characters and the two separators that browsers take for line breaks.
_CONTROL = re.compile("[ \t]?[\x00-\x1f\x7f-\x9f\u2028\u2029]+[ \t]?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HEXADECIMAL = re.compile(rb"=([0-9A-Fa-f]{2})")


def clean(text: str) -> str:
    """Return text on one line: no control characters, no line breaks, nothing UTF-8 cannot hold."""
    if text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(_one_blank, text))


def decode_words(value: bytes, hint: str = "") -> str:
    """Return the words of a header value; `hint` is the charset of the mail's text."""
    if b"=?" not in value:
        return clean(_raw(value, hint))
    pieces = _BEGIN.split(value[: limits.MAX_FIELD_BYTES])
    decoded = [_raw(pieces[0], hint)]
    run: list[tuple[str, bytes]] = []
    for place in range(1, len(pieces), 3):
        charset, coding, rest = pieces[place : place + 3]
        content, end, after = rest.partition(b"?=")
        if not end:
            after = b" " if rest[-1:].isspace() else b""
        _extend(run, charset.decode("ascii"), coding.upper(), content)
        is_last = place + 3 >= len(pieces)
        # Blanks between two encoded words separate nothing; other text ends the run.
        if after.strip() or is_last:
            decoded += [_words(run), _raw(after, hint)]
            run = []
    return clean("".join(decoded))


def _extend(run: list[tuple[str, bytes]], charset: str, coding: bytes, content: bytes) -> None:
    """Add one word's bytes; words of one charset join, as many split a character between them."""
    data = transfer.letters(content.partition(b"=")[0]) if coding == b"B" else _quoted(content)
    if run and run[-1][0].lower() == charset.lower():
        run[-1] = (charset, run[-1][1] + data)
    else:
        run.append((charset, data))


def _words(run: list[tuple[str, bytes]]) -> str:
    return "".join(charsets.decode(data, charset).text for charset, data in run)


def _quoted(content: bytes) -> bytes:
    spaced = content.replace(b"_", b" ").replace(b"\r", b"").replace(b"\n", b"")
    return _HEXADECIMAL.sub(lambda found: bytes([int(found.group(1), 16)]), spaced)


def _raw(value: bytes, hint: str) -> str:
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    return charsets.decode_undeclared(value, hint).text


def _one_blank(found: re.Match[str]) -> str:
    # A NUL inside a word is noise; every other control character stood for a gap.
    return "" if found.group() in {"\x00", "\x7f"} else " "
