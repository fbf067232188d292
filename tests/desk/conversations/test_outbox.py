"""What people decide about replies that failed, came back or are in doubt."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.delivering import lease_due
from wingbeat.desk.conversations.outbox import Delivery, Outgoing, OutgoingQuerySet
from wingbeat.desk.conversations.redelivering import NoOtherAddress, NothingToSettle
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
BOSS: Party = {"name": "Bea Boss", "address": "bea@customers.example"}
NEW: Party = {"name": "Nora Lind", "address": "nora.lind@customers.example"}
LATER = cast.after(minutes=30)


def leased() -> Outgoing:
    """A reply to Nora and her boss that a sender holds."""
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    conversation.reply(cast.letter(cc=(BOSS,)), by=ada, at=cast.after(minutes=5), seen=None)
    now = cast.after(minutes=6)
    (row,) = lease_due(now, lease="one", until=cast.after(minutes=7), limit=5)
    return row


def handed() -> Outgoing:
    row = leased()
    row.hand_over("wb.1@desk.example", at=cast.after(minutes=6))
    return row


def sent() -> Outgoing:
    row = handed()
    row.taken(by=Agent.objects.system(), at=cast.after(minutes=6))
    return row


def doubtful() -> Outgoing:
    row = handed()
    row.doubt(by=Agent.objects.system(), at=cast.after(minutes=6), why="the line broke")
    return row


def came_back(row: Outgoing, why: str = "nora@customers.example: no such user") -> None:
    row.came_back(
        by=Agent.objects.system(),
        at=cast.after(minutes=9),
        why=why,
        recipient=cast.NORA["address"],
    )


def troubled() -> bool:
    return Conversation.objects.get().has_trouble


def kinds() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))[2:]


def test_two_senders_never_hold_the_same_reply() -> None:
    leased()
    now = cast.after(minutes=6, seconds=30)
    assert lease_due(now, lease="two", until=cast.after(minutes=8), limit=5) == []
    later = cast.after(minutes=7, seconds=1)  # the first one has died
    assert len(lease_due(later, lease="two", until=cast.after(minutes=9), limit=5)) == 1


def test_a_doubt_is_trouble_until_a_person_says_that_it_arrived() -> None:
    row = doubtful()
    assert troubled()
    row.settle_as_sent(by=cast.ada(), at=LATER)
    assert (row.state, row.sent_at, row.why) == (Delivery.SENT, cast.after(minutes=6), "")
    assert not troubled()
    assert kinds() == ["reply.in_doubt", "reply.settled"]
    with pytest.raises(NothingToSettle, match="by now: sent"):
        row.settle_as_sent(by=cast.ada(), at=LATER)


def test_a_doubt_that_arrived_still_shows_whom_the_server_had_refused() -> None:
    row = handed()
    row.doubt(
        by=Agent.objects.system(),
        at=LATER,
        why="the line broke",
        still_to=[BOSS["address"]],
        refused={"nora@customers.example": "550 no"},
    )
    row.settle_as_sent(by=cast.ada(), at=LATER)
    assert (row.state, row.why) == (Delivery.FAILED, "nora@customers.example: 550 no")
    row.resend(by=cast.ada(), at=LATER)
    assert row.still_to == ["nora@customers.example"]


def test_resending_a_doubt_goes_to_everyone_under_the_same_name() -> None:
    row = doubtful()
    row.resend(by=cast.ada(), at=LATER)
    assert (row.state, row.still_to, row.refused, row.attempts) == (Delivery.WAITING, [], {}, 0)
    assert row.next_at == LATER
    row.message.refresh_from_db()
    assert row.message.message_id == "wb.1@desk.example"
    assert not troubled()
    assert Outgoing.objects.ready(LATER).count() == 1


def test_what_is_on_its_way_or_has_arrived_cannot_be_resent() -> None:
    row = sent()
    for decide in (row.resend, row.give_up, row.settle_as_sent):
        with pytest.raises(NothingToSettle):
            decide(by=cast.ada(), at=LATER)
    assert kinds() == ["reply.sent"]


def test_a_bounce_marks_the_very_reply_once_and_a_resend_goes_to_that_address_alone() -> None:
    row = sent()
    came_back(row)
    came_back(row)
    assert (row.state, row.why) == (Delivery.BOUNCED, "nora@customers.example: no such user")
    assert troubled()
    assert kinds() == ["reply.sent", "reply.bounced"]
    row.resend(by=cast.ada(), at=LATER)
    assert row.still_to == [cast.NORA["address"]]


def test_a_bounce_for_another_recipient_is_told_beside_the_first() -> None:
    row = sent()
    came_back(row)
    row.came_back(
        by=Agent.objects.system(), at=LATER, why="mailbox full", recipient=BOSS["address"]
    )
    assert row.why == "nora@customers.example: no such user; bea@customers.example: mailbox full"
    assert row.why.count("bea@") == 1


def test_a_bounce_that_is_quicker_than_the_servers_answer_is_not_lost() -> None:
    row = handed()
    came_back(Outgoing.objects.get())
    assert Outgoing.objects.get().state == Delivery.HANDING_OVER
    row.taken(by=Agent.objects.system(), at=LATER)
    assert Outgoing.objects.get().state == Delivery.FAILED
    assert "no such user" in Outgoing.objects.get().why
    assert troubled()


def test_a_bounce_ends_a_doubt() -> None:
    row = doubtful()
    came_back(row)
    assert row.state == Delivery.BOUNCED


def test_another_address_takes_the_place_of_the_one_that_failed() -> None:
    row = sent()
    came_back(row)
    row.resend_to([NEW], by=cast.ada(), at=LATER)
    row.message.words.refresh_from_db()
    assert row.message.words.recipients["to"] == [NEW]
    assert row.message.words.recipients["cc"] == [BOSS]
    assert row.still_to == [NEW["address"]]
    assert row.message.conversation.knows(NEW["address"])
    with pytest.raises(NoOtherAddress):
        row.resend_to([], by=cast.ada(), at=LATER)


def test_giving_up_ends_the_trouble_and_can_be_thought_better_of() -> None:
    row = sent()
    came_back(row)
    row.give_up(by=cast.ada(), at=LATER)
    assert row.state == Delivery.GIVEN_UP
    assert not troubled()
    row.resend(by=cast.ada(), at=LATER)
    assert row.state == Delivery.WAITING
    assert kinds() == ["reply.sent", "reply.bounced", "reply.settled", "reply.settled"]


def test_a_conversation_stays_marked_while_another_reply_of_it_is_in_trouble() -> None:
    first = doubtful()
    conversation = Conversation.objects.get()
    conversation.reply(cast.letter("Again."), by=cast.ada(), at=LATER, seen=None)
    now = cast.after(minutes=31)
    (second,) = lease_due(now, lease="three", until=cast.after(minutes=32), limit=5)
    second.fail(by=Agent.objects.system(), at=now, why="no such user")
    first.settle_as_sent(by=cast.ada(), at=now)
    assert troubled()
    second.give_up(by=cast.ada(), at=now)
    assert not troubled()


def test_the_conversation_that_a_troubled_one_is_read_in_is_marked_too() -> None:
    row = handed()
    merged = Conversation.objects.get()
    whole = cast.opened(cast.support(cast.ada()))
    merged.merge(into=whole, by=cast.ada(), at=LATER)
    row = Outgoing.objects.get()
    row.doubt(by=Agent.objects.system(), at=LATER, why="the line broke")
    whole.refresh_from_db()
    assert whole.has_trouble
    row.settle_as_sent(by=cast.ada(), at=LATER)
    assert not Conversation.objects.filter(has_trouble=True).exists()


def test_a_reply_not_taken_for_an_hour_is_shown_though_the_desk_still_tries() -> None:
    row = leased()
    for attempt in range(1, 6):
        row.postpone(until=LATER, why="451 later")
        assert troubled() == (attempt == 5)
        assert row.is_in_trouble == troubled()
        (row,) = lease_due(LATER, lease="one", until=LATER, limit=1)
    assert list(Outgoing.objects.in_trouble()) == [row]


def test_of_two_senders_that_ask_at_once_one_gets_the_inbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada, now = cast.ada(), cast.after(minutes=6)
    conversation = cast.opened(cast.support(ada))
    for number in range(2):
        conversation.reply(cast.letter(f"{number}"), by=ada, at=cast.NOON, seen=None)
    until = cast.after(minutes=7)
    asked = OutgoingQuerySet.next_inbox
    first: list[Outgoing] = []

    def beside_another(rows: OutgoingQuerySet, at: datetime) -> int | None:
        found = asked(rows, at)
        monkeypatch.setattr(OutgoingQuerySet, "next_inbox", asked)
        first.extend(lease_due(now, lease="one", until=until, limit=1))
        return found

    monkeypatch.setattr(OutgoingQuerySet, "next_inbox", beside_another)
    assert lease_due(now, lease="two", until=until, limit=1) == []
    assert len(first) == 1
