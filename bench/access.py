"""Does anybody ever read what is not theirs? Random desks, asked by everybody.

    python -m bench.access [--cases 10000] [--seed 1000]

Each throw of the dice makes people in every role, teams, inboxes, and conversations that were
merged, split, moved, restricted and shared. A case is one address about a single thing asked by one
who may not see it (it must look as if it were not there), one page, file or list read by one who
may (no word of others may stand in it), one word searched for, or one live update. The desk is a
new one on SQLite, and every throw is taken back. It stops at the first leak, and says which seed
throws that desk again.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter

from bench.desk import empty_desk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1_000)
    asked = parser.parse_args()
    with empty_desk():
        as_in_tests()
        count: Counter[str] = Counter()
        for seed in itertools.count(asked.seed):
            count += cases(seed)
            if count.total() >= asked.cases:
                break
    for what, many in count.items():
        print(f"{many:>7,} {what}")
    print(f"{count.total():>7,} cases on {seed - asked.seed + 1} random desks: no leak")


def as_in_tests() -> None:
    """Take requests from the test client, and static files without their fingerprints."""
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )


def cases(seed: int) -> Counter[str]:
    """Throw one desk, ask everything of it, and take it back; return what was asked, by kind."""
    from django.core.cache import cache
    from django.db import transaction

    from tests.screens import asking
    from tests.screens.random_desk import RandomDesk

    cache.clear()
    with transaction.atomic():
        desk = RandomDesk.thrown(seed)
        try:
            found = Counter({
                "closed addresses asked": asking.ask_for_what_is_closed(desk),
                "open pages and searches read": asking.read_what_is_open(desk),
                "live updates told": asking.listen_to_live_updates(desk),
            })  # fmt: skip
        except AssertionError as leak:
            raise SystemExit(f"A leak on the desk of seed {seed}: {leak}") from leak
        transaction.set_rollback(True)
    return found


if __name__ == "__main__":
    main()
