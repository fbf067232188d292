"""What a file tells the search: its name, and its words where it is plain text. Pure."""

from __future__ import annotations

import codecs
import re

# Of a longer file only the beginning is searched.
MOST_CHARACTERS = 200_000
TEXTS = frozenset({"application/csv", "application/json", "application/xml", "application/yaml"})
# How a file begins that says in which code it is written.
CODES = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
MARKUP = re.compile(r"<[^<>]{0,2000}>")


def is_text(type_: str) -> bool:
    """Say whether a file of this type is words that can be read as they are.

    >>> is_text("text/csv"), is_text("image/png")
    (True, False)
    """
    return type_.lower().startswith("text/") or type_.lower() in TEXTS


def words_in(name: str, type_: str, content: bytes = b"") -> str:
    r"""Return the name of a file, and what it says if it is text.

    >>> words_in("meter.txt", "text/plain", b"It stands at 4711.")
    'meter.txt\nIt stands at 4711.'
    >>> words_in("photo.jpg", "image/jpeg", bytes(9))
    'photo.jpg'
    """
    if not is_text(type_) or not content:
        return name
    text = _decoded(content[: 4 * MOST_CHARACTERS])[:MOST_CHARACTERS]
    if "html" in type_.lower() or "xml" in type_.lower():
        text = MARKUP.sub(" ", text)
    return f"{name}\n{text}"


def _decoded(content: bytes) -> str:
    for mark, code in CODES.items():
        if content.startswith(mark):
            return content.decode(code, "replace")
    try:  # a letter that was cut off at the end is no mistake
        return codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
