"""Write docs/evidence.md: what the laws find on real tables, and what they do not.

WINGBEAT_CORPUS=... python -m bench.evidence
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bench.evidence.decaying import incidents, upkeep
from bench.evidence.ending import crowds, reopening
from bench.evidence.fairness import boroughs, complaints
from bench.evidence.remembering import memories
from bench.evidence.waiting import waits

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "evidence.md"
HEAD = """# Evidence: the laws on real tables

Written by `python -m bench.evidence`; the data are not ours and are not in this repository. Every
part begins with what it means for you and ends with what it does not show. What did not come out is
told as such: such verdicts begin with **No**.

Estimates stand with their interval (95 %, in brackets) and the number behind it. Four things stand
without one: what the answered alone would show (a trap, no estimate), z (it already counts in usual
errors), what a model foretells by itself, and the R2 of a blend, whose lead over peak-end, which is
what is claimed, has one. "In 4 of 6" compares point with point: any one of the four may be chance.
"""
PARTS = (memories, waits, reopening, crowds, boroughs, complaints, incidents, upkeep)


def main() -> int:
    folder = os.environ.get("WINGBEAT_CORPUS")
    if not folder:
        print("WINGBEAT_CORPUS is not set: give the folder that holds `logs` and `conversations`.")
        return 2
    parts = [make(Path(folder)) for make in PARTS]
    PAGE.write_text(HEAD + "".join(parts), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
