"""The desk's own mail leaves through an inbox's account, marked as automatic, or says why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import HANG_UP, FarServer, far_server
from wingbeat.channels.mail import own_mail
from wingbeat.channels.mail.own_mail import CannotSend
from wingbeat.desk.conversations.inbox import Inbox

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "wingbeat.channels.mail.own_mail.DeskBackend"


@pytest.fixture
def far() -> Iterator[FarServer]:
    with far_server() as running:
        yield running


def password_mail() -> EmailMessage:
    mail = EmailMultiAlternatives(
        "Ein neues Paßwort", "Hier ist der Link: …", "nobody@nowhere", ["Ada <ada@desk.example>"]
    )
    mail.attach_alternative("<p>Hier ist der Link: …</p>", "text/html")
    return mail


def send(mail: EmailMessage, *, fail_silently: bool = False) -> int:
    connection = get_connection(BACKEND, fail_silently=fail_silently)
    return int(connection.send_messages([mail]) or 0)


def support(far: FarServer) -> Inbox:
    inbox = cast.support()
    inbox.from_name = "Lamps & Co"
    inbox.save()
    sent.account(inbox, far)
    return inbox


def test_it_leaves_in_the_name_of_the_inbox_and_no_machine_answers_it(far: FarServer) -> None:
    support(far)
    assert send(password_mail()) == 1
    taken, mail = far.taken[0], far.mails[0]
    assert (taken.sender, taken.recipients) == ("<>", ["ada@desk.example"])
    assert mail["From"] == "Lamps & Co <support@desk.example>"
    assert mail["Subject"] == "Ein neues Paßwort"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["X-Wingbeat-Loop"]
    assert mail["Message-ID"].endswith("@desk.example>")
    parts = [part.get_content().strip() for part in mail.iter_parts()]
    assert parts == ["Hier ist der Link: …", "<p>Hier ist der Link: …</p>"]
    assert taken.content.isascii()


def test_a_server_that_wants_a_sender_gets_the_inboxs_address(far: FarServer) -> None:
    support(far)
    far.on_sender = lambda address: "250 ok" if "@" in address else "550 5.7.1 sender please"
    send(password_mail())
    assert far.taken[0].sender == "support@desk.example"


def test_without_an_account_it_says_so() -> None:
    cast.support()
    assert not own_mail.can_send()
    with pytest.raises(CannotSend, match="No inbox of this desk can send"):
        send(password_mail())
    assert send(password_mail(), fail_silently=True) == 0


def test_an_account_that_does_not_answer_is_passed_over(far: FarServer) -> None:
    first = Inbox.objects.create(name="Sales", address="sales@desk.example")
    sent.account(first, FarServer(port=1))
    support(far)
    assert own_mail.can_send()
    send(password_mail())
    assert len(far.taken) == 1


def test_what_every_server_said_stands_in_the_reason(far: FarServer) -> None:
    support(far)
    far.on_recipient = lambda _address: "550 5.1.1 no such user"
    with pytest.raises(CannotSend, match=r"Support: 550 5\.1\.1 no such user"):
        send(password_mail())


def test_a_mail_that_may_have_left_is_not_sent_a_second_time(far: FarServer) -> None:
    support(far)
    second = Inbox.objects.create(name="Sales", address="sales@desk.example")
    sent.account(second, far)
    far.on_words = lambda _taken: HANG_UP
    far.keeps_when_hanging_up = True
    with pytest.raises(CannotSend, match="may or may not have it"):
        send(password_mail())
    assert len(far.taken) == 1


def test_a_desk_in_shadow_mode_sends_nothing(
    far: FarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    support(far)
    monkeypatch.setitem(settings.WINGBEAT, "shadow", True)
    assert not own_mail.can_send()
    with pytest.raises(CannotSend, match="shadow"):
        send(password_mail())
    assert not far.taken


def test_a_file_is_refused_rather_than_lost(far: FarServer) -> None:
    support(far)
    mail = EmailMessage("A file", "Here.", None, ["ada@desk.example"])
    mail.attach("list.txt", "one\n", "text/plain")
    with pytest.raises(CannotSend, match="no files"):
        send(mail)
    assert not far.taken
