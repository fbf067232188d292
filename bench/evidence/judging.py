"""Draw what is judged by hand of a looking back on Thunderbird's forum, or count what was.

    WINGBEAT_CORPUS=... python -m bench.evidence.judging --of 2023  (prints each with all around it)
    python -m bench.evidence.judging --of 2023 --count              (needs the labels alone)
    WINGBEAT_CORPUS=... python -m bench.evidence.judging --of brands      (replies on Twitter)

What is drawn is drawn of what the phrases hear today; the labels tell what they heard when it was
read. A kind with no more than a hundred is drawn whole. `heard` are promises in replies, kept or
not, as they are heard while somebody writes; `dated` are those of them that name a time. The
labels, without texts, are in `bench/labels/judged.tsv`; docs/evidence/lookback.md says what is
right. Brands' replies are those that `bench/labels/acts.tsv` does not label; of TweetSumm, which
tells nobody's side, each second turn, at a time of our own.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bench.acts import labelled, texts
from bench.evidence.telling import share
from bench.lookback import convert
from wingbeat.stats.shares import wilson

if TYPE_CHECKING:
    from wingbeat.laws.looking_back import OldCase, Told

SEED, MOST = 20_241_231, 100
LABELS = Path(__file__).parent.parent / "labels/judged.tsv"
BRANDS = ("brands", "brands_dated")
KINDS = ("silence", "promise", "last_step", "question", "heard", "dated", *BRANDS)
Shown = tuple[str, "OldCase", str, str]  # its kind, where, by which message, in which words


def shown(corpus: Path, year: str) -> list[Shown]:
    """Run `wingbeat lookback` on a year, and hear the promises of its replies."""
    from wingbeat.config.commands import starting
    from wingbeat.config.commands.lookback import look_back

    with tempfile.TemporaryDirectory() as home:
        os.environ["WINGBEAT_HOME"] = home
        starting.start_django()
        table = Path(home) / f"{year}.csv"
        convert(corpus / f"conversations/sumo-thunderbird-{year}.jsonl.gz", table)
        found = look_back(table, (), zone=ZoneInfo("UTC"))
    listed: list[Shown] = [(o.kind, o.case, o.shown_by.ref, o.words) for o in found.forgotten]
    replies = ((case, told) for case in found.cases for told in case.spoken if told.is_ours)
    heard = ((kind, c, told.ref, said) for c, told in replies for kind, said in _said(told))
    return [*listed, *heard]


def of_brands(corpus: Path) -> list[Shown]:
    """Hear the promises of the brands' replies that nobody has labelled."""
    from wingbeat.laws.looking_back import OldCase, Told

    known, said = {(one.source, one.id) for one in labelled()}, texts(corpus)
    with gzip.open(corpus / "conversations/twcs-first-5000.csv.gz", "rt") as file:
        times = {
            ("twcs", row["tweet_id"]): datetime.strptime(
                row["created_at"], "%a %b %d %H:%M:%S %z %Y"
            )
            for row in csv.DictReader(file)
            if row["inbound"] == "False" and row["created_at"]
        }
    turns = (key for key in said if key[0] == "tweetsumm" and int(key[1].split(".")[1]) % 2)
    times |= dict.fromkeys(turns, datetime(2017, 11, 8, 12, tzinfo=UTC))
    found: list[Shown] = []
    for key in sorted(times.keys() - known):
        told = Told(" ".join(key), times[key], is_ours=True, text=said[key])
        case = OldCase(told.ref, told.ref, told.at, (told,))
        heard = (
            ("brands" if kind == "heard" else "brands_dated", one) for kind, one in _said(told)
        )
        found += [(kind, case, told.ref, one) for kind, one in heard]
    return found


def _said(told: Told) -> Iterator[tuple[str, str]]:
    from wingbeat.language.promises import promises
    from wingbeat.language.telling import language_of

    if language := language_of(told.text):
        for one in promises(told.text, language, at=told.at, zone=UTC):
            yield "heard", one.words
            if one.due_at:
                yield "dated", f"{one.words} [due {one.due_at:%Y-%m-%d %H:%M}]"


def draw(every: Sequence[Shown], kind: str) -> list[Shown]:
    """Return at most a hundred of a kind, one a message, the same ones every time."""
    of_kind = {one[2]: one for one in reversed(every) if one[0] == kind}
    by_message = [of_kind[ref] for ref in sorted(of_kind)]
    return random.Random(f"{SEED} {kind}").sample(by_message, min(MOST, len(by_message)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", default="2023", choices=("2023", "2024", "brands"))
    parser.add_argument("--count", action="store_true", help="count the labels, draw nothing")
    asked = parser.parse_args()
    if asked.count:
        _count(asked.of)
        return
    corpus = Path(os.environ["WINGBEAT_CORPUS"])
    every = of_brands(corpus) if asked.of == "brands" else shown(corpus, asked.of)
    for kind in KINDS:
        drawn = draw(every, kind)
        print(f"\n# {kind}: {sum(one[0] == kind for one in every):,} shown, {len(drawn)} drawn")
        for _kind, case, ref, words in drawn:
            print(f"\n## {case.ref} {ref}: {words}")
            for told in case.spoken:
                who = "desk" if told.is_ours else "customer"
                print(f"[{told.ref} {told.at:%Y-%m-%d %H:%M} {who}] {told.text}")


def _count(year: str) -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["source"] == year]
    for kind in KINDS:
        read = [row for row in rows if row["kind"] == kind]
        right = sum(row["right"] == "yes" for row in read)
        print(kind, share(wilson(right, len(read))) if read else "nothing to read")
        noted = Counter((one["right"], one["reason"]) for one in read if one["reason"])
        for (verdict, reason), n in noted.items():
            print(f"  {verdict}, {reason}: {n}")


if __name__ == "__main__":
    main()
