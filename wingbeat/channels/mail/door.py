"""The door: what intake must know of the desk before it can judge a mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wingbeat.channels.mail.filters import MailFilterVersion
from wingbeat.channels.mail.identity import own_address, without_sign
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.customers import blocking
from wingbeat.desk.moving.models import OldDesk
from wingbeat.desk.people.models import Agent


@dataclass(frozen=True, slots=True)
class Door:
    """Every address that leads into this desk, who may not come in, and whom each inbox trusts."""

    system: Agent
    inboxes: Mapping[str, Inbox]
    servers: Mapping[int, str]
    blocked: frozenset[str]
    # Words were brought in from an old desk, whose mails may be answered still.
    has_moved_in: bool = False
    # What the filters that are on say now, in the order in which they are asked.
    filters: tuple[MailFilterVersion, ...] = ()
    newest: tuple[int, int] = (0, 0)  # the inbox and the further address that were made last

    @classmethod
    def open(cls) -> Door:
        """Look at the desk as it is now, in six queries."""
        inboxes: dict[str, Inbox] = {}
        servers: dict[int, str] = {}
        newest = 0, 0
        for inbox in Inbox.objects.select_related("account").prefetch_related("addresses"):
            inboxes |= dict.fromkeys(inbox.all_addresses, inbox)
            account = getattr(inbox, "account", None)
            servers[inbox.pk] = account.authserv_id if account else ""
            further = (one.pk for one in inbox.addresses.all())
            newest = max(newest[0], inbox.pk), max(newest[1], *further, 0)
        system, moved = Agent.objects.system(), OldDesk.objects.exists()
        filters = tuple(MailFilterVersion.objects.running())
        return cls(system, inboxes, servers, blocking.blocked(), moved, filters, newest)

    def is_behind(self) -> bool:
        """Say whether an inbox, or an address of one, was made since: two looks at an index."""
        made = Inbox.objects.filter(pk__gt=self.newest[0])
        return made.exists() or InboxAddress.objects.filter(pk__gt=self.newest[1]).exists()

    @property
    def domains(self) -> frozenset[str]:
        """Every domain that an inbox of ours is in."""
        return frozenset(address.rpartition("@")[2] for address in self.inboxes)

    def by_number(self, pk: int | None) -> Inbox | None:
        """Return an inbox by its primary key."""
        return next((inbox for inbox in self.inboxes.values() if inbox.pk == pk), None)

    def is_ours(self, address: str) -> bool:
        """Say whether mail to an address comes here, signed plus-addresses included."""
        return self.inbox_at(address) is not None

    def keeps_out(self, address: str) -> bool:
        """Say whether an address, or its domain, is blocked."""
        return blocking.is_blocked(address, among=self.blocked)

    def inbox_at(self, address: str) -> Inbox | None:
        """Return the inbox that answers to an address, or to it without a signed part."""
        address = address.strip().lower()
        found = self.inboxes.get(address)
        if found is None and own_address(address) is not None:
            found = self.inboxes.get(without_sign(address))
        return found

    def inbox_of(self, addresses: Iterable[str]) -> Inbox | None:
        """Return the inbox of the first address that is one of ours."""
        return next((inbox for a in addresses if (inbox := self.inbox_at(a)) is not None), None)
