"""Counting what became of hints: only what is known, and never by whom."""

from __future__ import annotations

import pytest

from wingbeat.desk.care.hint import count


def test_only_what_is_known_is_counted() -> None:
    with pytest.raises(ValueError, match=r"memory\.mood, shown"):
        count(None, "memory.mood", "shown")
    with pytest.raises(ValueError, match="counted are shown, heeded, wrong"):
        count(None, "memory.question_open", "by_ada")
