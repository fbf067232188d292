"""Settling doubts: many servers keep a copy of what they took, and there we look for the reply."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.fetching import login_of
from wingbeat.channels.mail.imap import FAILURES, Folder
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.redelivering import NothingToSettle
from wingbeat.desk.people.models import Agent

log = logging.getLogger(__name__)
# A copy that is not there after two days will not come; a person decides.
LOOK_FOR = timedelta(days=2)
MOST_AT_ONCE = 50


class SentFolder(Folder):
    """The folder in which an account keeps what it has sent."""

    def has(self, message_id: str) -> bool:
        """Say whether a mail of this name is there; ours hold no character that needs care."""
        found = self._asked("SEARCH", "HEADER", "Message-ID", f'"<{message_id}>"')
        return any(part.split() for part in found if isinstance(part, bytes))


def settle_doubts(now: datetime) -> int:
    """Look for replies in doubt among what was sent; return how many have arrived.

    One that is not found stays in doubt: a server may file its copies late or not at all, so a
    missing copy proves nothing, and sending again might double.
    """
    doubts = Outgoing.objects.in_doubt().handed_since(now - LOOK_FOR).with_inbox()
    rows = sorted(doubts[:MOST_AT_ONCE], key=lambda row: row.message.conversation.inbox_id)
    return sum(
        _settle(inbox_id, group, now)
        for inbox_id, group in groupby(rows, key=lambda row: row.message.conversation.inbox_id)
    )


def _settle(inbox_id: int, rows: Iterable[Outgoing], now: datetime) -> int:
    account = Account.objects.filter(inbox_id=inbox_id).exclude(imap_host="").first()
    if account is None or not account.sent_folder:
        return 0
    settled = 0
    try:
        folder = SentFolder(login_of(account), account.sent_folder)
        try:
            for row in rows:
                if row.message.message_id and folder.has(row.message.message_id):
                    settled += _arrived(row, now)
        finally:
            folder.close()
    except (*FAILURES, secrets.CannotOpen) as error:
        log.warning("no look into the folder of sent mail of %s: %s", account.inbox, error)
    return settled


def _arrived(row: Outgoing, now: datetime) -> bool:
    try:
        row.settle_as_sent(by=Agent.objects.system(), at=now)
    except NothingToSettle:  # a person or a late answer was quicker
        return False
    return True
