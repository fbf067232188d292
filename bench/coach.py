"""Print how long the coach takes: 300 real words with 20 facts around them, and a pasted book.

WINGBEAT_CORPUS=... python -m bench.coach
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.acts import milliseconds, texts
from wingbeat.laws.coaching import coach
from wingbeat.laws.drafts import Around

ROUNDS = 5


def pasted(words: int) -> str:
    begun = time.process_time()
    told = coach("The lamp is on its way to you. " * (words // 8), Around(), language="en")
    taken = time.process_time() - begun
    return f"{taken * 1000:.0f} ms, {'read in part' if told.cut else 'read whole'}"


if __name__ == "__main__":
    if "WINGBEAT_CORPUS" not in os.environ:
        raise SystemExit("WINGBEAT_CORPUS is not set: it names the folder of the real replies.")
    found = texts(Path(os.environ["WINGBEAT_CORPUS"]))
    for nth in range(ROUNDS):
        print(f"300 words, round {nth + 1}: {milliseconds(found)} of processor time (p95 of 200)")
    print(f"100,000 words: {pasted(100_000)}")
