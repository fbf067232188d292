"""Print how many real letters are trimmed exactly as their projects expect, and how fast.

    WINGBEAT_CORPUS=... python -m bench.reply_trimming [--show]

A letter counts as right where the text without its folds equals the expectation, white space at
both ends aside. "elsewhere" is what the best Python library, email-reply-parser, gets right.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict

from tests.channels.mail.parsing.quotes.expectations import Case, cases
from tests.channels.mail.parsing.quotes.letters import letters
from tests.channels.mail.parsing.samples import archive
from wingbeat.channels.mail.parsing.quotes import fold

ELSEWHERE = {"Discourse": "16/27", "Crisp": "13/28"}
GROWTH = (1, 2, 4, 8)


def main() -> None:
    show = "--show" in sys.argv
    suites: dict[str, list[Case]] = defaultdict(list)
    for case in cases():
        suites[case.suite].append(case)
    print(f"{'letters':24} {'right':>8} {'share':>8}  elsewhere")
    for suite, found in suites.items():
        print_row(suite, [case.is_right for case in found], ELSEWHERE.get(suite, ""))
    languages: dict[str, list[bool]] = defaultdict(list)
    for letter in letters():
        languages[letter.name.split(":")[0]].append(fold(letter.text) == letter.folds)
    for language, found_by_hand in languages.items():
        print_row(f"by hand, {language}", found_by_hand, "")
    for case in (case for found in suites.values() for case in found if not case.is_right):
        print(f"  {case.suite}: {case.name}")
        if show:
            print(f"    found    {case.found[:300]!r}\n    expected {case.expected[:300]!r}")
    print_times()


def print_row(name: str, right: list[bool], elsewhere: str) -> None:
    share = 100 * sum(right) / len(right)
    print(f"{name:24} {sum(right):4}/{len(right):<3} {share:6.1f} %  {elsewhere}")


def print_times() -> None:
    texts = {path.rpartition("/")[2]: raw for path, raw in archive("github-reply-parser")}
    pathological = texts["email_long_quote.txt"].decode()
    print(f"\n{len(pathological) / 1000:.0f} kB pathological quote: {seconds(pathological):.4f} s")
    quoted = "".join(letter.text + "\n\n" for letter in letters()) * 4
    print("growth, the letters by hand over and over:")
    for times in GROWTH:
        text = quoted * times
        spent = seconds(text)
        print(f"  {len(text) / 1000:7.0f} kB {spent:.4f} s  {1e6 * spent / len(text):.3f} s/MB")


def seconds(text: str) -> float:
    best = 99.0
    for _ in range(3):
        started = time.process_time()
        fold(text)
        best = min(best, time.process_time() - started)
    return best


if __name__ == "__main__":
    main()
