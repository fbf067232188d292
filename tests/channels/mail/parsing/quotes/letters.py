"""Letters written by hand, after what mail programs write; `letters/*.txt` mark what is to fold.

A letter begins with `=== name`. What stands in `{quote ...}` or `{signature ...}`, the brace
closing a line, is expected to be folded; everything else is the customer's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wingbeat.channels.mail.parsing.parsed import Span

Kind = Literal["quote", "signature"]
FOLDER = Path(__file__).with_name("letters")
_FOLDED = re.compile(r"\{(quote|signature)\s(.*?)\}(?=\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Letter:
    name: str
    text: str
    folds: tuple[Span, ...]
    own: str


def letters() -> list[Letter]:
    """Return every letter of the folder."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
            name, body = part.split("\n", 1)
            found.append(_letter(f"{path.stem}: {name}", body.rstrip("\n")))
    return found


def _letter(name: str, body: str) -> Letter:
    text, own, folds, at = "", "", [], 0
    for found in _FOLDED.finditer(body):
        text += body[at : found.start()]
        own += body[at : found.start()]
        kind: Kind = "signature" if found[1] == "signature" else "quote"
        folds.append(Span(len(text), len(text) + len(found[2]), kind))
        text += found[2]
        at = found.end()
    return Letter(name, text + body[at:], tuple(folds), (own + body[at:]).strip())
