"""Help is the same whether or not somebody buys: same door, same promise, same page, same words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.channels.mail.letters import conversation_of, mail, taken_in
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.receipts import send_receipts
from wingbeat.desk.conversations.assigning import owner_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.customers.describing import Description, describe
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)
BUYER, ASKER = "Nora Lind <nora@customers.example>", "Nora Holm <holm@elsewhere.example>"


def buys(inbox: Inbox, ada: Agent, *, times: int) -> None:
    """Let the buyer have ordered so often, and let the desk know it."""
    for number in range(times):
        order = taken_in(mail("I order ten lamps.", sender=BUYER, subject=f"Order {number}"))
        bought = conversation_of(order)
        bought.reply(cast.letter("They are on their way."), by=ada, at=cast.NOON, seen=None)
        bought.tag("order", by=ada, at=cast.NOON)
    worth = Description(name="Nora Lind", organization="Hotels", details="Buys every month.")
    describe(bought.customer, worth, by=ada, at=cast.NOON)


def asks(sender: str, at: datetime) -> Conversation:
    """Somebody asks how to clean a lamp."""
    hours = (at - cast.NOON) / timedelta(hours=1)
    return conversation_of(taken_in(mail("How do I clean a lamp?", sender=sender), hours=hours))


def offered(client: Client, conversation: Conversation) -> list[str]:
    """Everything that can be done on a conversation's page, without its numbers and whose it is."""
    page = client.get(f"/conversations/{conversation.pk}/").content.decode()
    main = LexborHTMLParser(page).css("main")[0]
    controls = main.css("button, summary, a[href], select, textarea")
    return [re.sub(r"\d+|Nora \w+|\w+@[\w.]+", "", str(control.html)) for control in controls]


def test_help_is_the_same_whether_or_not_somebody_buys(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    Inbox.objects.update(sends_receipt=True)
    Account.objects.create(inbox=support, smtp_host="smtp.desk.example")
    buys(support, ada, times=3)
    at = cast.after(hours=2)
    buyer, asker = asks(BUYER, at), asks(ASKER, at + timedelta(minutes=1))
    seal()
    send_receipts(at + timedelta(minutes=2))

    promised = [c.due_at - c.opened_at for c in (buyer, asker)]  # type: ignore[operator]  # both wait
    assert promised == [timedelta(hours=24)] * 2
    assert owner_of(buyer) == owner_of(asker) == cast.support_team()
    receipts = Message.objects.exclude(automatic="").filter(conversation__in=[buyer, asker])
    assert len({receipt.words.text for receipt in receipts}) == 1
    assert len(receipts) == 2
    assert offered(desk, buyer) == offered(desk, asker)
    assert len(offered(desk, buyer)) > 10
    # who wrote first stands first, and the next time it is the other one
    again = [asks(ASKER, at + timedelta(hours=1)), asks(BUYER, at + timedelta(hours=2))]
    served = Conversation.objects.visible_to(ada).waiting_for_us()
    assert list(served) == [buyer, asker, *again]
