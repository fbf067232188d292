"""Mail over a real socket: taken only when durable, refused before anything is taken."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import OperationalError

from tests import cast
from tests.channels.mail.letters import mail
from tests.channels.mail.listening import client, listener
from wingbeat.channels.mail import intake, smtp_in
from wingbeat.channels.mail.identity import plus_address
from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.mail.smtp_in import Limits, _Traffic
from wingbeat.desk.conversations.inbox import Inbox

pytestmark = pytest.mark.django_db(transaction=True)
NORA = "nora@customers.example"


@pytest.fixture
def inbox() -> Inbox:
    return cast.support()


def test_a_mail_is_stored_as_it_came_when_the_server_says_so(inbox: Inbox) -> None:
    raw = mail("Grüße", X_Odd="ü").replace(b"\n", b"\r\n")
    with listener() as port, client(port) as smtp:
        smtp.sendmail(NORA, [inbox.address], raw)
        stored = RawMail.objects.get()
    assert stored.content() == raw
    assert (stored.inbox, stored.envelope_from, stored.envelope_to) == (inbox, NORA, inbox.address)
    assert (stored.source, stored.judgement) == ("smtp", "stored")


def test_unknown_recipients_are_refused_before_any_mail_is_taken(inbox: Inbox) -> None:
    unknown = ["nobody@desk.example", "anna@elsewhere.example"]
    with (
        listener() as port,
        client(port) as smtp,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refused,
    ):
        smtp.sendmail(NORA, unknown, mail())
    assert {code for code, _words in refused.value.recipients.values()} == {550}
    assert not RawMail.objects.exists()


def test_an_inbox_made_a_moment_ago_is_known(inbox: Inbox) -> None:
    with listener() as port, client(port) as smtp:
        smtp.ehlo()
        smtp.mail(NORA)
        assert smtp.rcpt(inbox.address)[0] == 250
        assert smtp.rcpt("hr@desk.example")[0] == 550
        Inbox.objects.create(name="HR", address="hr@desk.example")
        assert smtp.rcpt("hr@desk.example")[0] == 250


def test_a_signed_address_is_known_and_a_forged_one_is_not(inbox: Inbox) -> None:
    signed = plus_address(inbox.address, 7)
    with listener() as port, client(port) as smtp:
        smtp.ehlo()
        smtp.mail(NORA)
        assert smtp.rcpt(signed)[0] == 250
        assert smtp.rcpt(signed.replace("+wb7.", "+wb8."))[0] == 550


def test_a_mail_to_two_inboxes_is_stored_for_each(inbox: Inbox) -> None:
    Inbox.objects.create(name="Sales", address="sales@desk.example")
    with listener() as port, client(port) as smtp:
        to = [inbox.address, "sales@desk.example", plus_address(inbox.address, 1)]
        smtp.sendmail(NORA, to, mail())
    assert RawMail.objects.count() == 2


def test_a_bounce_with_its_empty_sender_is_taken(inbox: Inbox) -> None:
    with listener() as port, client(port) as smtp:
        smtp.sendmail("", [inbox.address], mail())
    assert RawMail.objects.get().envelope_from == ""


def test_lines_longer_than_the_standard_allows_are_taken(inbox: Inbox) -> None:
    raw = mail() + b"x" * 200_000 + b"\r\n"
    with listener() as port, client(port) as smtp:
        smtp.sendmail(NORA, [inbox.address], raw)
    assert b"x" * 200_000 in RawMail.objects.get().content()


def test_what_cannot_be_stored_stays_with_its_sender(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(intake, "keep", full)
    with listener() as port, client(port) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            smtp.sendmail(NORA, [inbox.address], mail())
        assert refused.value.smtp_code == 451
        monkeypatch.undo()
        smtp.sendmail(NORA, [inbox.address], mail())
    assert RawMail.objects.count() == 1


def test_a_mail_that_is_too_large_is_refused_and_the_next_one_taken(inbox: Inbox) -> None:
    with listener(limits=Limits(megabytes=1)) as port, client(port) as smtp:
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            smtp.sendmail(NORA, [inbox.address], mail("x " * 800_000))
        assert refused.value.smtp_code == 552
        smtp.sendmail(NORA, [inbox.address], mail())
    assert RawMail.objects.count() == 1


def test_connections_beyond_the_limit_are_told_to_come_later(inbox: Inbox) -> None:
    with listener(limits=Limits(connections=2)) as port:
        with client(port), client(port):
            with pytest.raises(smtplib.SMTPConnectError) as refused:
                smtplib.SMTP("127.0.0.1", port, timeout=10)
            assert refused.value.smtp_code == 421
        with client(port) as smtp:
            assert smtp.noop()[0] == 250


def test_a_peer_that_sends_too_much_is_slowed(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_in, "_is_here", lambda _peer: False)
    with listener(limits=Limits(mails_a_minute=2)) as port, client(port) as smtp:
        for _turn in range(2):
            smtp.sendmail(NORA, [inbox.address], mail())
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            smtp.sendmail(NORA, [inbox.address], mail())
        assert refused.value.smtp_code == 451
    assert RawMail.objects.count() == 2


def test_a_mail_cut_off_in_the_middle_is_not_stored(inbox: Inbox) -> None:
    with listener() as port:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            for says in (
                b"EHLO x\r\n", f"MAIL FROM:<{NORA}>\r\n".encode(),
                f"RCPT TO:<{inbox.address}>\r\n".encode(), b"DATA\r\n",
            ):  # fmt: skip
                line.recv(4096)
                line.sendall(says)
            line.recv(4096)
            line.sendall(b"Subject: half\r\n\r\nhalf a")
        with client(port) as smtp:
            assert smtp.noop()[0] == 250
    assert not RawMail.objects.exists()


def test_it_offers_starttls_with_the_certificate_it_was_given(inbox: Inbox, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    with listener(certificate=str(certificate)) as port, client(port) as smtp:
        smtp.starttls(context=context)
        smtp.sendmail(NORA, [inbox.address], mail())
    assert RawMail.objects.count() == 1


def test_nobody_logs_in_and_nobody_is_verified(inbox: Inbox) -> None:
    with listener() as port, client(port) as smtp:
        smtp.ehlo()
        assert "auth" not in smtp.esmtp_features
        assert smtp.vrfy("nobody@desk.example")[0] == 252


@pytest.mark.parametrize(
    ("where", "means"),
    [
        (":2525", ("127.0.0.1", 2525)),
        ("0.0.0.0:25", ("0.0.0.0", 25)),
        ("[::1]:2525", ("::1", 2525)),
    ],
)
def test_it_listens_on_this_machine_alone_unless_told(where: str, means: tuple[str, int]) -> None:
    assert smtp_in.place(where) == means


def self_signed(folder: Path) -> Path:
    """A certificate for localhost with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class TestMemory:
    """However much is told at once, the listener holds little of it."""

    @contextmanager
    def telling(self, port: int, inbox: Inbox) -> Iterator[socket.socket]:
        """Give a connection on which a mail has begun."""
        smtp = smtplib.SMTP("127.0.0.1", port, timeout=10)
        try:
            smtp.ehlo()
            smtp.mail(NORA)
            smtp.rcpt(inbox.address)
            assert smtp.docmd("DATA")[0] == 354
            assert smtp.sock is not None
            yield smtp.sock
        finally:
            smtp.close()

    def told(self, line: socket.socket, block: bytes, blocks: int) -> bytes:
        """Tell so much; return what the listener says to it."""
        try:
            for _block in range(blocks):
                line.sendall(block)
            line.settimeout(5)
            return line.recv(1_000)
        except (ConnectionError, TimeoutError):
            return b"hung up"

    def test_large_mails_beyond_what_it_bears_are_asked_to_come_again(self, inbox: Inbox) -> None:
        block = (b"a" * 76 + b"\r\n") * 10_000
        with listener(limits=Limits(bytes_at_once=6_000_000)) as port:
            with self.telling(port, inbox) as first, self.telling(port, inbox) as second:
                first.sendall(block * 4)
                assert self.told(second, block, 20).startswith((b"421", b"hung up"))
                with client(port) as smtp:  # a small one passes meanwhile
                    smtp.sendmail(NORA, [inbox.address], mail())
                first.sendall(b"\r\n.\r\n")
                assert first.recv(1_000).startswith(b"250")
            with self.telling(port, inbox) as third:
                assert self.told(third, block * 4 + b".\r\n", 1).startswith(b"250")
        assert RawMail.objects.count() == 3

    def test_a_line_that_never_ends_is_not_kept_for_ever(self, inbox: Inbox) -> None:
        with listener() as port, self.telling(port, inbox) as line:
            assert self.told(line, b"a" * 1_000_000, 30).startswith((b"500", b"hung up"))
        assert not RawMail.objects.exists()

    def test_a_mail_beyond_the_limit_is_refused_for_good_at_its_end(self, inbox: Inbox) -> None:
        block = (b"a" * 76 + b"\r\n") * 10_000
        limits = Limits(megabytes=1, bytes_at_once=3_000_000)
        with listener(limits=limits) as port, self.telling(port, inbox) as line:
            assert self.told(line, block * 8 + b".\r\n", 1).startswith(b"552")


def test_guesses_of_a_peer_are_counted_over_all_its_connections() -> None:
    traffic = _Traffic(Limits(guesses_a_minute=3))
    for _one in range(3):
        assert not traffic.is_guessing("192.0.2.1")
        traffic.note_guess("192.0.2.1")
    assert traffic.is_guessing("192.0.2.1")
    assert not traffic.is_guessing("192.0.2.2")
    for _one in range(9):
        traffic.note_guess("127.0.0.1")
    assert not traffic.is_guessing(
        "127.0.0.1"
    )  # our own mail server passes on what the world sends
