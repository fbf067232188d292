"""Name attachments safely: the name a mail gives, made harmless, or one made from the type."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from wingbeat.channels.mail.parsing import limits

_BY_KIND = {"image": "image", "audio": "audio", "video": "video", "text": "document"}
# Controls, separators, marks that reverse what a name seems to end with, and what Windows refuses.
_UNSAFE = re.compile(
    '[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff<>:"|?*/\\\\]'
)
_PATH = re.compile(r"^(?:[A-Za-z]:[/\\]|[/\\]|\.\.?[/\\])(?:.*[/\\])?", re.DOTALL)
# Mail programs make identifiers of file names: image001.jpg@01CDB132.D8A510F0
_IDENTIFIED = re.compile(r"([\w -]{1,80}\.[A-Za-z][A-Za-z0-9]{1,4})@", re.ASCII)
_BLANKS = re.compile(r"[\r\n\t]+")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))


def safe_name(name: str) -> str:
    """Return a name that is one plain file name on any system, or nothing if none is left.

    >>> safe_name("../../etc/passwd")
    'passwd'
    >>> safe_name("Invoice 12/2024.pdf")
    'Invoice 12_2024.pdf'
    """
    last = _PATH.sub("", _BLANKS.sub(" ", name))
    plain = _UNSAFE.sub("_", last).strip().lstrip(".").rstrip(". ")
    if len(plain) <= limits.MAX_FILE_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 12:
        return plain[: limits.MAX_FILE_NAME]
    return stem[: limits.MAX_FILE_NAME - len(ending) - 1] + dot + ending


def name_for(type_: str, described: str = "", content_id: str = "") -> str:
    """Return a name for a part that gives none: as described, as its identifier says, by its type.

    >>> name_for("image/jpeg")
    'image.jpg'
    >>> name_for("message/delivery-status", "Delivery report")
    'Delivery report.txt'
    """
    identified = _IDENTIFIED.match(content_id)
    if identified and not described:
        return safe_name(identified.group(1))
    kind = type_.partition("/")[0]
    ending = _table()["endings"].get(type_) or (".txt" if kind in {"text", "message"} else ".bin")
    stem = (
        safe_name(described) or _table()["stems"].get(type_) or _BY_KIND.get(kind) or "attachment"
    )
    if stem.lower().endswith(ending):
        return stem
    return stem[: limits.MAX_FILE_NAME - len(ending)] + ending


def numbered(name: str, taken: set[str]) -> str:
    """Return the name, with a number before its ending where it is taken; it is taken from now on.

    >>> numbered("image.jpg", {"image.jpg", "image1.jpg"})
    'image2.jpg'
    """
    stem, dot, ending = name.rpartition(".")
    number, free = 0, name
    while free.lower() in taken:
        number += 1
        free = f"{stem}{number}{dot}{ending}" if dot else f"{name}{number}"
    taken.add(free.lower())
    return free
