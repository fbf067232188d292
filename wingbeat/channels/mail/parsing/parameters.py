"""Read Content-Type and Content-Disposition with their parameters, as the world writes them."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import unquote_to_bytes

from wingbeat.channels.mail.parsing import charsets
from wingbeat.channels.mail.parsing.words import decode_words

_TYPE = re.compile(r"\s*\"?([\w!#$&.+^-]+)\s*/\s*([\w!#$&.+^-]+)")
# name = "quoted" or name = bare; a quote that nobody closes runs to the end, and a bare value ends
# where the next parameter begins, semicolon or not. Blanks are counted: runs of them are attacks.
_PARAMETER = re.compile(
    r"[;\s]\s{0,20}([\w!#$&+^.-]{1,60}(?:\*\d{1,3})?\*?)\s{0,20}=\s{0,20}"
    r"(?:\"((?:[^\"\\]|\\.)*)(?:\"|\\?\Z)|((?:(?!\s{1,9}[\w-]{1,40}\*?\s{0,3}=)[^;\"])*))",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\([\"\\])")
_BREAKS = re.compile(r"[\r\n]+[ \t]*")
_SECTION = re.compile(r"([^*]+)\*(\d{1,3})(\*?)")
_MOST = 64


def content_type(value: bytes, default: str) -> tuple[str, dict[str, str]]:
    """Return the type in lower case and the parameters of a Content-Type field."""
    if not value:
        return default, {}
    text = value.decode("utf-8", "surrogateescape")
    found = _TYPE.match(text)
    if found is None:
        return default, parameters_of(text)
    return f"{found.group(1)}/{found.group(2)}".lower(), parameters_of(text[found.end() :])


def disposition(value: bytes) -> tuple[str, dict[str, str]]:
    """Return the kind in lower case and the parameters of a Content-Disposition field."""
    text = value.decode("utf-8", "surrogateescape")
    kind, semicolon, rest = text.partition(";")
    if "=" in kind:
        return "", parameters_of(";" + text)
    return kind.strip().strip('"').lower(), parameters_of(semicolon + rest)


def parameters_of(text: str) -> dict[str, str]:
    """Return the parameters of the tail of a field, names in lower case, sections joined.

    Bytes that are not UTF-8 stay as surrogates; `words_of` makes words of a value.
    """
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in islice(_PARAMETER.finditer(";" + text), _MOST):
        name, value = found.group(1).lower(), _value(found)
        section = _SECTION.fullmatch(name)
        if section:
            place, is_coded = int(section.group(2)), bool(section.group(3))
            sections.setdefault(section.group(1), {}).setdefault(place, (value, is_coded))
        elif name.endswith("*"):
            sections.setdefault(name[:-1], {}).setdefault(0, (value, True))
        else:
            plain.setdefault(name, value)
    for name, pieces in sections.items():
        plain[name] = _joined([pieces[place] for place in sorted(pieces)])
    return plain


def words_of(value: str, hint: str) -> str:
    """Return what a parameter says: encoded words and raw bytes decoded, no control characters."""
    return decode_words(value.encode("utf-8", "surrogateescape"), hint)


def _value(found: re.Match[str]) -> str:
    if found.group(2) is not None:
        return _BREAKS.sub(" ", _ESCAPED.sub(r"\1", found.group(2))).strip()
    return _BREAKS.sub(" ", found.group(3)).strip()


def _joined(pieces: list[tuple[str, bool]]) -> str:
    """Return the sections of an RFC 2231 value joined and decoded by the charset of the first."""
    charset = ""
    first, is_coded = pieces[0]
    if is_coded and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
        pieces = [(first, True), *pieces[1:]]
    whole = b"".join(
        unquote_to_bytes(value.encode("utf-8", "surrogateescape"))
        if coded
        else value.encode("utf-8", "surrogateescape")
        for value, coded in pieces
    )
    if not any(coded for _, coded in pieces):
        return whole.decode("utf-8", "surrogateescape")
    return charsets.decode(whole, charset).text
