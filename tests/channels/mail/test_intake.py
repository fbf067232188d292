"""From a mail's bytes to its place at the desk."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import conversation_of, mail, taken_in
from wingbeat.channels.mail.models import Judgement

pytestmark = pytest.mark.django_db


def test_a_customers_first_mail_begins_a_conversation_that_waits_for_us() -> None:
    inbox = cast.support(cast.ada())
    raw_mail = taken_in(mail("My lamp does not light."))
    conversation = conversation_of(raw_mail)
    assert raw_mail.judgement == Judgement.OPENED
    assert raw_mail.why == "It is about something new."
    assert conversation.inbox == inbox
    assert conversation.subject == "A broken lamp"
    assert conversation.customer.first_address == "nora@customers.example"
    assert conversation.waits_for_us_since == cast.NOON
