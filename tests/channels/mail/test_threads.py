"""Which conversation a mail goes into: proof first, a known sender always."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import (
    OTTO,
    answer,
    answered,
    became,
    checked,
    conversation_of,
    mail,
    own_id,
    taken_in,
    trusting,
)
from wingbeat.channels.mail.identity import plus_address
from wingbeat.channels.mail.models import Judgement, RawMail
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


def opened(text: str = "My lamp does not light.", **more: str) -> tuple[Conversation, RawMail]:
    raw_mail = taken_in(mail(text, **more))
    return conversation_of(raw_mail), raw_mail


def test_an_answer_to_our_message_id_joins_its_conversation(inbox: Inbox) -> None:
    conversation, _first = opened()
    reply = answered(conversation)
    raw_mail = taken_in(answer(own_id(reply)), hours=1)
    assert (raw_mail.judgement, conversation_of(raw_mail)) == (Judgement.JOINED, conversation)
    conversation.refresh_from_db()
    assert conversation.waits_for_us_since == cast.after(hours=1)


def test_our_message_id_counts_however_far_back_it_is_referred_to(inbox: Inbox) -> None:
    conversation, _first = opened()
    reply = answered(conversation)
    later = mail(
        subject="Re: A broken lamp", In_Reply_To="<unknown@elsewhere.example>",
        References=f"{own_id(reply)} <other@elsewhere.example> <unknown@elsewhere.example>",
    )  # fmt: skip
    assert conversation_of(taken_in(later, hours=1)) == conversation


def test_mail_to_the_conversations_own_address_joins_it_without_any_reference(inbox: Inbox) -> None:
    conversation, _first = opened()
    raw_mail = taken_in(mail(to=plus_address(inbox.address, conversation.pk), subject="hello"))
    assert (raw_mail.judgement, conversation_of(raw_mail)) == (Judgement.JOINED, conversation)


def test_a_customers_answer_to_their_own_mail_joins_by_reference(inbox: Inbox) -> None:
    conversation, first = opened()
    raw_mail = taken_in(answer(first.message_id, "It smells, too."), minutes=1)
    assert (raw_mail.judgement, conversation_of(raw_mail)) == (Judgement.JOINED, conversation)
    assert raw_mail.why == "It refers to a message of this conversation."


def test_a_strangers_answer_stands_in_the_margin_and_changes_nothing(inbox: Inbox) -> None:
    conversation, _first = opened()
    reply = answered(conversation)
    raw_mail = taken_in(answer(own_id(reply), sender=OTTO), hours=1)
    conversation.refresh_from_db()
    assert raw_mail.judgement == Judgement.MARGIN
    assert became(raw_mail).in_margin
    assert (conversation.state, conversation.has_stranger) == ("customer", True)


def test_a_borrowed_message_id_draws_nobodys_answers_into_the_margin(inbox: Inbox) -> None:
    """Eve writes to us under the Message-ID of our newsletter; others answer the newsletter."""
    newsletter = "<spring@news.desk.example>"
    eves = conversation_of(taken_in(mail(sender=OTTO, message_id=newsletter)))
    raw_mail = taken_in(answer(newsletter, "How much is the lamp?", subject="Re: Spring"), hours=1)
    conversation = conversation_of(raw_mail)
    assert (raw_mail.judgement, conversation != eves) == (Judgement.OPENED, True)
    assert conversation.waits_for_us_since is not None
    assert raw_mail.looks_like == eves
    assert raw_mail.why == f"It refers to #{eves.pk}, in which its sender takes no part."


def test_a_colleague_whom_the_customer_put_in_copy_is_known(inbox: Inbox) -> None:
    conversation, _first = opened(Cc=OTTO)
    reply = answered(conversation)
    raw_mail = taken_in(answer(own_id(reply), sender=OTTO), hours=1)
    assert (raw_mail.judgement, conversation_of(raw_mail)) == (Judgement.JOINED, conversation)


def test_a_stranger_cannot_make_themselves_known_by_writing_to_themselves(inbox: Inbox) -> None:
    conversation, _first = opened()
    reply = answered(conversation)
    for minutes in (1, 2):
        raw_mail = taken_in(answer(own_id(reply), sender=OTTO, Cc=OTTO), hours=1, minutes=minutes)
        assert raw_mail.judgement == Judgement.MARGIN


@pytest.mark.parametrize("damage", ["number", "signature", "kelvin"])
def test_a_forged_message_id_leads_nowhere(inbox: Inbox, damage: str) -> None:
    conversation, _first = opened()
    real = own_id(answered(conversation))
    forged = {
        "number": real.replace(f"wb.{conversation.pk}.", f"wb.{conversation.pk + 1}.", 1),
        "signature": real.replace(real.split(".")[3].partition("@")[0], "a" * 16),
        "kelvin": real.replace(real.split(".")[3].partition("@")[0], "\u212a" * 16),
    }[damage]
    raw_mail = taken_in(answer(forged, sender=OTTO, subject="Something else"), hours=1)
    assert raw_mail.judgement == Judgement.OPENED
    assert conversation_of(raw_mail) != conversation


def test_a_known_address_that_failed_our_servers_check_stands_in_the_margin(inbox: Inbox) -> None:
    trusting(inbox)
    conversation, _first = opened()
    reply = answered(conversation)
    raw_mail = taken_in(checked(answer(own_id(reply)), "fail"), hours=1)
    assert raw_mail.judgement == Judgement.MARGIN
    assert became(raw_mail).stranger.why == "failed_check"


def test_another_servers_check_counts_for_nothing(inbox: Inbox) -> None:
    trusting(inbox)
    conversation, _first = opened()
    reply = answered(conversation)
    raw = checked(answer(own_id(reply)), "fail", server="mx.elsewhere.example")
    assert taken_in(raw, hours=1).judgement == Judgement.JOINED


def test_references_of_another_inbox_do_not_join(inbox: Inbox) -> None:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    _conversation, first = opened()
    raw_mail = taken_in(answer(first.message_id, to="sales@desk.example"), minutes=1)
    assert raw_mail.judgement == Judgement.OPENED
    assert conversation_of(raw_mail).inbox == sales


def test_our_own_signature_leads_across_inboxes(inbox: Inbox) -> None:
    Inbox.objects.create(name="Sales", address="sales@desk.example")
    conversation, _first = opened()
    reply = answered(conversation)
    raw_mail = taken_in(answer(own_id(reply), to="sales@desk.example"), hours=1)
    assert conversation_of(raw_mail) == conversation


def test_an_answer_to_a_merged_conversation_goes_where_it_is_read(inbox: Inbox) -> None:
    ada = cast.ada()
    first, _mail = opened()
    second, _mail = opened("Did you get my mail?", subject="My lamp")
    reply = answered(second)
    second.merge(into=first, by=ada, at=cast.after(minutes=10))
    raw_mail = taken_in(answer(own_id(reply)), hours=1)
    assert conversation_of(raw_mail) == first
    first.refresh_from_db()
    assert first.waits_for_us_since == cast.after(hours=1)


def test_an_ended_conversation_opens_again_with_its_subject_unchanged(inbox: Inbox) -> None:
    conversation, _first = opened()
    reply = answered(conversation)
    conversation.end(by=cast.ada(), at=cast.after(minutes=6), reason=Reason.ANSWERED)
    raw_mail = taken_in(answer(own_id(reply), subject="AW: [EXT] A broken lamp"), hours=1)
    conversation.refresh_from_db()
    assert (raw_mail.judgement, conversation.state) == (Judgement.JOINED, "us")


def test_a_changed_subject_after_the_end_begins_anew_and_says_what_it_looks_like(
    inbox: Inbox,
) -> None:
    conversation, _first = opened()
    reply = answered(conversation)
    conversation.end(by=cast.ada(), at=cast.after(minutes=6), reason=Reason.ANSWERED)
    raw_mail = taken_in(answer(own_id(reply), subject="An invoice I do not know"), hours=1)
    conversation.refresh_from_db()
    assert raw_mail.judgement == Judgement.OPENED
    assert raw_mail.looks_like == conversation
    assert conversation.state == "ended"


def test_what_goes_on_with_spam_is_spam(inbox: Inbox) -> None:
    conversation, first = opened()
    conversation.end(by=cast.ada(), at=cast.after(minutes=1), reason=Reason.SPAM)
    raw_mail = taken_in(answer(first.message_id), hours=1)
    conversation.refresh_from_db()
    assert (raw_mail.judgement, conversation.state) == (Judgement.SPAM, "ended")


def test_a_number_in_an_unchanged_subject_joins_for_a_known_sender(inbox: Inbox) -> None:
    conversation, _first = opened()
    subject = f"Re: [Desk #{conversation.pk}] A broken lamp"
    assert conversation_of(taken_in(mail(subject=subject), hours=1)) == conversation


def test_another_desks_number_with_another_subject_is_only_a_hint(inbox: Inbox) -> None:
    conversation, _first = opened()
    raw_mail = taken_in(mail(subject=f"[Their Ticket #{conversation.pk}] Your order"), hours=1)
    assert raw_mail.judgement == Judgement.OPENED
    assert raw_mail.looks_like == conversation


def test_a_strangers_number_is_not_even_a_hint(inbox: Inbox) -> None:
    conversation, _first = opened()
    subject = f"Re: [Desk #{conversation.pk}] A broken lamp"
    raw_mail = taken_in(mail(subject=subject, sender=OTTO), hours=1)
    assert (raw_mail.judgement, raw_mail.looks_like) == (Judgement.OPENED, None)


def test_a_new_mail_much_like_a_recent_one_says_so(inbox: Inbox) -> None:
    conversation, _first = opened()
    raw_mail = taken_in(mail("Hello?", subject="RE: a broken Lamp!"), days=2)
    assert (raw_mail.judgement, raw_mail.looks_like) == (Judgement.OPENED, conversation)
    assert taken_in(mail(subject="A broken lamp", sender=OTTO), days=2).looks_like is None
    assert taken_in(mail(subject="The new catalog"), days=2).looks_like is None


def test_mail_fetched_after_our_reply_still_waits_for_an_answer(inbox: Inbox) -> None:
    from wingbeat.channels.mail import intake
    from wingbeat.channels.mail.models import Source
    from wingbeat.desk.conversations.waiting import waits_since

    conversation, first = opened()
    answered(conversation, hours=3)
    late = intake.store(answer(first.message_id), source=Source.IMAP, at=cast.after(hours=1))
    intake.judge(late, at=cast.after(hours=5))
    conversation.refresh_from_db()
    assert conversation.waits_for_us_since == cast.after(hours=5) == waits_since(conversation)
