"""How each inbox's mail account is: in words a person can act on, with since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox

# Fetching looks every minute or is told at once; after this something is wrong with it.
SILENT_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Health:
    """`since` is when trouble began; `fetched` when mail was last looked for."""

    state: Literal["good", "trouble", "none"]
    words: str
    since: datetime | None = None
    fetched: datetime | None = None


def health_of(inbox: Inbox, now: datetime) -> Health:
    """Say how the mail of an inbox is."""
    account: Account | None = getattr(inbox, "account", None)
    if account is None or not (account.imap_host or account.smtp_host):
        return Health("none", _("No mail account yet: it neither fetches nor sends."))
    if account.trouble:
        return Health("trouble", account.trouble, account.trouble_since_at, account.fetched_at)
    if not account.smtp_host:
        return Health("trouble", _("No server to hand replies to."), fetched=account.fetched_at)
    if not account.imap_host:
        return Health("good", _("Sends. Its mail is brought by a mail server."))
    return _fetching(account.fetched_at, now)


def _fetching(fetched: datetime | None, now: datetime) -> Health:
    if fetched is None:
        return Health("none", _("Not fetched yet."))
    if now - fetched > SILENT_FOR:
        words = _("Nobody has looked for mail since then: does “wingbeat work” run?")
        return Health("trouble", words, fetched, fetched)
    return Health("good", _("Fetches and sends."), fetched=fetched)
