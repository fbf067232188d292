"""Kill a whole desk 50 times while mails come in and replies go out, and count what is left.

    python -m bench.kill [--kills 50] [--smtp 1400] [--imap 600] [--piped 50] [--replies 500]
                         [--killed-starting 10] [--seed 0]

One `wingbeat up` on SQLite. Customers hand mails in by SMTP until they are told 250, a Dovecot
holds others, a few are piped in; agents answer through the pages and press Send again when no
answer comes; a mail server takes the replies within 100 ms and remembers all it took. The desk is
killed with SIGKILL at random moments of its lives, and in some before its first page.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")

from tests.faults.kills import Outcome, Plan, kill_again_and_again


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--smtp", type=int, default=1400)
    asked.add_argument("--imap", type=int, default=600)
    asked.add_argument("--piped", type=int, default=50)
    asked.add_argument("--replies", type=int, default=500)
    asked.add_argument("--killed-starting", type=int, default=10)
    asked.add_argument("--seed", type=int, default=0)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as folder:
        outcome = kill_again_and_again(Path(folder) / "home", Plan(**vars(options)))
    for name, value in table(outcome):
        print(f"{name:55} {value}")


def table(outcome: Outcome) -> list[tuple[str, object]]:
    plan, pages, shown = outcome.plan, outcome.first_pages, outcome.shown_after
    kills = f"{plan.kills} of desks that served, {plan.killed_starting} of desks that started"
    return [
        ("kills", kills),
        ("mails by SMTP, IMAP, pipe", f"{plan.smtp}, {plan.imap}, {plan.piped}"),
        ("replies", plan.replies),
        ("mails lost", len(outcome.judged.lost)),
        ("mails doubled", len(outcome.judged.doubled)),
        ("mails handed in again, recognized as duplicates",
         f"{outcome.handed_in_again}, {outcome.judged.duplicates}"),
        ("replies lost or doubled", len(outcome.judged.wrong_replies)),
        ("Send pressed again after no answer", outcome.pressed_again),
        ("replies in doubt", outcome.judged.in_doubt),
        ("replies in doubt a kill, at most", outcome.most_in_doubt_a_kill),
        ("doubts not in the tray 10 s after the restart", len(outcome.shown_late)),
        ("doubts in the tray after, median and worst",
         f"{median(shown or [0]):.1f} s, {max(shown, default=0):.1f} s"),
        ("first page after a restart, median and worst",
         f"{median(pages):.1f} s, {max(pages):.1f} s"),
        ("journal unbroken", "yes" if outcome.judged.is_straight else "no"),
        ("seconds", f"{outcome.seconds:.0f}"),
        ("verdict", "good" if outcome.is_good else f"BAD {outcome}"),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
