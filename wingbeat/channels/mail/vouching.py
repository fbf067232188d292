"""Whether an inbox's mail server vouches for senders at all: only then can its results be believed.

A server that neither adds results nor takes away those that a mail brings along lets anybody write
them. It cannot be asked, but what it delivered tells: a server that judges, judges every mail.
"""

from __future__ import annotations

from dataclasses import dataclass

from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.mail.parsing import authentication
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.desk.conversations.blobs import BytesMissing

LATEST = 20  # mails looked at; only before an agent's mail acts, and by doctor
ENOUGH = 3  # with fewer nothing is known
_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Vouching:
    """What the latest mails of an inbox tell of its server."""

    looked_at: int
    without: int

    @property
    def is_sure(self) -> bool:
        return self.looked_at >= ENOUGH and not self.without


def vouching(
    inbox_id: int, server: str, own_domains: frozenset[str], *, before: int = 2**62
) -> Vouching:
    """Look for the results of `server` in the latest mails from outside, down from `before`.

    Mail among ourselves is left out: many servers judge none that was handed in by a log-in.
    """
    looked_at = without = 0
    for mail in RawMail.objects.latest_of(inbox_id, before=before)[:LATEST]:
        try:
            head = parse(mail.content()[:_HEAD])
        except BytesMissing:
            continue
        if head.sender.address.rpartition("@")[2] in own_domains:
            continue
        looked_at += 1
        without += not authentication.names(head.headers, server)
    return Vouching(looked_at, without)
