"""Handing a mail to an SMTP server: any server, any security, and an exact word on what became of it."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Security = Literal["tls", "starttls", "none"]
CONNECT_SECONDS = 20.0
# A server that greets spammers slowly takes its time; RFC 5321 asks for five minutes.
ANSWER_SECONDS = 120.0
# After the last dot the server files and scans the mail; giving up early makes a doubt.
FINAL_SECONDS = 600.0
CHUNK = 256 * 1024
LINE_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to hand mail in. `password` is an access token where `is_oauth2`."""

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    is_oauth2: bool = False
    connect_seconds: float = CONNECT_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    final_seconds: float = FINAL_SECONDS

    @property
    def named(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: three digits and its words."""

    code: int
    words: str

    @property
    def is_yes(self) -> bool:
        return 200 <= self.code < 400

    @property
    def is_for_now(self) -> bool:
        """A refusal that may be another answer later."""
        return 400 <= self.code < 500

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip()


@dataclass(frozen=True, slots=True)
class Handed:
    """The server took the mail, for everyone but those it refused now or for good."""

    later: dict[str, Answer]
    never: dict[str, Answer]


class NotHanded(Exception):
    """The server surely has not taken the mail; trying again can double nothing."""


class Unreachable(NotHanded):
    """No working connection: the next mails would fare the same. `why` holds the remedy."""


class Broken(NotHanded):
    """The connection broke while this very mail was told; the next one may fare better."""


class Refused(NotHanded):
    """The server said no to this mail, or to everyone it is for."""

    def __init__(self, answer: Answer, later: dict[str, Answer], never: dict[str, Answer]) -> None:
        super().__init__(str(answer))
        self.answer, self.later, self.never = answer, later, never


class NoAnswer(Exception):
    """The whole mail left us and no answer came: the server may or may not have taken it."""

    def __init__(self, why: str, later: dict[str, Answer], never: dict[str, Answer]) -> None:
        super().__init__(why)
        self.later, self.never = later, never


class Connection:
    """One connection, used for as many mails as the server likes; use it as a context manager."""

    def __init__(self, server: Server, *, context: ssl.SSLContext | None = None) -> None:
        self.server = server
        self._context = context
        self._smtp: smtplib.SMTP | None = None
        self._mails = 0
        self._words_left = False

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_error: object) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if smtp.sock is not None:
                    smtp.sock.settimeout(2)
                smtp.quit()
            smtp.close()

    def open(self) -> smtplib.SMTP:
        """Connect, secure and log in, unless that is done.

        Raises:
            Unreachable: with what to do about it.
        """
        if self._smtp is None:
            try:
                self._smtp, self._mails = _connected(self.server, self._context), 0
            except (OSError, smtplib.SMTPException) as error:
                raise Unreachable(remedy(error, self.server)) from error
        return self._smtp

    def abandon(self) -> None:
        """Drop the connection as it stands: what was begun on it is not taken."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def hand_over(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes | bytearray,
        *,
        before_words: Callable[[], None],
    ) -> Handed:
        """Hand one mail in. `before_words` is called when the server is ready for its first byte.

        Raises:
            Unreachable, Broken, Refused: the server surely does not have it.
            NoAnswer: nobody knows.
        """
        is_used = self._smtp is not None and self._mails > 0
        try:
            return self._try(sender, recipients, content, before_words)
        except Broken:
            # many servers close a connection after so many mails, or when it was idle
            if not is_used or self._words_left:
                raise
        return self._try(sender, recipients, content, before_words)

    def _try(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes | bytearray,
        before_words: Callable[[], None],
    ) -> Handed:
        smtp = self.open()
        self._words_left = False
        try:
            self._envelope_from(smtp, sender, recipients, len(content))
            later, never = self._envelope_to(smtp, recipients)
            answer = self._ask("DATA")
            if answer.code != 354:
                self._start_over()
                raise Refused(answer, later, never)
            self._words_left = True
            before_words()
            _write(smtp, content)
            answer = self._final(smtp, later, never)
        except Refused:
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.abandon()
            raise Broken(remedy(error, self.server)) from error
        except BaseException:
            self.abandon()  # a half-told mail must not be continued by the next one
            raise
        self._mails += 1
        if not answer.is_yes:
            raise Refused(answer, later, never)
        return Handed(later, never)

    def _ask(self, command: str, words: str = "") -> Answer:
        answer = _said(self.open().docmd(command, words))
        if answer.code == 421:  # it is about to close the connection
            raise Broken(f"{self.server.host} is not available now: {answer.words}")
        return answer

    def _envelope_from(
        self, smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], size: int
    ) -> None:
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            raise Refused(Answer(552, too_large(size, int(limit), self.server)), {}, {})
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        if not all(address.isascii() for address in (sender, *recipients)):
            if not smtp.has_extn("smtputf8"):
                raise Refused(Answer(553, beyond_ascii(self.server)), {}, {})
            smtp.command_encoding = "utf-8"
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        answer = self._ask("MAIL", " ".join([f"FROM:<{sender}>", *options]))
        if not answer.is_yes:
            self._start_over()
            raise Refused(answer, {}, {})

    def _envelope_to(
        self, smtp: smtplib.SMTP, recipients: Sequence[str]
    ) -> tuple[dict[str, Answer], dict[str, Answer]]:
        later: dict[str, Answer] = {}
        never: dict[str, Answer] = {}
        for recipient in recipients:
            answer = self._ask("RCPT", f"TO:<{recipient}>")
            if not answer.is_yes:
                (later if answer.is_for_now else never)[recipient] = answer
        if len(later) + len(never) == len(recipients):
            self._start_over()
            raise Refused(next(iter((later or never).values())), later, never)
        return later, never

    def _start_over(self) -> None:
        """Forget the mail begun, so that the connection serves the next one."""
        try:
            if not self._ask("RSET").is_yes:
                self.abandon()
        except (OSError, smtplib.SMTPException, Broken):
            self.abandon()

    def _final(
        self, smtp: smtplib.SMTP, later: dict[str, Answer], never: dict[str, Answer]
    ) -> Answer:
        try:
            _wait_at_most(smtp, self.server.final_seconds)
            answer = _said(smtp.getreply())
            _wait_at_most(smtp, self.server.answer_seconds)
        except (OSError, smtplib.SMTPException) as error:
            why = f"{self.server.host} got the whole mail, but the connection broke before it answered."
            raise NoAnswer(why, later, never) from error
        return answer


