"""A reply in doubt that stands in the folder of sent mail of a real Dovecot has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests import cast, dovecot
from tests.channels.mail.sent import in_trouble, replied, row_of
from tests.dovecot import Dovecot
from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.settling import LOOK_FOR, settle_doubts
from wingbeat.desk.conversations.delivering import lease_due
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Delivery
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.imap]
NAME = "wb.1.2.abcdefghijklmnop@desk.example"
DUE = cast.after(minutes=6)
USER = "support"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as server:
        yield server


def doubtful(server: Dovecot, folder: str = "INBOX") -> Message:
    """A reply in doubt, in an inbox whose sent mail is kept in that folder."""
    message = replied()
    Account.objects.create(
        inbox=message.conversation.inbox,
        imap_host="127.0.0.1",
        imap_port=server.port,
        imap_security="none",
        imap_user=USER,
        imap_secret=secrets.sealed(dovecot.PASSWORD),
        sent_folder=folder,
    )
    (row,) = lease_due(DUE, lease="one", until=DUE, limit=1)
    row.hand_over(NAME, at=DUE)
    row.doubt(by=Agent.objects.system(), at=DUE, why="the line broke")
    return message


def test_a_reply_among_the_sent_ones_has_arrived_and_others_stay_in_doubt(
    server: Dovecot,
) -> None:
    message = doubtful(server)
    server.deliver(USER, b"Message-ID: <other@desk.example>\r\n\r\nAnother.\r\n")
    assert settle_doubts(DUE) == 0
    assert row_of(message).state == Delivery.IN_DOUBT
    server.deliver(USER, f"Message-ID: <{NAME}>\r\n\r\nOurs.\r\n".encode())
    assert settle_doubts(DUE) == 1
    assert (row_of(message).state, row_of(message).sent_at) == (Delivery.SENT, DUE)
    assert not in_trouble(message)
    newest = Entry.objects.order_by("-pk")[0]
    assert (newest.kind, newest.agent_id) == ("reply.settled", Agent.objects.system().pk)
    assert settle_doubts(DUE) == 0


@pytest.mark.parametrize("folder", ["", "No such folder"])
def test_without_a_folder_to_look_into_a_person_decides(server: Dovecot, folder: str) -> None:
    message = doubtful(server, folder)
    assert settle_doubts(DUE) == 0
    assert row_of(message).state == Delivery.IN_DOUBT


def test_an_old_doubt_is_not_looked_for_any_more(server: Dovecot) -> None:
    message = doubtful(server)
    server.deliver(USER, f"Message-ID: <{NAME}>\r\n\r\nOurs.\r\n".encode())
    assert settle_doubts(DUE + LOOK_FOR + timedelta(minutes=1)) == 0
    assert row_of(message).state == Delivery.IN_DOUBT
