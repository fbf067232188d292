"""Opening an inbox, and changing its words, its addresses and who reads it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.inbox import Inbox, InboxAddress, our_addresses
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import save_named
from wingbeat.desk.people.models import Agent, Team


class AddressTaken(ValueError):
    """Mail to that address reaches this desk already."""

    def __init__(self, email: str) -> None:
        super().__init__(_("%(email)s leads to an inbox of this desk already.") % {"email": email})


class NobodyReads(ValueError):
    """An inbox without a team would let words lie unread."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(
            _("Nobody would read “%(inbox)s” any more: give it to another team first.")
            % {"inbox": inbox.name}
        )


@transaction.atomic
def open_inbox(inbox: Inbox, *, teams: Collection[Team], by: Agent, at: datetime) -> Inbox:
    """Keep a new inbox, read by these teams.

    Raises:
        AddressTaken: if another inbox has its address.
        NobodyReads: if it has no team.
    """
    if not teams:
        raise NobodyReads(inbox)
    if inbox.address in our_addresses():
        raise AddressTaken(inbox.address)
    inbox.save()
    inbox.teams.set(teams)
    _record(inbox, "opened", by=by, at=at)
    return inbox


@transaction.atomic
def change_inbox(inbox: Inbox, *, by: Agent, at: datetime) -> None:
    """Keep an inbox as it stands in memory: its name, sender name, signature, zone and language.

    Raises:
        WrongFields: if another has its name.
    """
    save_named(inbox)
    _record(inbox, "changed", by=by, at=at)


@transaction.atomic
def add_address(inbox: Inbox, email: str, *, by: Agent, at: datetime) -> InboxAddress:
    """Let mail to a further address arrive in an inbox.

    Raises:
        AddressTaken: if it leads to an inbox already.
    """
    email = email.strip().lower()
    if email in our_addresses():
        raise AddressTaken(email)
    try:
        with transaction.atomic():
            row = InboxAddress.objects.create(inbox=inbox, email=email)
    except IntegrityError as error:  # somebody was quicker
        raise AddressTaken(email) from error
    _record(inbox, "address_added", by=by, at=at)
    return row


@transaction.atomic
def drop_address(row: InboxAddress, *, by: Agent, at: datetime) -> None:
    """Let mail to a further address arrive here no more."""
    inbox = row.inbox
    row.delete()
    _record(inbox, "address_dropped", by=by, at=at)


@transaction.atomic
def let_read(inbox: Inbox, *, teams: Collection[Team], by: Agent, at: datetime) -> None:
    """Let exactly these teams read an inbox.

    Raises:
        NobodyReads: if there is none.
    """
    if not teams:
        raise NobodyReads(inbox)
    if set(inbox.teams.all()) == set(teams):
        return
    inbox.teams.set(teams)
    _record(inbox, "readers_changed", by=by, at=at)


@transaction.atomic
def give_inboxes(team: Team, *, inboxes: Collection[Inbox], by: Agent, at: datetime) -> None:
    """Let a team read exactly these inboxes; each inbox that gains or loses it is changed once.

    Raises:
        NobodyReads: if an inbox would lose its only team.
    """
    for inbox in Inbox.objects.prefetch_related("teams"):
        readers = {each for each in inbox.teams.all() if each != team}
        let_read(inbox, teams=readers | {team} if inbox in inboxes else readers, by=by, at=at)


def _record(inbox: Inbox, change: str, *, by: Agent, at: datetime) -> None:
    record(Kind.INBOX_CHANGED, by=by, at=at, inbox_id=inbox.pk, facts={"change": change})
