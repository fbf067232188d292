"""To whom a reply goes: proposed from the messages, or typed by the agent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wingbeat.channels.mail.identity import without_sign
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.words import Party

# One address of a line: commas, semicolons and line ends stand between two, except in quotes.
PIECE = re.compile(r'(?:"[^"]*"|[^",;\n])+')
NAMED = re.compile(r"(.*?)<([^<>]*)>", re.DOTALL)
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")

# Nobody asks for answers at more addresses than these, but who would use us to write to others.
MOST_ANSWERED = 5


class WrongAddresses(ValueError):
    """Some of the typed addresses cannot be written to; the text names them."""

    def __init__(self, wrong: Sequence[str]) -> None:
        names = ", ".join(wrong)
        super().__init__(
            _("These cannot be written to: %(names)s. An address looks like anna@example.org.")
            % {"names": names}
        )


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a reply is proposed to go to."""

    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()


def proposed(conversation: Conversation, *, to_all: bool) -> Recipients:
    """Answer whoever of the known people wrote last; `to_all` keeps everyone they wrote to.

    Strangers in the margin and robots are never proposed, nor are our own addresses.
    """
    message = _latest_to_answer(conversation)
    if message is None:
        return Recipients(_customer(conversation))
    stored = message.words.recipients
    if message.is_ours:
        return Recipients(tuple(stored["to"]), tuple(stored["cc"]) if to_all else ())
    sender = _sender(message) or _customer(conversation)
    if not to_all:
        return Recipients(sender)
    others = _without([*stored.get("to", []), *stored.get("cc", [])], sender)
    return Recipients(sender, others)


def parse(*typed: str) -> tuple[tuple[Party, ...], ...]:
    """Return the parties of several typed lines.

    Raises:
        WrongAddresses: naming every one that is no address, from all lines at once.
    """
    wrong: list[str] = []
    parsed = [_line(text, wrong) for text in typed]
    if wrong:
        raise WrongAddresses(wrong)
    return tuple(parsed)


def _line(text: str, wrong: list[str]) -> tuple[Party, ...]:
    parties: dict[str, Party] = {}
    for piece in PIECE.findall(text):
        typed = piece.strip()
        named = NAMED.fullmatch(typed)
        address = (named[2] if named else typed).strip().lower()
        name = named[1].strip().strip('"').strip() if named else ""
        if ADDRESS.fullmatch(address):
            parties.setdefault(address, {"name": name, "address": address})
        elif typed:
            wrong.append(typed)
    return tuple(parties.values())


def _latest_to_answer(conversation: Conversation) -> Message | None:
    shown = conversation.messages_to_show().exclude(kind=MessageKind.NOTE)
    known = shown.filter(in_margin=False, automatic="").reverse()
    return known.filter(kind=MessageKind.CUSTOMER).first() or known.first()


def _sender(message: Message) -> tuple[Party, ...]:
    reply_to = _without(message.words.recipients.get("reply_to", ()), ())
    if reply_to:
        return reply_to[:MOST_ANSWERED]
    address = message.address
    if address is None:
        return ()
    return ({"name": address.customer.name, "address": address.email},)


def _customer(conversation: Conversation) -> tuple[Party, ...]:
    customer = conversation.customer
    if not customer.first_address:
        return ()
    return ({"name": customer.name, "address": customer.first_address},)


def _without(parties: Iterable[Party], taken: Iterable[Party]) -> tuple[Party, ...]:
    seen = {party["address"] for party in taken} | our_addresses()
    left = []
    for party in parties:
        address = party["address"].lower()
        if address and without_sign(address) not in seen:
            seen.add(address)
            left.append(party)
    return tuple(left)
