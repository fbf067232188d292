"""How much of our tone comes back in the next answer."""

from __future__ import annotations

import numpy as np
import pytest

from wingbeat.laws.first_impression.mirroring import Turn, mirroring


def test_mirroring_by_hand() -> None:
    """Deviations (-1, 0, 1, 0) of ours, (-.3, 0, .3, 0) after: b = .6/2."""
    turns = [
        Turn(str(i), 0, 0.0, ours, after)
        for i, (ours, after) in enumerate([(-1, -0.3), (0, 0), (1, 0.3), (0, 0)] * 3)
    ]
    found = mirroring(turns, seed=1, permutations=200)
    assert found.b.value == pytest.approx(0.3)


def test_mirroring_needs_ten_conversations() -> None:
    with pytest.raises(ValueError, match="fewer than ten"):
        mirroring([Turn(str(i), 0, 0, 0, 0) for i in range(9)], seed=1)


def test_ten_conversations_without_mirroring_show_it_once_in_twenty_times() -> None:
    """Tones of one conversation resemble each other; normal quantiles miss twice as often."""
    rng, missed = np.random.default_rng(2), 0
    for _ in range(400):
        turns = []
        for one in range(10):
            base = tone = rng.normal(0, 0.3)
            for place in range(8):
                ours, after = 0.5 * base + rng.normal(0, 0.3), 0.3 * tone + rng.normal(0, 0.3)
                turns.append(Turn(str(one), place, tone, ours, after))
                tone = after
        missed += mirroring(turns, seed=1, permutations=1).b.excludes(0)
    assert missed / 400 < 0.08
