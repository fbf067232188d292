"""`wingbeat mail fetch`: one round over every account."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.watching import PROBLEMS, fetch_once


def main(argv: Sequence[str]) -> int:
    """Fetch what is new; exit 0 only if every account let us in."""
    parser = argparse.ArgumentParser(prog="wingbeat mail fetch", description="Fetch mail once.")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and account")
    asked = parser.parse_args(argv)
    failed = False
    for account in Account.objects.fetched():
        said: dict[str, object] = {"inbox": account.inbox.address, "fetched": 0, "trouble": ""}
        try:
            said["fetched"] = fetch_once(account)
        except PROBLEMS:
            said["trouble"], failed = account.trouble, True
        words = f"{said['inbox']}: {said['trouble'] or said['fetched']}"
        sys.stdout.write((json.dumps(said) if asked.json else words) + "\n")
    return int(failed)
