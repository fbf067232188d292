"""The beginning of sanitized HTML, whole in itself wherever it was cut."""

from __future__ import annotations

import re

# As the sanitizer writes tags: lower case, values in double quotes, "<" nowhere else.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_REFERENCE = re.compile(r"&[#\w]{0,32}\Z")
_VOID = frozenset({"br", "hr", "img", "col", "wbr"})


def beginning_of(cut: str) -> str:
    """Return HTML that was cut anywhere with what is half a tag left off and what is open closed.

    Only for what `sanitize` and `fold_html` return: nothing here makes anything safe.
    """
    opened: list[str] = []
    at = 0
    while (start := cut.find("<", at)) >= 0:
        tag = _TAG.match(cut, start)
        if tag is None:
            cut = cut[:start]
            break
        at = tag.end()
        closes, name = tag[1], tag[2]
        if not closes and name not in _VOID:
            opened.append(name)
        elif closes and name in opened:
            while opened.pop() != name:
                pass
    ends = "".join(f"</{name}>" for name in reversed(opened))
    return _REFERENCE.sub("", cut) + ends
