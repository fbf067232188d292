"""What servers answer: not now, never, to some of the recipients, or nothing at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast
from tests.channels.mail.far_server import HANG_UP, TAKEN, FarServer, far_server, free_port
from tests.channels.mail.sent import BOSS, account, in_trouble, replied, row_of
from wingbeat.channels.mail import oauth
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.retrying import PAUSES
from wingbeat.channels.mail.sending import send_due
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.replying import say_automatically
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)
DUE = cast.after(minutes=6)


def sent_by(far: FarServer, *, to_boss: bool = False) -> Message:
    message = replied(cc=(BOSS,) if to_boss else ())
    account(message.conversation.inbox, far)
    send_due(DUE)
    return message


def latest_kind() -> str:
    return Entry.objects.order_by("-pk")[0].kind


def test_not_now_is_tried_again_after_a_minute_and_told_meanwhile() -> None:
    with far_server() as far:
        far.on_recipient = lambda _address: "451 4.7.1 Greylisted, come back later"
        message = sent_by(far)
        row = row_of(message)
        assert (row.state, row.attempts) == (Delivery.WAITING, 1)
        assert row.why.startswith("nora@customers.example: 451 4.7.1 Greylisted")
        assert timedelta(minutes=1) <= row.next_at - DUE < timedelta(minutes=1, seconds=9)
        assert send_due(DUE + timedelta(seconds=50)) == 0
        far.on_recipient = None
        assert send_due(DUE + timedelta(seconds=70)) == 1
    assert len(far.taken) == 1
    assert (row_of(message).state, row_of(message).why) == (Delivery.SENT, "")


def test_not_now_for_four_days_becomes_a_failure_that_is_shown() -> None:
    with far_server() as far:
        far.on_words = lambda _mail: "452 4.2.2 Mailbox full"
        message = sent_by(far)
        tries = 1
        now = DUE
        while row_of(message).state == Delivery.WAITING:
            now = row_of(message).next_at + timedelta(seconds=1)
            tries += send_due(now)
            assert in_trouble(message) == (tries >= 5)
    row = row_of(message)
    assert tries == len(PAUSES) + 1
    assert timedelta(days=4) < now - DUE < timedelta(days=5)
    assert (row.state, latest_kind()) == (Delivery.FAILED, "reply.failed")
    assert "Mailbox full" in row.why
    assert far.taken == []


def test_never_is_not_tried_again() -> None:
    with far_server() as far:
        far.on_recipient = lambda _address: "550 5.1.1 No such user here"
        message = sent_by(far)
        assert send_due(DUE + timedelta(days=2)) == 0
    row = row_of(message)
    assert row.state == Delivery.FAILED
    assert row.why.startswith("nora@customers.example: 550 5.1.1 No such user here")
    assert row.why.endswith("use another one.")
    assert list(row.refused) == ["nora@customers.example"]
    assert in_trouble(message)
    assert latest_kind() == "reply.failed"


@pytest.mark.parametrize(
    ("answer", "state"), [("554 5.7.1 Spam", Delivery.FAILED), ("451 Later", Delivery.WAITING)]
)
def test_an_answer_to_the_words_counts_for_everyone(answer: str, state: Delivery) -> None:
    with far_server() as far:
        far.on_words = lambda _mail: answer
        message = sent_by(far, to_boss=True)
    assert row_of(message).state == state
    assert answer in row_of(message).why
    assert far.taken == []


def test_who_was_refused_for_good_is_told_and_the_others_have_it_once() -> None:
    with far_server() as far:
        far.on_recipient = lambda address: "550 no" if "nora" in address else "250 ok"
        message = sent_by(far, to_boss=True)
        assert send_due(DUE + timedelta(days=2)) == 0
        row = row_of(message)
        assert (row.state, list(row.refused)) == (Delivery.FAILED, ["nora@customers.example"])
        far.on_recipient = None
        row.resend(by=cast.ada(), at=DUE + timedelta(days=2))
        assert send_due(DUE + timedelta(days=2)) == 1
    assert [one.recipients for one in far.taken] == [
        ["bea@customers.example"],
        ["nora@customers.example"],
    ]
    assert row_of(message).state == Delivery.SENT
    assert not in_trouble(message)


def test_only_those_who_were_put_off_are_tried_again() -> None:
    with far_server() as far:
        far.on_recipient = lambda address: "450 later" if "bea" in address else "250 ok"
        message = sent_by(far, to_boss=True)
        row = row_of(message)
        assert (row.state, row.still_to) == (Delivery.WAITING, ["bea@customers.example"])
        far.on_recipient = None
        send_due(DUE + timedelta(minutes=2))
    assert [one.recipients for one in far.taken] == [
        ["nora@customers.example"],
        ["bea@customers.example"],
    ]
    assert far.taken[0].mail["Message-ID"] == far.taken[1].mail["Message-ID"]
    assert row_of(message).state == Delivery.SENT


def test_put_off_and_refused_together_end_as_a_failure_that_names_only_the_refused() -> None:
    answers = {"nora@customers.example": "450 later", "bea@customers.example": "550 never"}
    with far_server() as far:
        far.on_recipient = lambda address: answers[address]
        message = sent_by(far, to_boss=True)
        assert row_of(message).still_to == ["nora@customers.example"]
        far.on_recipient = None
        send_due(DUE + timedelta(minutes=2))
    row = row_of(message)
    assert [one.recipients for one in far.taken] == [["nora@customers.example"]]
    assert (row.state, list(row.refused)) == (Delivery.FAILED, ["bea@customers.example"])


def test_no_answer_after_the_words_is_a_doubt_that_is_never_resent_by_itself() -> None:
    with far_server() as far:
        far.on_words = lambda _mail: HANG_UP
        far.keeps_when_hanging_up = True
        message = sent_by(far)
        assert send_due(DUE + timedelta(days=4)) == 0
    row = row_of(message)
    assert row.state == Delivery.IN_DOUBT
    assert "may or may not have it" in row.why
    assert in_trouble(message)
    assert latest_kind() == "reply.in_doubt"
    assert len(far.taken) == 1


def test_a_connection_that_breaks_before_the_words_leaves_no_doubt() -> None:
    with far_server() as far:
        far.on_recipient = lambda _address: HANG_UP
        message = sent_by(far)
        assert row_of(message).state == Delivery.WAITING
        far.on_recipient = None
        send_due(DUE + timedelta(minutes=2))
    assert row_of(message).state == Delivery.SENT
    assert len(far.taken) == 1


def test_a_server_that_closes_after_each_mail_still_gets_all() -> None:
    answers = iter([TAKEN, HANG_UP, TAKEN, TAKEN])
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        more = [
            message.conversation.reply(
                cast.letter("More."), by=cast.ada(), at=cast.after(minutes=5), seen=None
            )
            for _ in range(2)
        ]
        far.on_sender = lambda _address: "421 too many" if next(answers) == HANG_UP else "250 ok"
        send_due(DUE)
    assert [row_of(each).state for each in (message, *more)] == [Delivery.SENT] * 3
    assert far.connections == 2


def test_a_mail_server_gone_for_a_day_delays_replies_and_loses_none() -> None:
    port = free_port()
    message = replied()
    Account.objects.create(
        inbox=message.conversation.inbox,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
    )
    now = DUE
    while now < DUE + timedelta(days=1):
        send_due(now)
        now += timedelta(minutes=14)
    row = row_of(message)
    assert row.state == Delivery.WAITING
    assert "Nobody listens at 127.0.0.1" in row.why
    assert row.next_at - now <= timedelta(minutes=15)
    assert in_trouble(message)
    with far_server(port) as far:
        send_due(now + timedelta(minutes=15))
    assert len(far.taken) == 1
    assert not in_trouble(message)


def test_after_five_days_without_a_server_a_person_decides() -> None:
    message = replied()
    Account.objects.create(
        inbox=message.conversation.inbox,
        smtp_host="127.0.0.1",
        smtp_port=free_port(),
        smtp_security="none",
    )
    send_due(DUE + timedelta(days=5, minutes=1))
    assert row_of(message).state == Delivery.FAILED
    assert Outgoing.objects.in_trouble().count() == 1


def test_one_mail_that_breaks_the_connection_does_not_hold_the_others_up() -> None:
    with far_server() as far:
        poison = replied("poison")
        account(poison.conversation.inbox, far)
        fine = poison.conversation.reply(
            cast.letter("Fine."), by=cast.ada(), at=cast.after(minutes=5), seen=None
        )
        broken = iter([HANG_UP])
        far.on_recipient = lambda _address: next(broken, "250 ok")
        send_due(DUE)
    assert row_of(poison).state == Delivery.WAITING
    assert row_of(fine).state == Delivery.SENT


def test_a_password_sealed_elsewhere_delays_replies_and_says_what_to_do() -> None:
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far, smtp_user="desk", smtp_secret="sealed elsewhere")
        send_due(DUE)
    assert row_of(message).state == Delivery.WAITING
    assert "type the password again" in row_of(message).why
    assert far.connections == 0


def test_a_token_that_is_refused_is_renewed_for_the_next_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens = {"now": "an-old-token"}
    monkeypatch.setattr(oauth, "access_token", lambda _account: tokens["now"])
    monkeypatch.setattr(oauth, "forget", lambda _account: tokens.update(now="a-new-token"))
    with far_server(knows_token="a-new-token") as far:
        message = replied()
        account(message.conversation.inbox, far, smtp_user="desk", is_oauth2=True)
        send_due(DUE)
        assert row_of(message).state == Delivery.WAITING
        assert "does not let “desk” in" in row_of(message).why
        send_due(DUE + timedelta(minutes=2))
    assert row_of(message).state == Delivery.SENT


def test_a_provider_that_gives_no_token_delays_replies_with_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_account: Account) -> str:
        raise oauth.Refused("login.example does not let us in any more: connect the mailbox again.")

    monkeypatch.setattr(oauth, "access_token", refuse)
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far, smtp_user="desk", is_oauth2=True)
        send_due(DUE)
    assert row_of(message).why.endswith("connect the mailbox again.")


def test_automatic_mail_has_an_empty_sender_where_the_server_takes_one() -> None:
    for refuses_empty, sender in ((False, "<>"), (True, "support@desk.example")):
        with far_server() as far:
            if refuses_empty:
                far.on_sender = lambda address: "501 5.1.7 No" if address == "<>" else "250 ok"
            conversation = cast.opened(cast.support(cast.ada()))
            account_of(conversation, far)
            receipt = say_automatically(
                conversation, cast.letter("Got it."), by=Agent.objects.system(), at=cast.NOON
            )
            send_due(DUE)
        assert [one.sender for one in far.taken] == [sender]
        assert row_of(receipt).state == Delivery.SENT


def account_of(conversation: Conversation, far: FarServer) -> None:
    Account.objects.filter(inbox=conversation.inbox).delete()
    account(conversation.inbox, far)