def too_large(size: int, limit: int, server: Server) -> str:
    return (
        f"The mail has {size / 1_000_000:.1f} MB and {server.host} takes at most "
        f"{limit / 1_000_000:.1f} MB: send large files by a link."
    )


def beyond_ascii(server: Server) -> str:
    return (
        f"{server.host} cannot send to addresses with letters beyond a to z before the @: "
        "ask for another address."
    )


def _wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _connected(server: Server, context: ssl.SSLContext | None) -> smtplib.SMTP:
    secure = context or ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.connect_seconds, context=secure
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.connect_seconds)
    try:
        _wait_at_most(smtp, server.answer_seconds)
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=secure)
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            _log_in(smtp, server)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not server.is_oauth2:
        smtp.login(server.user, server.password)
        return
    token = f"user={server.user}\1auth=Bearer {server.password}\1\1"

    def xoauth2(challenge: bytes | None = None) -> str:
        return "" if challenge else token  # a challenge here is the reason of a refusal

    smtp.auth("XOAUTH2", xoauth2)


def _write(smtp: smtplib.SMTP, content: bytes | bytearray) -> None:
    """Write the whole mail and the dot that ends it.

    Raises:
        OSError: if not every byte could leave; without its dot no server takes a mail.
    """
    if LINE_DOT.search(content):
        content = LINE_DOT.sub(b"..", content)
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    view = memoryview(content)
    for start in range(0, len(view), CHUNK):
        smtp.sock.sendall(view[start : start + CHUNK])
    smtp.sock.sendall(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _said(reply: tuple[int, bytes]) -> Answer:
    code, words = reply
    return Answer(code, " ".join(words.decode("utf-8", "replace").split())[:300])


def remedy(error: Exception, server: Server) -> str:
    """Say in plain words what went wrong with a connection, and what to do."""
    for kinds, words in REMEDIES:
        if isinstance(error, kinds):
            return words.format(server=server, error=_words(error))
    return f"{server.named} did not answer as a mail server does ({_words(error)}). Check its name and port."


REMEDIES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    (
        (smtplib.SMTPAuthenticationError,),
        "{server.host} refused the log-in of {server.user} ({error}). Check user name and password; "
        "with two-step verification it needs an app password.",
    ),
    (
        (smtplib.SMTPNotSupportedError,),
        "{server.named} does not offer what is asked of it ({error}). "
        "Try TLS on port 465 or STARTTLS on port 587.",
    ),
    (
        (ssl.SSLCertVerificationError,),
        "The certificate of {server.host} cannot be trusted ({error}). Use the name the certificate "
        "was issued for, or have the server's certificate mended.",
    ),
    (
        (ssl.SSLError,),
        "{server.named} does not speak TLS this way ({error}). Try STARTTLS on port 587 or TLS on port 465.",
    ),
    (
        (socket.gaierror,),
        "There is no server named {server.host} ({error}). Check the name and this machine's DNS.",
    ),
    (
        (ConnectionRefusedError,),
        "Nothing listens at {server.named}. Check the port: 587 for STARTTLS, 465 for TLS.",
    ),
    (
        (TimeoutError,),
        "{server.named} does not answer. Check the name and the port, and that this machine's "
        "network lets it out.",
    ),
    (
        (smtplib.SMTPServerDisconnected, ConnectionError),
        "{server.named} closed the connection ({error}). The desk tries again.",
    ),
)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return str(_said((error.smtp_code, _bytes(error.smtp_error))))
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
