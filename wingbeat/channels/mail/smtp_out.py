"""Handing a mail to any SMTP server, with an exact word on what became of it."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from wingbeat.channels.mail import server_trouble

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
        return 200 <= self.code < 300

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
    """No working connection: the next mails would fare the same."""

    def __init__(self, trouble: server_trouble.Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


class Broken(NotHanded):
    """The connection broke while this very mail was told; the next one may fare better."""


class Refused(NotHanded):
    """The server said no to this mail, or to everyone it is for."""

    def __init__(
        self,
        answer: Answer,
        later: dict[str, Answer] | None = None,
        never: dict[str, Answer] | None = None,
        *,
        is_of_sender: bool = False,
    ) -> None:
        super().__init__(str(answer))
        self.answer, self.later, self.never = answer, later or {}, never or {}
        self.is_of_sender = is_of_sender


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
                raise Unreachable(server_trouble.trouble(self.server, error)) from error
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
            raise Broken(str(server_trouble.trouble(self.server, error))) from error
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
            raise Broken(server_trouble.not_available(self.server, answer.words))
        return answer

    def _envelope_from(
        self, smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], size: int
    ) -> None:
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            raise Refused(
                Answer(552, server_trouble.too_large(self.server, size, int(limit))), {}, {}
            )
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        if not all(address.isascii() for address in (sender, *recipients)):
            if not smtp.has_extn("smtputf8"):
                raise Refused(Answer(553, server_trouble.beyond_ascii(self.server)))
            smtp.command_encoding = "utf-8"
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        answer = self._ask("MAIL", " ".join([f"FROM:<{sender}>", *options]))
        if not answer.is_yes:
            self._start_over()
            raise Refused(answer, is_of_sender=True)

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
            raise NoAnswer(server_trouble.no_answer(self.server), later, never) from error
        if not (answer.is_yes or 400 <= answer.code < 600):  # words, but no answer to this
            raise NoAnswer(server_trouble.no_answer(self.server), later, never)
        return answer


def _wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _connected(server: Server, context: ssl.SSLContext | None) -> smtplib.SMTP:
    secure = context or ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, _own_name(), timeout=server.connect_seconds, context=secure
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, _own_name(), timeout=server.connect_seconds)
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


@cache
def _own_name() -> str:
    """Return the name we greet with; found out once, because a resolver may be slow."""
    name = socket.getfqdn()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not server.is_oauth2:
        smtp.login(server.user, server.password)
        return
    says = f"user={server.user}\1auth=Bearer {server.password}\1\1"
    # a challenge is the reason of a refusal
    smtp.auth("XOAUTH2", lambda challenge=None: "" if challenge else says)


def _write(smtp: smtplib.SMTP, content: bytes | bytearray) -> None:
    """Write the whole mail and the dot that ends it.

    Raises:
        OSError: if not every byte could leave; without its dot no server takes a mail.
    """
    if LINE_DOT.search(content):
        content = LINE_DOT.sub(b"..", content)
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    view = memoryview(content)
    for start in range(0, len(view), CHUNK):
        if start + CHUNK >= len(view):  # a dot on its own would wait for the other side's receipt
            smtp.sock.sendall(bytes(view[start:]) + end)
        else:
            smtp.sock.sendall(view[start : start + CHUNK])


def _said(reply: tuple[int, bytes]) -> Answer:
    code, words = reply
    return Answer(code, " ".join(words.decode("utf-8", "replace").split())[:300])
