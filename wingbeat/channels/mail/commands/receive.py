"""`wingbeat mail receive`: one mail from standard input; exit 0 only when it is durable."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from wingbeat.channels.mail.pipe import Envelope, hand_in


def main(argv: Sequence[str], *, home: Callable[[], Path]) -> int:
    """Take a mail in; a mail server that reads 75 (EX_TEMPFAIL) keeps it and tries again.

    Whatever goes wrong ends with 75: any other number would make the server return the mail to
    its sender.
    """
    try:
        asked = _parser().parse_args(argv)
        raw = sys.stdin.buffer.read()
        envelope = Envelope.new(envelope_from=asked.sender, envelope_to=asked.inbox)
        where = hand_in(raw, envelope, _desk(home()))
    except (Exception, SystemExit) as error:  # noqa: BLE001  see above
        if isinstance(error, SystemExit) and not error.code:
            return 0  # help was asked for
        sys.stderr.write(f"wingbeat: the mail was not taken: {error}\n")
        return os.EX_TEMPFAIL
    if asked.json:
        sys.stdout.write(json.dumps({"where": where, "name": envelope.name, "bytes": len(raw)}))
        sys.stdout.write("\n")
    return 0


def _desk(home: Path) -> Path:
    """Return the folder if it is a desk's: in any other nobody would ever look for the mail."""
    if not (home / "keys").is_dir():
        raise FileNotFoundError(f"there is no desk in {home}; WINGBEAT_HOME says where yours is")
    return home


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wingbeat mail receive", description="Take one mail from standard input."
    )
    parser.add_argument(
        "--inbox", "--to", default="", metavar="ADDRESS",
        help="the address it was delivered to; without it the mail's own headers say",
    )  # fmt: skip
    parser.add_argument(
        "--sender", "--from", default="", metavar="ADDRESS", help="the envelope's sender"
    )
    parser.add_argument("--json", action="store_true", help="say on one line what became of it")
    return parser
