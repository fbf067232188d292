"""Cut the power at 50 random moments of one recorded run, and start the desk on what is left.

    python -m bench.power_cuts [--cuts 50] [--mails 240] [--replies 120] [--piped 20] [--seed 0]

A desk takes mails by SMTP, pipe and spool, some with files larger than a row, and hands replies to
a mail server, all under strace. Each cut makes a disk image: what was synced is there; of the rest
nothing (half of the cuts) or a random part, torn at pages of 4 kB. A whole desk starts on each.
Needs strace, and SQLite, whose syncs are the desk's own.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")

from tests.faults.after_cut import Verdict, cut_at, start_on
from tests.faults.power import Recording, record


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--cuts", type=int, default=50)
    asked.add_argument("--mails", type=int, default=240)
    asked.add_argument("--replies", type=int, default=120)
    asked.add_argument("--piped", type=int, default=20)
    asked.add_argument("--seed", type=int, default=0)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as folder:
        began = time.monotonic()
        recording = record(
            Path(folder), mails=options.mails, replies=options.replies, piped=options.piped
        )
        print(f"recorded in {time.monotonic() - began:.0f} s: {_counts(recording)}", flush=True)
        chance = random.Random(options.seed)
        verdicts = []
        for number, cut in enumerate(recording.cuts(options.cuts, chance)):
            image = Path(folder) / f"image-{number}"
            verdicts.append(start_on(recording, image, cut_at(recording, cut, image, chance)))
            print(f"{number + 1:3} {_line(verdicts[-1])}", flush=True)
    _print_sum(verdicts)


def _counts(recording: Recording) -> str:
    names = [call.name for call in recording.calls]
    writes = sum(names.count(name) for name in ("write", "pwrite64", "ftruncate"))
    syncs = names.count("fsync") + names.count("fdatasync")
    kinds = [one.kind for one in recording.moments]
    return (
        f"{writes} writes, {syncs} syncs, {names.count('rename')} renames; "
        f"{kinds.count('accepted')} mails acknowledged, {kinds.count('handed')} replies handed over"
    )


def _line(one: Verdict) -> str:
    said = "good" if one.is_good else f"BAD {one}"
    return (
        f"line {one.cut:6}, unsynced {one.keeps:4.0%} kept: {one.accepted:4} acknowledged, "
        f"{one.handed:4} handed over, {one.in_doubt} in doubt, "
        f"first page after {one.first_page_seconds:4.1f} s: {said}"
    )


def _print_sum(verdicts: list[Verdict]) -> None:
    pages = [one.first_page_seconds for one in verdicts]
    shown = [one.shown_seconds for one in verdicts if one.in_doubt]
    print(
        f"\n{len(verdicts)} cuts: {sum(len(one.unsound) for one in verdicts)} unsound, "
        f"{sum(len(one.lost) for one in verdicts)} lost, "
        f"{sum(len(one.doubled) for one in verdicts)} doubled, "
        f"{sum(len(one.wrong_replies) for one in verdicts)} replies wrong, "
        f"{sum(one.in_doubt for one in verdicts)} in doubt (at most "
        f"{max(one.in_doubt for one in verdicts)} a cut, "
        f"{sum(len(one.not_shown) for one in verdicts)} not shown, seen in the tray after "
        f"{max(shown, default=0):.1f} s at most); "
        f"first page after {median(pages):.1f} s (median), {max(pages):.1f} s (worst)"
    )


if __name__ == "__main__":
    main()
