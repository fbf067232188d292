"""Trying a mail account live, while its owner watches: what works, and a remedy for what fails."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wingbeat.channels.mail.smtp_out import log_in_by_token, xoauth2

Security = Literal["tls", "starttls", "none"]
Words = str | Promise
PATIENCE_SECONDS = 12


@dataclass(frozen=True, slots=True)
class Server:
    """Where to knock, and as whom."""

    host: str
    port: int
    security: Security
    user: str
    password: str  # an access token where `is_oauth2`
    is_oauth2: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """How it went: `remedy` says what to do about a failure, `said` what the server answered."""

    is_fine: bool
    says: Words
    remedy: Words = ""
    said: str = ""


# The first kind that fits names the fault; more particular kinds stand first.
REMEDIES: tuple[tuple[type[Exception], tuple[Words, Words]], ...] = (
    (socket.gaierror, (_("There is no server named %(host)s."), _("Look at the name again."))),
    (
        TimeoutError,
        (
            _("%(where)s does not answer."),
            _("Is the port right? Some networks block it: try from another, or ask your provider."),
        ),
    ),
    (
        ConnectionRefusedError,
        (
            _("Nobody listens at %(where)s."),
            _("Usual ports: IMAP 993 (TLS) or 143 (STARTTLS); SMTP 465 (TLS) or 587 (STARTTLS)."),
        ),
    ),
    (
        ssl.SSLCertVerificationError,
        (
            _("The certificate of %(host)s does not fit."),
            _("Use the name in the certificate; this machine must know an own authority."),
        ),
    ),
    (
        ssl.SSLError,
        (
            _("%(where)s does not speak TLS in this way."),
            _("Try STARTTLS instead of TLS, or the other port."),
        ),
    ),
    (
        Exception,
        (
            _("%(where)s ended the conversation."),
            _("Is this the right kind of server for this port? Its own words stand below."),
        ),
    ),
)


def try_imap(server: Server, folder: str = "INBOX") -> Trial:
    """Log in, look into the folder without touching it, and leave."""
    return _guarded(server, lambda: _imap(server, folder))


def try_smtp(server: Server) -> Trial:
    """Log in to where replies are handed in, and leave without sending."""
    return _guarded(server, lambda: _smtp(server))


def try_servers(account: Mapping[str, Any], user: str, secret: str) -> dict[str, Trial]:
    """Try each server that the fields of an account name."""
    trials = {}
    for kind, attempt in (("imap", try_imap), ("smtp", try_smtp)):
        host, port, security = (account[f"{kind}_{one}"] for one in ("host", "port", "security"))
        if host:
            is_oauth2 = account.get("is_oauth2", False)
            trials[kind] = attempt(Server(host, port, security, user, secret, is_oauth2))
    return trials


def _imap(server: Server, folder: str) -> Trial:
    context = ssl.create_default_context()
    if server.security == "tls":
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            server.host, server.port, ssl_context=context, timeout=PATIENCE_SECONDS
        )
    else:
        client = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE_SECONDS)
    try:
        if server.security == "starttls":
            client.starttls(context)
        try:
            if server.is_oauth2:
                says = xoauth2(server.user, server.password).encode()
                client.authenticate("XOAUTH2", lambda reason: b"" if reason else says)
            else:
                client.login(server.user, server.password)
        except imaplib.IMAP4.error as error:
            return _refused(server, str(error))
        state, answer = client.select(f'"{folder}"', readonly=True)
        if state != "OK":
            return Trial(
                is_fine=False,
                says=_("The log-in works, but there is no folder “%(folder)s”.")
                % {"folder": folder},
                remedy=_("Most servers call it INBOX."),
                said=_text(answer[0]),
            )
        count = _text(answer[0])
        return Trial(
            is_fine=True, says=_("Works: %(count)s mails are there now.") % {"count": count}
        )
    finally:
        _leave(client.logout)


def _smtp(server: Server) -> Trial:
    context = ssl.create_default_context()
    if server.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=PATIENCE_SECONDS, context=context
        )
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_SECONDS)
    try:
        if server.security == "starttls":
            client.starttls(context=context)
        if server.user:
            try:
                if server.is_oauth2:
                    log_in_by_token(client, server.user, server.password)
                else:
                    client.login(server.user, server.password)
            except smtplib.SMTPNotSupportedError:
                return Trial(
                    is_fine=False,
                    says=_("This server takes no log-in here."),
                    remedy=_(
                        "Leave the user empty, or choose STARTTLS: many servers offer it only then."
                    ),
                )
            except smtplib.SMTPAuthenticationError as error:
                return _refused(server, _text(error.smtp_error))
        client.noop()
        return Trial(is_fine=True, says=_("Works: replies can be handed in."))
    finally:
        _leave(client.quit)


def _refused(server: Server, said: str) -> Trial:
    if server.is_oauth2:
        return _refused_token(server, said)
    return Trial(
        is_fine=False,
        says=_("%(host)s does not accept this user and password.") % {"host": server.host},
        remedy=_(
            "Look for typing mistakes. Where the account has a second factor, most providers want "
            "an app password, made in the account's security settings."
        ),
        said=said,
    )


def _refused_token(server: Server, said: str) -> Trial:
    return Trial(
        is_fine=False,
        says=_("%(host)s does not let “%(user)s” in, though its provider does.")
        % {"host": server.host, "user": server.user},
        remedy=_(
            "Is this the mailbox you let the desk into? Its administrator must allow IMAP and "
            "authenticated SMTP for it."
        ),
        said=said,
    )


def _guarded(server: Server, attempt: Callable[[], Trial]) -> Trial:
    """Turn what can go wrong on the way into words that help."""
    try:
        return attempt()
    except (imaplib.IMAP4.error, smtplib.SMTPException, OSError) as error:
        says, remedy = next(words for kind, words in REMEDIES if isinstance(error, kind))
        return Trial(
            is_fine=False,
            says=says % {"host": server.host, "where": f"{server.host}:{server.port}"},
            remedy=remedy,
            said=str(getattr(error, "verify_message", "") or error),
        )


def _leave(goodbye: Callable[[], object]) -> None:
    try:
        goodbye()
    except (imaplib.IMAP4.error, smtplib.SMTPException, OSError):
        return  # it has hung up already; there is nobody left to say goodbye to


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
