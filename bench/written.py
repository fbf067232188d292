"""German and Russian replies that were written to measure with: ours, so that texts may stand here.

`bench/labels/written.jsonl` has `source`, `id`, `language`, `sent` (a date), `text`, and `due`: the
day on which its first dated promise falls due, as both of its readers say; empty where none is
dated, and null where they disagree. Their acts stand among the others' in `acts.tsv`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from wingbeat.language.promises import promises

LATER = "written later"  # than the phrases were mended
OURS = ("written", LATER)
TEXTS = Path(__file__).resolve().parent / "labels/written.jsonl"
BERLIN = ZoneInfo("Europe/Berlin")


def written() -> list[dict[str, Any]]:
    return [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]


def heard_days(ids: set[str]) -> Iterator[tuple[str, list[str], str]]:
    """Yield each reply's language, the days on which what we hear falls due, and the true one."""
    for one in written():
        if one["id"] not in ids or one["due"] is None:
            continue
        at = datetime.fromisoformat(f"{one['sent']}T09:00").replace(tzinfo=BERLIN)
        told = promises(one["text"], one["language"], at=at, zone=BERLIN)
        heard = [each.due_at.date().isoformat() for each in told if each.due_at]
        yield one["language"], heard, one["due"]
