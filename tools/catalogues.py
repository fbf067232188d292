"""Compile the laws' catalogues: the .mo beside each .po, the same on every machine."""

from __future__ import annotations

import ast
import re
import struct
import sys
from pathlib import Path

LAWS = Path(__file__).resolve().parent.parent / "wingbeat" / "laws"
LINE = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)?\s*(".*")$')


def read(text: str) -> dict[str, str]:
    """Return the catalogue's keys and sentences, contexts and plurals joined as gettext does."""
    found: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text.strip()):
        parts: dict[str, str] = {}
        part = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            match = LINE.match(line)
            if match is None:
                raise SystemExit(f"not a line of a catalogue: {line!r}")
            part = match[1] or part
            parts[part] = parts.get(part, "") + ast.literal_eval(match[2])
        key = "\0".join(parts[name] for name in ("msgid", "msgid_plural") if name in parts)
        key = f"{parts['msgctxt']}\4{key}" if "msgctxt" in parts else key
        found[key] = "\0".join(value for name, value in parts.items() if "msgstr" in name)
    return found


def compiled(text: str) -> bytes:
    """Return the catalogue in gettext's binary form."""
    pairs = sorted((key.encode(), value.encode()) for key, value in read(text).items())
    count = len(pairs)
    heads, bodies, at = [], b"", 28 + 16 * count
    for column in (0, 1):
        for pair in pairs:
            heads.append(struct.pack("<2I", len(pair[column]), at + len(bodies)))
            bodies += pair[column] + b"\0"
    return (
        struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
        + b"".join(heads)
        + bodies
    )


def main() -> int:
    """Compile every catalogue."""
    for source in sorted(LAWS.rglob("*.po")):
        source.with_suffix(".mo").write_bytes(compiled(source.read_text(encoding="utf-8")))
        print(source.relative_to(LAWS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
