"""Which conversation a mail belongs to, and whether its sender belongs in there.

Proof comes first: the signed number in the address a mail was sent to, then a Message-ID that we
signed. Then what the mail refers to, within its inbox. A number in the subject is a hint that
only a known sender with an unchanged subject may give, as other desks number theirs alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from wingbeat.channels.mail.case import Case, recipients
from wingbeat.channels.mail.identity import own_address, own_message
from wingbeat.channels.mail.subjects import is_same, numbers_in
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message

# The newest references decide; a thread of hundreds repeats itself.
_MOST_LOOKED_UP = 60


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation that a mail leads to, and what led there."""

    conversation: Conversation
    by: str


def thread_of(case: Case) -> Thread | None:
    """Return the conversation that a mail answers, locked until the transaction ends."""
    for number in _signed_numbers(case):
        conversation = Conversation.objects.whole_to_change(number)
        if conversation is not None:
            return Thread(conversation, "sign")
    answered = referred(case)
    if answered is None:
        return None
    conversation = Conversation.objects.whole_to_change(answered)
    return Thread(conversation, "reference") if conversation is not None else None


def hinted(case: Case) -> Conversation | None:
    """Return the conversation a number in the subject names, if the sender takes part in it."""
    for number in numbers_in(case.mail.subject)[:3]:
        conversation = Conversation.objects.whole_to_change(number)
        if (
            conversation is not None
            and case.inbox is not None
            and conversation.inbox_id == case.inbox.pk
            and conversation.knows(case.sender["address"])
        ):
            return conversation
    return None


def names_it_surely(case: Case, conversation: Conversation) -> bool:
    """Say whether number and subject both name a conversation."""
    return bool(conversation.subject) and is_same(case.mail.subject, conversation.subject)


def _signed_numbers(case: Case) -> list[int]:
    numbers = [own_address(address) for address in recipients(case.raw, case.mail)]
    numbers += [own[0] for one in case.answers if (own := own_message(one)) is not None]
    return list(dict.fromkeys(number for number in numbers if number is not None))


def referred(case: Case) -> int | None:
    """Return the conversation of the nearest message this mail answers, within its inbox."""
    ids = [one[:300] for one in case.answers[:_MOST_LOOKED_UP]]
    if not ids or case.inbox is None:
        return None
    found = Message.objects.of_inbox(ids, case.inbox.pk)
    return next((found[one] for one in ids if one in found), None)
