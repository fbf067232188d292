"""Mail that no person wrote is kept, quiet, and answered by nobody."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import (
    OTTO,
    answer,
    answered,
    became,
    conversation_of,
    mail,
    own_id,
    taken_in,
)
from wingbeat.channels.mail.identity import desk_id
from wingbeat.channels.mail.models import Judgement
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


def test_an_absence_notice_is_kept_in_its_conversation_and_changes_nothing(inbox: Inbox) -> None:
    conversation = conversation_of(taken_in(mail()))
    reply = answered(conversation)
    raw = answer(own_id(reply), "I am away until May.", Auto_Submitted="auto-replied")
    raw_mail = taken_in(raw, hours=1)
    conversation.refresh_from_db()
    assert (raw_mail.judgement, became(raw_mail).automatic) == (Judgement.JOINED, "reply")
    assert (conversation.state, conversation.waits_for_us_since) == ("customer", None)


def test_a_robot_nobody_knows_stands_in_the_margin(inbox: Inbox) -> None:
    reply = answered(conversation_of(taken_in(mail())))
    raw = answer(own_id(reply), sender=OTTO, Auto_Submitted="auto-replied")
    assert taken_in(raw, hours=1).judgement == Judgement.MARGIN


def test_a_newsletter_makes_a_quiet_conversation(inbox: Inbox) -> None:
    raw = mail(List_Id="<news.shop.example>", List_Unsubscribe="<mailto:off@shop.example>")
    conversation = conversation_of(taken_in(raw))
    assert (conversation.state, conversation.waits_for_us_since) == ("quiet", None)


def test_mail_through_a_list_that_is_our_own_address_is_a_customers(inbox: Inbox) -> None:
    InboxAddress.objects.create(inbox=inbox, email="team@lists.desk.example")
    raw = mail(
        to="team@lists.desk.example", List_Id="<team.lists.desk.example>",
        List_Post="<mailto:team@lists.desk.example>",
    )  # fmt: skip
    assert conversation_of(taken_in(raw)).state == "us"


def test_our_own_mail_coming_round_stands_in_the_tray(inbox: Inbox) -> None:
    reply = answered(conversation_of(taken_in(mail())))
    assert taken_in(mail(X_Wingbeat_Loop=desk_id())).judgement == Judgement.LOOP
    assert taken_in(mail(message_id=own_id(reply))).judgement == Judgement.LOOP
    assert taken_in(mail(sender="support@desk.example")).judgement == Judgement.LOOP


def test_another_desks_loop_mark_is_none_of_ours(inbox: Inbox) -> None:
    assert taken_in(mail(X_Wingbeat_Loop="a" * 16)).judgement == Judgement.OPENED
