"""Any SMTP server: encrypted or not, with password or token, old or new, slow or strict."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.channels.mail.far_server import HANG_UP, FarServer, Taken, far_server, free_port
from wingbeat.channels.mail.smtp_out import (
    Broken,
    Connection,
    NoAnswer,
    Refused,
    Server,
    Unreachable,
)

MAIL = b"Subject: hello\r\n\r\nWords.\r\n"
NORA = "nora@customers.example"


def hand(
    far: FarServer,
    content: bytes = MAIL,
    *,
    to: tuple[str, ...] = (NORA,),
    context: ssl.SSLContext | None = None,
    **more: Any,
) -> list[str]:
    """Hand one mail over; return what was called on the way."""
    called: list[str] = []
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": far.port, "security": "none", **more}
    with Connection(Server(**settings), context=context) as connection:
        connection.hand_over(
            "desk@desk.example", to, content, before_words=lambda: called.append("words")
        )
    return called


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def served(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_the_words_are_announced_before_the_first_of_them_leaves() -> None:
    order: list[str] = []

    def take(_taken: Taken) -> str:
        order.append("server has them")
        return "250 ok"

    with far_server() as far:
        far.on_words = take
        server = Server("127.0.0.1", far.port, "none")
        with Connection(server) as connection:
            connection.hand_over(
                "desk@desk.example", [NORA], MAIL, before_words=lambda: order.append("announced")
            )
    assert order == ["announced", "server has them"]


def test_starttls_and_a_log_in(certificate: tuple[Path, Path]) -> None:
    seen = []

    def authenticate(*args: Any) -> AuthResult:
        seen.append(args[-1])
        return AuthResult(success=True)

    with far_server(tls_context=served(certificate), authenticator=authenticate) as far:
        hand(
            far,
            security="starttls",
            user="desk",
            password="quiet",
            context=trusting(certificate),
        )
    assert seen == [LoginPassword(b"desk", b"quiet")]
    assert len(far.taken) == 1


def test_tls_from_the_first_byte(certificate: tuple[Path, Path]) -> None:
    with far_server(encrypted=served(certificate)) as far:
        hand(far, security="tls", context=trusting(certificate))
    assert len(far.taken) == 1


def test_a_certificate_nobody_vouches_for_is_refused(certificate: tuple[Path, Path]) -> None:
    untrusted = pytest.raises(Unreachable, match=r"certificate of 127\.0\.0\.1 does not fit")
    with far_server(encrypted=served(certificate)) as far, untrusted:
        hand(far, security="tls")
    assert far.taken == []


def test_a_token_in_place_of_a_password() -> None:
    with far_server(knows_token="a-token") as far:
        hand(far, user="desk@desk.example", password="a-token", is_oauth2=True)
        with pytest.raises(Unreachable, match=r"does not let “desk@desk\.example” in"):
            hand(far, user="desk@desk.example", password="an-old-token", is_oauth2=True)
    assert len(far.taken) == 1
    assert far.tokens == [
        "user=desk@desk.example\1auth=Bearer a-token\1\1",
        "user=desk@desk.example\1auth=Bearer an-old-token\1\1",
    ]


def test_a_wrong_password_says_what_to_check() -> None:
    def refuse(*_args: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    wrong = pytest.raises(
        Unreachable, match=r"does not accept this user and password.*app password"
    )
    with far_server(authenticator=refuse) as far, wrong:
        hand(far, user="desk", password="wrong")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"security": "starttls"}, "does not offer what is asked of it"),
        ({"security": "tls"}, "does not speak TLS in this way"),
        ({"host": "no-such-server.invalid"}, "no server named no-such-server.invalid"),
    ],
)
def test_each_trouble_with_a_connection_has_its_remedy(
    settings: dict[str, Any], words: str
) -> None:
    with far_server() as far, pytest.raises(Unreachable, match=words):
        hand(far, **settings)


def test_nobody_listening_has_its_remedy() -> None:
    nobody = FarServer(port=free_port())
    with pytest.raises(Unreachable, match=r"Nobody listens at 127\.0\.0\.1:"):
        hand(nobody)


def test_a_server_that_never_greets_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        far = FarServer(port=silent.getsockname()[1])
        with pytest.raises(Unreachable, match="does not answer"):
            hand(far, connect_seconds=0.2)


def test_a_silent_server_after_the_words_is_a_doubt() -> None:
    async def silent(_taken: Taken) -> str:
        await asyncio.sleep(30)
        return "250 too late"

    with far_server() as far:
        far.on_words = silent
        with pytest.raises(NoAnswer, match="may or may not have it"):
            hand(far, final_seconds=0.2)


def test_a_doubt_remembers_who_had_been_refused_before() -> None:
    with far_server() as far:
        far.on_recipient = lambda address: "550 no" if address == NORA else "250 ok"
        far.on_words = lambda _taken: HANG_UP
        with pytest.raises(NoAnswer) as doubt:
            hand(far, to=(NORA, "bea@customers.example"))
    assert list(doubt.value.never) == [NORA]


def test_a_mail_above_the_servers_limit_is_refused_before_it_leaves() -> None:
    with far_server(data_size_limit=10_000) as far:
        with pytest.raises(Refused, match=r"552 The mail has 0.1 MB .* at most 0.0 MB"):
            hand(far, b"Subject: big\r\n\r\n" + b"x" * 100_000)
        hand(far)
    assert len(far.taken) == 1


def test_an_address_beyond_ascii_goes_where_the_server_can() -> None:
    with far_server() as far:
        hand(far, to=("жанна@customers.example",))
    assert far.taken[0].recipients == ["жанна@customers.example"]
    refused = pytest.raises(Refused, match="letters beyond a to z")
    with far_server(enable_SMTPUTF8=False) as old, refused:
        hand(old, to=("жанна@customers.example",))
    assert old.taken == []


def test_a_line_with_a_dot_arrives_as_it_left() -> None:
    content = b"Subject: dots\r\n\r\n.\r\n..two\r\nlast\r\n.hidden"
    with far_server() as far:
        hand(far, content)
    assert far.taken[0].content == content + b"\r\n"


def test_a_connection_that_breaks_within_the_envelope_was_not_handed() -> None:
    with far_server() as far:
        far.on_recipient = lambda _address: HANG_UP
        with pytest.raises(Broken):
            hand(far)


def test_the_log_never_shows_a_password() -> None:
    assert "quiet" not in repr(Server("mail.example", user="desk", password="quiet"))
