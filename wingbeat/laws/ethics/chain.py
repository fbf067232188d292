"""The record that cannot be bent unseen: every entry carries what came before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def linked(previous: str, says: Any) -> str:
    """Return the SHA-256, in hex, over the digest before and all that an entry says.

    `says` is plain data (lists, texts, numbers); it is written canonically: keys sorted, no spaces.

    >>> linked("", ["reply", 7])[:12]
    '20e4b1d6a8bf'
    """
    words = json.dumps(says, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{words}".encode()).hexdigest()


def first_bent(entries: Iterable[tuple[Any, str]], *, previous: str = "") -> int | None:
    """Return the place, from 0, of the first entry whose digest does not follow; None if all do.

    >>> one = linked("", "a")
    >>> first_bent([("a", one), ("b", linked(one, "b"))]) is None
    True
    >>> first_bent([("a", one), ("c", linked(one, "b"))])
    1
    """
    for place, (says, digest) in enumerate(entries):
        previous = linked(previous, says)
        if digest != previous:
            return place
    return None
