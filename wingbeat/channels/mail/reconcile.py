"""Reconciling: the server's mails against ours, by UID; the two counts must agree."""

from __future__ import annotations

from datetime import datetime

from wingbeat.channels.mail.fetching import fetch_missing, fetch_new, open_folder
from wingbeat.channels.mail.imap import Folder
from wingbeat.channels.mail.models import Account, FetchedUid, Reconciliation


def reconcile(account: Account, *, at: datetime) -> Reconciliation:
    """Fetch what is new, then count, then fetch what is missing; keep all three numbers.

    Raises:
        FAILURES: if the network or the server does not let us.
    """
    folder = open_folder(account)
    try:
        fetch_new(account, folder)
        return _counted(account, folder, at=at)
    finally:
        folder.close()


def _counted(account: Account, folder: Folder, *, at: datetime) -> Reconciliation:
    """Compare what the server names now with what we have of it."""
    ours = FetchedUid.objects.now_of(account)
    held = set(ours.filter(why="").values_list("uid", flat=True))
    there = folder.uids(above=_first(account, folder) - 1)
    missing = [uid for uid in there if uid not in held]
    fetched = fetch_missing(account, folder, missing) if missing else 0
    return Reconciliation.objects.create(
        account=account, at=at, on_server=len(there), here=len(there) - len(missing),
        fetched=fetched,
    )  # fmt: skip


def _first(account: Account, folder: Folder) -> int:
    """Return the first UID of the folder that is ours to count."""
    if account.watched_since_at is None:
        return 1
    lately = folder.uids(since=account.watched_since_at)
    return lately[0] if lately else folder.next
