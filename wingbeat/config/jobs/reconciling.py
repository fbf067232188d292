"""Counting, once a day, the mails on each server against those that are here."""

from __future__ import annotations

import logging
from datetime import datetime

from wingbeat.channels.mail import troubles
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.reconcile import reconcile
from wingbeat.channels.mail.watching import PROBLEMS

log = logging.getLogger(__name__)


def reconcile_accounts(now: datetime) -> int:
    """Count for every account that fetches; return how many mails were missing, and fetched.

    A server that does not answer is noted with its account and holds up no other.
    """
    fetched = 0
    for account in Account.objects.fetched():
        try:
            fetched += reconcile(account, at=now).fetched
        except PROBLEMS as error:
            troubles.note(account, error, at=now)
            log.warning("%s could not be counted: %s", account, account.trouble)
    return fetched
