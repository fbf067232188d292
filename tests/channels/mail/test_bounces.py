"""A bounce marks the very reply it tells about, and is kept, quiet, beside it."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import answered, became, conversation_of, mail, own_id, taken_in
from tests.channels.mail.reports import bounce, complaint
from wingbeat.channels.mail.models import Judgement
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.customers.models import Address
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply() -> Message:
    """Ada's reply to Nora, sent."""
    cast.support(cast.ada())
    return answered(conversation_of(taken_in(mail())))


def test_a_bounce_marks_the_reply_its_conversation_and_the_address(reply: Message) -> None:
    raw_mail = taken_in(bounce(of=reply), minutes=6)
    outgoing = Outgoing.objects.get(message=reply)
    conversation = conversation_of(raw_mail)
    assert raw_mail.judgement == Judgement.BOUNCE
    assert (outgoing.state, "5.1.1" in outgoing.why) == ("bounced", True)
    assert (conversation.has_trouble, conversation.state) == (True, "customer")
    assert Address.objects.get(email="nora@customers.example").dead_since_at == cast.after(
        minutes=6
    )
    assert Entry.objects.filter(kind="reply.bounced", message_id=reply.pk).count() == 1


def test_the_bounce_itself_is_kept_beside_the_reply(reply: Message) -> None:
    raw_mail = taken_in(bounce(of=reply), minutes=6)
    assert became(raw_mail).automatic == "bounce"
    assert conversation_of(raw_mail).pk == reply.conversation_id


def test_the_same_bounce_twice_is_told_once(reply: Message) -> None:
    raw = bounce(of=reply)
    taken_in(raw, minutes=6)
    taken_in(raw, minutes=7)
    assert Entry.objects.filter(kind="reply.bounced").count() == 1


def test_a_full_mailbox_is_a_failure_but_no_dead_address(reply: Message) -> None:
    taken_in(bounce(of=reply, status="5.2.2", words="mailbox full"), minutes=6)
    assert Outgoing.objects.get(message=reply).state == "bounced"
    assert Address.objects.get(email="nora@customers.example").dead_since_at is None


def test_a_delay_is_kept_and_marks_nothing(reply: Message) -> None:
    raw_mail = taken_in(bounce(of=reply, action="delayed", status="4.4.1"), minutes=6)
    assert Outgoing.objects.get(message=reply).state == "sent"
    assert conversation_of(raw_mail).pk == reply.conversation_id


def test_a_bounce_that_proves_nothing_is_shown_and_believed_in_nothing(reply: Message) -> None:
    raw_mail = taken_in(bounce(recipient="nora@customers.example"), days=1)
    outgoing = Outgoing.objects.get(message=reply)
    assert (outgoing.state, outgoing.refused) == ("perhaps", {})
    assert "user unknown" in outgoing.why
    assert Address.objects.get(email="nora@customers.example").dead_since_at is None
    assert conversation_of(raw_mail).pk == reply.conversation_id
    assert conversation_of(raw_mail).has_trouble  # so a list and the tray lead a person there
    assert Entry.objects.filter(kind="reply.bounced").count() == 0


def test_a_forged_name_of_ours_proves_nothing(reply: Message) -> None:
    real = own_id(reply).encode()
    sign = real.split(b".")[3].split(b"@")[0]
    raw = bounce(of=reply)
    assert sign in raw
    taken_in(raw.replace(sign, b"a" * 16), minutes=6)
    assert Outgoing.objects.get(message=reply).state == "perhaps"
    assert Address.objects.get(email="nora@customers.example").dead_since_at is None


def test_a_report_that_came_to_another_inbox_is_not_about_this_reply(reply: Message) -> None:
    Inbox.objects.create(name="Sales", address="sales@desk.example")
    raw = bounce(recipient="nora@customers.example").replace(b"support@", b"sales@")
    taken_in(raw, days=1)
    assert Outgoing.objects.get(message=reply).state == "sent"


def test_of_two_replies_the_newer_one_perhaps_came_back(reply: Message) -> None:
    again = answered(reply.conversation, minutes=8)
    taken_in(bounce(recipient="nora@customers.example"), days=1)
    assert Outgoing.objects.get(message=reply).state == "sent"
    assert Outgoing.objects.get(message=again).state == "perhaps"


def test_a_person_says_that_it_arrived_and_is_not_asked_again(reply: Message) -> None:
    raw, ada = bounce(recipient="nora@customers.example"), cast.ada()
    taken_in(raw, days=1)
    outgoing = Outgoing.objects.get(message=reply)
    outgoing.settle_as_sent(by=ada, at=cast.after(days=1, hours=1))
    assert not Conversation.objects.get(pk=reply.conversation_id).has_trouble
    taken_in(bounce(recipient="nora@customers.example"), days=2)
    assert Outgoing.objects.get(message=reply).state == "sent"


def test_proof_that_comes_after_a_perhaps_counts(reply: Message) -> None:
    taken_in(bounce(recipient="nora@customers.example"), minutes=6)
    taken_in(bounce(of=reply), minutes=7)
    assert Outgoing.objects.get(message=reply).state == "bounced"


def test_a_bounce_of_mail_that_is_not_ours_makes_a_quiet_conversation(reply: Message) -> None:
    raw_mail = taken_in(bounce(recipient="stranger@elsewhere.example"), minutes=6)
    assert raw_mail.judgement == Judgement.BOUNCE
    assert conversation_of(raw_mail).state == "quiet"


def test_a_forged_bounce_about_somebody_else_marks_nobody(reply: Message) -> None:
    reply.words.recipients["cc"] = [cast.OTTO]
    reply.words.save()
    taken_in(bounce(of=reply, recipient="max@customers.example"), minutes=6)
    assert Outgoing.objects.get(message=reply).state == "sent"


def test_an_address_that_writes_again_is_alive(reply: Message) -> None:
    taken_in(bounce(of=reply), minutes=6)
    taken_in(mail(subject="I am back"), days=3)
    assert Address.objects.get(email="nora@customers.example").dead_since_at is None


def test_a_complaint_is_kept_beside_the_mail_it_is_about(reply: Message) -> None:
    raw_mail = taken_in(complaint(of=reply), minutes=6)
    assert became(raw_mail).automatic == "report"
    assert conversation_of(raw_mail).pk == reply.conversation_id
    assert Outgoing.objects.get(message=reply).state == "sent"
    assert Conversation.objects.count() == 1
