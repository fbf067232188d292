"""Full disk, locked database, mail servers away: what is told meanwhile, and what it costs.

    python -m bench.faults [--mails 60] [--imap 12] [--piped 6] [--replies 12] [--seconds 30]

Each time one `wingbeat up` on SQLite does a third of the work before, during and after. The disk
is a small one that only root may mount. That a mail server is gone for a day is played by handing
the clock over: 50 replies meet nobody for 24 hours, then somebody.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")

from tests.channels.mail.far_server import far_server, free_port
from tests.faults.desks import hard_desk
from tests.faults.judging import judged
from tests.faults.troubles import Report, Work, full_disk, locked_database, servers_away

FAULTS = {
    "disk full": full_disk,
    "database locked": locked_database,
    "mail servers away": servers_away,
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--mails", type=int, default=60)
    asked.add_argument("--imap", type=int, default=12)
    asked.add_argument("--piped", type=int, default=6)
    asked.add_argument("--replies", type=int, default=12)
    asked.add_argument("--seconds", type=float, default=30)
    options = asked.parse_args()
    work = Work(options.mails, options.imap, options.piped, options.replies)
    for name, fault in FAULTS.items():
        with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as folder:
            print_report(name, fault(Path(folder), work, seconds=options.seconds))
    with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as folder:
        a_day(Path(folder), replies=50)


def print_report(name: str, report: Report) -> None:
    found = report.judged
    codes = sorted({answer[1:4] for answer in report.smtp})
    print(f"\n== {name} for {report.lasted:.0f} s")
    rows = {
        "mails lost, doubled": f"{len(found.lost)}, {len(found.doubled)}",
        "replies lost or doubled, in doubt": f"{len(found.wrong_replies)}, {found.in_doubt}",
        "SMTP was refused with": ", ".join(codes) or "nothing; it waited",
        "the pipe ended with": ", ".join(map(str, sorted(report.pipe))) or "nothing yet",
        "Send was answered with an error": f"{report.refused_answers} times",
        "pages": f"{len(report.pages)}, worst {max(report.pages):.2f} s, "
        f"{len(report.bad_pages)} bad",
        "the tray said": "; ".join(sorted(report.tray)) or "nothing",
        "/healthz said": "; ".join(sorted(report.health)),
        "doctor said": "; ".join(_failed(report.doctor)) or "(not asked)",
        "all done after it was over": f"{report.done_after:.1f} s",
        "journal unbroken": "yes" if found.is_straight else "no",
        "verdict": "good" if found.is_good else f"BAD {found}",
    }
    for what, value in rows.items():
        print(f"{what:35} {value}", flush=True)


def _failed(doctor: str) -> list[str]:
    return [line.removeprefix("FAIL ") for line in doctor.splitlines() if line.startswith("FAIL")]


def a_day(folder: Path, *, replies: int) -> None:
    """Play a day without a mail server."""
    port = free_port()
    with hard_desk(folder / "home") as desk:
        desk.inside("seed", replies, replies, port)
        outage = desk.inside("outage", 24)
        with far_server(port) as far:
            audit = desk.inside("mend", 25)
    found = judged(audit, far.taken, [], replies)
    print("\n== mail server gone for a day (the clock handed over)")
    rows = {
        "replies": replies,
        "rounds of tries": outage["rounds"],
        "in the tray after": f"{outage['told_after'] / 60:.0f} minutes, all {outage['in_tray']}",
        "the tray says": outage["why"][0],
        "states after the day": outage["states"],
        "sent once it was back, each once": f"{len(far.taken)}, {found.is_good}",
        "in doubt": found.in_doubt,
    }
    for what, value in rows.items():
        print(f"{what:35} {value}", flush=True)


if __name__ == "__main__":
    main()
