"""Print how the real mails are read: all of them, and against what others expect of them.

WINGBEAT_CORPUS=... python -m bench.mail_corpus [--show]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable

from tests.channels.mail.parsing.expectations import (
    Compared,
    all_mails,
    is_on_the_page,
    mime4j,
    second_reader_agrees,
    text_parts,
    visible,
    zammad,
)
from tests.channels.mail.parsing.samples import archive
from tests.channels.mail.parsing.test_mutations import check
from wingbeat.channels.mail.parsing import parse


def main() -> None:
    show = "--show" in sys.argv
    _all()
    _fields("Zammad", zammad(), show=show)
    _second_reader()
    _fields("mime4j", mime4j(), show=show)
    _sight(show=show)


def _all() -> None:
    number, failed, took, size = 0, 0, 0.0, 0
    for name, raw in all_mails():
        number, size = number + 1, size + len(raw)
        begun = time.process_time()
        parsed = parse(raw)
        took += time.process_time() - begun
        try:
            check(parsed)
        except AssertionError as error:
            failed += 1
            print(f"  fails: {name}: {error}")
    print(f"all mails: {number} of {size / 1e6:.1f} MB, {failed} fail, ", end="")
    print(f"{1000 * took / number:.2f} ms of processor time each")


def _fields(who: str, compared: Iterable[Compared], *, show: bool) -> None:
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one in compared:
        asked[one.field] += 1
        right[one.field] += one.is_equal
        if show and not one.is_equal:
            print(f"  {one.mail} {one.field}:")
            print(f"    {str(one.expected)[:160]}\n    {str(one.found)[:160]}")
    shares = ", ".join(f"{field} {right[field]}/{asked[field]}" for field in asked)
    share = 100 * right.total() / asked.total()
    print(f"{who}: {right.total()}/{asked.total()} equal, {share:.1f} % ({shares})")


def _second_reader() -> None:
    """Ask the standard library where we differ: some expectations record what a program does."""
    mails = dict(archive("zammad"))
    fields = list(zammad())
    differing = [one for one in fields if not one.is_equal]
    agreed = sum(second_reader_agrees(one, mails[one.mail]) for one in differing)
    asked = len(fields)
    right = asked - len(differing) + agreed
    print(
        f"  of the other {len(differing)}, Python's own readers find what we find in {agreed}: ",
        end="",
    )
    print(f"{right}/{asked} equal or so confirmed, {100 * right / asked:.1f} %")


def _sight(*, show: bool) -> None:
    asked, right = 0, 0
    for name, raw in all_mails():
        parsed = parse(raw)
        for part in text_parts(raw):
            words = visible(part)
            found = is_on_the_page(words, parsed)
            asked, right = asked + 1, right + found
            if show and not found:
                print(f"  {name}: {words[:120]}")
    print(
        f"text parts whole and in order on the page: {right}/{asked}, {100 * right / asked:.1f} %"
    )


if __name__ == "__main__":
    main()
