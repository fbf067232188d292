"""When a reply is tried again, and when the desk stops trying and shows it to a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from wingbeat.desk.conversations.outbox import Outgoing

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

# A server said "not now" to this reply. Together about four days, as mail servers wait.
PAUSES = (
    MINUTE,  # a server that was just restarting
    5 * MINUTE,  # greylisting: strangers are let in from their second attempt
    15 * MINUTE,  # slower greylisting
    30 * MINUTE,  # a queue or a quota that an hour clears; from here on a person is told
    HOUR,
    2 * HOUR,
    4 * HOUR,
    8 * HOUR,  # overnight
    12 * HOUR,
    24 * HOUR,  # a full mailbox, a weekend
    24 * HOUR,
    24 * HOUR,
)
# The server cannot be reached at all, or does not let us in: ask often, it costs one connection.
TROUBLE_PAUSES = (MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE)
TROUBLE_PAUSE = 15 * MINUTE
GIVE_UP_AFTER = timedelta(days=5)


def next_try(outgoing: Outgoing, now: datetime) -> datetime | None:
    """Return when a reply that was refused for now is tried again; None: never."""
    if outgoing.attempts >= len(PAUSES):
        return None
    return now + PAUSES[outgoing.attempts]


def after_trouble(outgoing: Outgoing, now: datetime, *, gives_up: bool) -> datetime | None:
    """Return when a reply is tried again that no server was asked about; None: never.

    An outage of a day or a weekend delays replies and loses none; what waits for somebody to set
    up the mail account waits as long as that takes.
    """
    if gives_up and now - outgoing.undo_until_at > GIVE_UP_AFTER:
        return None
    pauses = TROUBLE_PAUSES
    return now + (pauses[outgoing.attempts] if outgoing.attempts < len(pauses) else TROUBLE_PAUSE)
