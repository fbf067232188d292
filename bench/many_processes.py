"""Two machines of one desk on PostgreSQL, one of them killed under load.

    python -m bench.many_processes [--server postgresql://postgres@127.0.0.1:5432/postgres]
                                   [--seconds 60] [--mails 5] [--replies 1] [--readers 2]

Each machine has a home folder, a web and a work process; blobs and key are shared. Mails come to
both by SMTP, agents answer at both, readers turn pages at both. After 40 % of the time both
processes of one are killed with SIGKILL, and started again ten seconds later. A page that is open
at the other hears of every message; its seconds count from "250" or from pressing Send.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")

from tests.faults.several import Load, Outcome, run


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432/postgres")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--mails", type=float, default=5, help="a second")
    asked.add_argument("--replies", type=float, default=1, help="a second")
    asked.add_argument("--readers", type=int, default=2)
    options = asked.parse_args()
    load = Load(options.seconds, options.mails, options.replies, options.readers)
    with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as folder:
        outcome = run(Path(folder), options.server, load)
    print_table(outcome)


def print_table(outcome: Outcome) -> None:
    rows = {
        "mails, replies": f"{outcome.mails}, {outcome.replies}",
        "mails lost, doubled": f"{len(outcome.judged.lost)}, {len(outcome.judged.doubled)}",
        "replies lost or doubled": len(outcome.judged.wrong_replies),
        "replies in doubt": outcome.judged.in_doubt,
        "doubts not in the tray 10 s after the kill": len(outcome.shown_late),
        "messages an open page did not hear of": len(outcome.unheard),
        "a mail shows live in the other process": spread(outcome.mail_live),
        "a reply shows live in the other process": spread(outcome.reply_live),
        "pages turned": f"{len(outcome.pages)}, {spread(outcome.pages)}, {outcome.bad_pages} bad",
        "journal unbroken": "yes" if outcome.judged.is_straight else "no",
        "verdict": "good" if outcome.is_good else f"BAD {outcome}",
    }
    for name, value in rows.items():
        print(f"{name:45} {value}")


def spread(seconds: list[float]) -> str:
    """Return median, 95th percentile and worst."""
    if len(seconds) < 2:
        return "too few"
    p95 = quantiles(seconds, n=20)[-1]
    return f"p50 {median(seconds):.2f} s, p95 {p95:.2f} s, max {max(seconds):.2f} s"


if __name__ == "__main__":
    main()
