"""Guess the charset of bytes that name none or a wrong one, by which reading makes sense."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from wingbeat.channels.mail.parsing import japanese

# Enough to tell; more would only cost time.
_SAMPLE = 2_000
_COMMON: dict[str, str] = tomllib.loads(
    Path(__file__).with_name("common_letters.toml").read_text(encoding="utf-8")
)
_KANA = re.compile("[\u3040-\u30ff、。ー]")
_JAPANESE = ("cp932", "euc_jp")
_CANDIDATES = (*_COMMON, *_JAPANESE)
_LATIN = ("cp1252", "cp1250")
_FOREIGN = re.compile(rb"[\x80-\xff]")
# With fewer foreign bytes than this a text is Latin: one stray letter proves no other alphabet.
_EVIDENCE = 3
# Two bytes of a large script, and the first bytes of its common characters: weaker evidence, but
# there where a text is too short for any of the commonest.
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_LEADS = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6), "cp949": (0xB0, 0xC8)}
# Letters of two alphabets side by side: natural in Latin, else the mark of a wrong reading.
_MIXED = re.compile("[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
_SETS = {codec: frozenset(letters) for codec, letters in _COMMON.items()}
# Each patch copies the rest once: beyond this, broken bytes become marks.
_MOST_PATCHES = 64
# Below this share of common letters no reading of a larger script is believed.
_BELIEVED = 0.3


def guess(data: bytes) -> tuple[str, str]:
    """Return the likeliest text of `data` and the codec that gives it; never raises."""
    if b"\x1b$" in data or b"\x1b(" in data:
        try:
            return japanese.decode(data), japanese.CODEC
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf_8"), "utf_8"
    except UnicodeDecodeError:
        pass
    if is_mostly(data, "utf_8"):
        return decode_patched(data, "utf_8"), "utf_8"
    sample = _sample(data)
    is_short = len(_FOREIGN.findall(sample)) < _EVIDENCE
    best = max(_LATIN if is_short else _CANDIDATES, key=lambda codec: _score(sample, codec))
    if _score(sample, best) < _BELIEVED:
        best = "cp1252"
    return decode_patched(data, best), best


def is_mostly(data: bytes, codec: str) -> bool:
    """Return whether `data` is in that charset but for a few broken characters."""
    if codec == japanese.CODEC:
        return False
    text = data.decode(codec, "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return broken * 3 < foreign


def decode_patched(data: bytes, codec: str) -> str:
    """Return the text with each byte that does not belong read as Western, or marked as lost."""
    patched: list[str] = []
    position = 0
    while position < len(data):
        piece, position = _until_broken(data, position, codec)
        patched.append(piece)
        if len(patched) > _MOST_PATCHES:
            patched.append(data[position:].decode(codec, "replace"))
            break
    return "".join(patched)


def _until_broken(data: bytes, position: int, codec: str) -> tuple[str, int]:
    rest = data[position:]
    try:
        return rest.decode(codec), len(data)
    except UnicodeDecodeError as broken:
        good = rest[: broken.start].decode(codec)
        byte = rest[broken.start : broken.start + 1]
        return good + byte.decode("cp1252", "replace"), position + broken.start + 1


def _sample(data: bytes) -> bytes:
    """Return a stretch that begins at the first foreign byte, where the evidence is."""
    first = _FOREIGN.search(data)
    start = first.start() if first else 0
    return data[start : start + _SAMPLE]


def _score(sample: bytes, codec: str) -> float:
    """Return which share of the foreign characters are common ones, read with that codec."""
    text = sample.decode(codec, "replace")
    foreign = [letter for letter in text if letter > "\x7f"]
    # The sample may end within a character, which is no evidence against the charset.
    broken = text[:-1].count("\ufffd")
    if not foreign or broken * 10 > len(foreign):
        return 0.0
    if codec in _JAPANESE:
        return len(_KANA.findall(text)) / len(foreign)
    if codec in _LEADS:
        return (_leading(sample, codec) + _common(foreign, codec)) / 2
    mixed = 0 if codec in _LATIN else len(_MIXED.findall(text))
    return _common(foreign, codec) - mixed / len(foreign)


def _common(foreign: list[str], codec: str) -> float:
    common = _SETS[codec]
    return sum(letter in common for letter in foreign) / len(foreign)


def _leading(sample: bytes, codec: str) -> float:
    """Return which share of the pairs begins as the common characters of a large script do."""
    first, last = _LEADS[codec]
    pairs = _PAIR.findall(sample)
    fitting = sum(first <= pair[0] <= last and (pair[1] > 0xA0 or first == 0xA4) for pair in pairs)
    return fitting / len(pairs) if pairs else 0.0
