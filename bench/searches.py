"""How long searches for two words take on a large desk, from the commonest words to the rarest.

    WINGBEAT_HOME=/tmp/large python -m bench.searches          or with a WINGBEAT_DATABASE_URL

Forty pairs of words of `bench.fill`, by how common they are, each asked until a page is full. It
measures the matching, which grows with a desk; `bench.pages` measures the page around it.
"""

from __future__ import annotations

import os
import random
import statistics
import time

CLASSES = ((0, 30), (30, 120), (120, 600), (600, 3_000), (3_000, 12_000))
PAIRS, PAGE = 8, 62


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")
    import django

    django.setup()
    from bench.fill import Words

    words, chance = Words(seed=7).words, random.Random(3)
    every: list[float] = []
    for low, high in CLASSES:
        asked = [
            f"{words[chance.randrange(low, high)]} "
            f"{words[chance.randrange(*chance.choice([(0, 120), (low, high)]))]}"
            for _ in range(PAIRS)
        ]
        times = [timed(pair) for pair in asked]
        every += times
        print(f"words {low:>5} to {high:<6} {spread(times)}")
    print(f"all                  {spread(every)}")


def timed(asked: str) -> float:
    from wingbeat.desk.conversations import searching

    question, found, began = searching._question(asked), 0, time.perf_counter()
    for ids in searching._matches(question, below=searching.NEWEST, first_chunk=PAGE):
        found += len(ids)
        if found >= PAGE:
            break
    return (time.perf_counter() - began) * 1e3


def spread(times: list[float]) -> str:
    late = sorted(times)[int(len(times) * 0.95)]
    return f"p50 {statistics.median(times):.1f} ms, p95 {late:.1f} ms, max {max(times):.1f} ms"


if __name__ == "__main__":
    main()
