"""`wingbeat mail reconcile`: counts the mails on each server against the desk's."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from django.utils import timezone

from wingbeat.channels.mail import troubles
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.reconcile import reconcile
from wingbeat.channels.mail.watching import PROBLEMS


def main(argv: Sequence[str]) -> int:
    """Count, and fetch what is missing; exit 0 only if nothing is missing any more."""
    parser = argparse.ArgumentParser(
        prog="wingbeat mail reconcile", description="Count the mails on each server against ours."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line and account")
    asked = parser.parse_args(argv)
    failed = False
    for account in Account.objects.fetched():
        said: dict[str, object] = {"inbox": account.inbox.address}
        try:
            row = reconcile(account, at=timezone.now())
            said |= {"on_server": row.on_server, "here": row.here, "fetched": row.fetched}
            failed = failed or row.here + row.fetched < row.on_server
            words = f"{row.on_server} there, {row.here} here, {row.fetched} fetched now"
        except PROBLEMS as error:
            words, failed = troubles.said_of(account, error), True
            said["trouble"] = words
        line = json.dumps(said) if asked.json else f"{account.inbox.address}: {words}"
        sys.stdout.write(f"{line}\n")
    return int(failed)
