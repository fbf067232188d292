"""Which conversation a mail belongs to, and whether its sender belongs in there.

Proof comes first: the signed number in the address a mail was sent to, then a Message-ID that we
signed. Then what the mail refers to, within its inbox; what was brought in from an old desk may
have another inbox here, and is found in all. A number in the subject is a hint that only a known
sender with an unchanged subject may give, as other desks number theirs alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from wingbeat.channels.mail.case import Case, recipients
from wingbeat.channels.mail.identity import own_address, own_message
from wingbeat.channels.mail.subjects import is_same, numbers_in, old_numbers_in
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, MessageText
from wingbeat.desk.moving.models import Brought, OldNumber

# The newest references decide; a thread of hundreds repeats itself.
_MOST_LOOKED_UP = 60
# An old desk noted when a mail reached it, the mail itself when it was written.
_SAME_MAIL = timedelta(days=1)


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


def hinted_by_old_number(case: Case) -> Conversation | None:
    """Return what an old desk's number in the subject names, if the sender takes part in it.

    An old desk's `[Ticket#12345]` stood in every mail it sent, whatever the subject became.
    """
    if not case.door.has_moved_in:
        return None
    for number in old_numbers_in(case.mail.subject)[:3]:
        for pk in OldNumber.objects.named(number)[:3]:
            conversation = Conversation.objects.whole_to_change(pk)
            if conversation is not None and conversation.knows(case.sender["address"]):
                return conversation
    return None


def was_brought_in(case: Case) -> Message | None:
    """Return the very mail where it came along from an old desk: same id, writer and day."""
    if not case.door.has_moved_in or not case.mail.message_id:
        return None
    same = Message.objects.filter(
        message_id=case.mail.message_id[:300], address__email=case.sender["address"]
    )
    sent = case.mail.date or case.raw.received_at
    for message in same.order_by("pk")[:5]:
        near = abs(message.at - sent) < _SAME_MAIL
        if near and Brought.objects.came_along([message.pk]):
            return message
    return None


def names_it_surely(case: Case, conversation: Conversation) -> bool:
    """Say whether number and subject both name a conversation."""
    return bool(conversation.subject) and is_same(case.mail.subject, conversation.subject)


def keeps_subject(case: Case) -> bool:
    """Say whether a mail has the subject of what it answers, whatever its conversation is called.

    On an old desk somebody may have given a conversation another title than its mails had.
    """
    ids = [one[:300] for one in case.answers[:_MOST_LOOKED_UP]]
    rows = MessageText.objects.filter(message__message_id__in=ids).exclude(subject="")
    subjects = rows.values_list("subject", flat=True)[:_MOST_LOOKED_UP]
    return any(is_same(case.mail.subject, subject) for subject in subjects)


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
    if not found and case.door.has_moved_in:
        found = Brought.objects.conversations_of(ids)
    return next((found[one] for one in ids if one in found), None)
