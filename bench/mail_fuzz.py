"""Parse mutated mails: none may raise, break a reader, or take over 2 s or 300 MB.

WINGBEAT_CORPUS=... python -m bench.mail_fuzz [--count 20000] [--seed 1]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from tests.channels.mail.parsing.mutations import mutated
from tests.channels.mail.parsing.samples import archive
from tests.channels.mail.parsing.test_mutations import MAILS, check
from wingbeat.channels.mail.parsing import parse
from wingbeat.channels.mail.parsing.structure import read_structure

ARCHIVES = (
    "zammad", "mail-gem", "mime4j", "cpython", "php-imap-webklex", "mu", "django-helpdesk",
    "freescout", "sisimai-bounces", "flufl-bounces", "talon",
)  # fmt: skip
ENDINGS = (".yml", ".xml", ".bin", ".html")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the mails that fail")
    arguments = parser.parse_args()
    mails = [
        raw for name in ARCHIVES for path, raw in archive(name) if not path.endswith(ENDINGS)
    ] + MAILS
    failures: Counter[str] = Counter()
    slowest, total, cut = 0.0, 0.0, 0
    for number, raw in enumerate(mutated(mails, arguments.count, arguments.seed)):
        begun = time.process_time()
        try:
            parsed = parse(raw)
            took = time.process_time() - begun
            check(parsed)
        except BaseException as error:  # noqa: BLE001 - counting what escapes is the point
            took = time.process_time() - begun
            failures[type(error).__name__] += 1
            if arguments.keep:
                (arguments.keep / f"{arguments.seed}-{number}.eml").write_bytes(raw)
        if took > 2:
            failures["over 2 s"] += 1
            if arguments.keep:
                (arguments.keep / f"{arguments.seed}-{number}-slow.eml").write_bytes(raw)
        cut += read_structure(raw).rest >= 0
        slowest, total = max(slowest, took), total + took
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    if peak > 300:
        failures["over 300 MB"] += 1
    print(f"{arguments.count} mutated mails of {len(mails)} originals, seed {arguments.seed}")
    print(f"failures: {dict(failures) or 'none'}; cut at the bounds: {cut}")
    print(
        f"slowest {slowest:.2f} s, mean {1000 * total / arguments.count:.2f} ms of processor time"
    )
    print(f"peak memory of the whole run {peak:.0f} MB")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
