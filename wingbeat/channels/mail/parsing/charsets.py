"""Turn bytes into text by the charset a mail names, where that name is right, and else by sense."""

from __future__ import annotations

import codecs
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from wingbeat.channels.mail.parsing import guessing, japanese

_TABLES: dict[str, dict[str, str]] = tomllib.loads(
    files(__package__).joinpath("charsets.toml").read_text("utf-8")
)
_BY_NAME = {name: codec for codec, names in _TABLES["codecs"].items() for name in names.split()}
_REFUSED, _UNKNOWN = (
    frozenset(_TABLES["not_codecs"][name].split()) for name in ("refused", "unknown")
)
# Charsets in which ASCII bytes may mean something else.
_SHIFTING = frozenset({japanese.CODEC, "utf_7", "hz", "utf_16", "iso2022_kr"})
_MARKED = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_NOISE = re.compile("[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that made it, and what was odd (or nothing)."""

    text: str
    codec: str
    defect: str = ""


@lru_cache(maxsize=512)
def codec_for(name: str) -> str:
    """Return the codec for a charset as a mail names it, or nothing where the name is no help."""
    key = _NOISE.sub("", name.lower())
    if key in _BY_NAME:
        return _BY_NAME[key]
    if not key or key in _UNKNOWN:
        return ""
    for candidate in (
        name.strip(),
        key,
        re.sub("^(?:x|cs)", "", key),
        re.sub("^win(?:dows)?", "cp", key),
    ):
        found = _looked_up(candidate)
        if found:
            return found
    return ""


def decode(data: bytes, charset: str) -> Decoded:
    """Return the text of `data` whose mail names `charset` (or none); never raises."""
    marked = next((codec for mark, codec in _MARKED if data.startswith(mark)), "")
    codec = marked or codec_for(charset)
    if data.isascii() and codec not in _SHIFTING and b"\x1b" not in data:
        return Decoded(data.decode("ascii"), codec or "ascii", _unknown_name(charset, codec))
    if not codec or codec == "ascii":
        guessed = decode_undeclared(data, "")
        return Decoded(guessed.text, guessed.codec, _said(charset, codec, guessed.codec))
    strict = _strictly(data, codec)
    if strict is not None and not _is_lie(data, codec):
        return Decoded(strict.removeprefix("\ufeff"), codec)
    return _despite(data, codec, charset)


def decode_undeclared(data: bytes, hint: str) -> Decoded:
    """Return the text of bytes that name no charset; `hint` is what the mail uses elsewhere."""
    if _strictly(data, "utf_8") is None or b"\x1b" in data:
        codec = codec_for(hint)
        hinted = _strictly(data, codec) if codec not in {"", "cp1252", "utf_8", "ascii"} else None
        if hinted is not None:
            return Decoded(hinted, codec)
    text, codec = guessing.guess(data)
    return Decoded(text, codec)


def _despite(data: bytes, codec: str, charset: str) -> Decoded:
    """Return the best reading of bytes that are not what their charset says."""
    if not _is_lie(data, codec) and guessing.is_mostly(data, codec):
        text = guessing.decode_patched(data, codec).removeprefix("\ufeff")
        return Decoded(text, codec, f"Some bytes are not {_shown(charset)}.")
    text, guessed = guessing.guess(data)
    return Decoded(text, guessed, f"The text is not {_shown(charset)}; it is read as {guessed}.")


def _is_lie(data: bytes, codec: str) -> bool:
    """Return whether bytes named Western are UTF-8: real Western text never happens to be that."""
    return codec == "cp1252" and _strictly(data, "utf_8") is not None


def _said(charset: str, codec: str, guessed: str) -> str:
    if not charset:
        return f"The text names no charset; it is read as {guessed}."
    if codec:
        return f"The text is not {_shown(charset)}; it is read as {guessed}."
    return f"The charset {_shown(charset)} is not known; the text is read as {guessed}."


def _unknown_name(charset: str, codec: str) -> str:
    return f"The charset {_shown(charset)} is not known." if charset and not codec else ""


def _shown(charset: str) -> str:
    return "".join(letter for letter in charset if letter.isprintable())[:40] or "that charset"


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return japanese.decode(data) if codec == japanese.CODEC else data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _looked_up(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    is_text = getattr(found, "_is_text_encoding", False)
    return found.name if is_text and found.name not in _REFUSED else ""
