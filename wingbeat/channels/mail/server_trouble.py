"""What went wrong between us and a mail server, in plain words, and what to do about it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy


class Named(Protocol):
    """A server as a person knows it, and who we are there."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def is_oauth2(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, what to do about it, and what the server or the network said."""

    says: str
    remedy: str = ""
    said: str = ""

    def __str__(self) -> str:
        said = f"({self.said})" if self.said else ""
        return " ".join(filter(None, (self.says, self.remedy, said)))


# The first kind that fits names the trouble; more particular kinds stand first.
KINDS: tuple[tuple[type[Exception], Promise, Promise], ...] = (
    (
        smtplib.SMTPNotSupportedError,
        gettext_lazy("%(where)s does not offer what is asked of it."),
        gettext_lazy(
            "Try TLS on port 465 or STARTTLS on port 587: many servers take a log-in only then."
        ),
    ),
    (
        ssl.SSLCertVerificationError,
        gettext_lazy("The certificate of %(host)s does not fit."),
        gettext_lazy("Use the name in the certificate; this machine must know an own authority."),
    ),
    (
        ssl.SSLError,
        gettext_lazy("%(where)s does not speak TLS in this way."),
        gettext_lazy("Try STARTTLS instead of TLS, or the other port."),
    ),
    (
        socket.gaierror,
        gettext_lazy("There is no server named %(host)s."),
        gettext_lazy("Look at the name again."),
    ),
    (
        ConnectionRefusedError,
        gettext_lazy("Nobody listens at %(where)s."),
        gettext_lazy(
            "Usual ports: IMAP 993 (TLS) or 143 (STARTTLS); SMTP 465 (TLS) or 587 (STARTTLS)."
        ),
    ),
    (
        TimeoutError,
        gettext_lazy("%(where)s does not answer."),
        gettext_lazy(
            "Is the port right? Some networks block it: try from another, or ask your provider."
        ),
    ),
    (
        Exception,
        gettext_lazy("%(where)s ended the conversation."),
        gettext_lazy("Is this the right kind of server for this port?"),
    ),
)


def trouble(server: Named, error: Exception) -> Trouble:
    """Say what went wrong with a connection, and what to do."""
    beneath = error.__context__
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(beneath, TimeoutError):
        error = beneath  # smtplib takes a silence for a closed connection
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return not_let_in(server, _said(error))
    says, remedy = next((says, how) for kind, says, how in KINDS if isinstance(error, kind))
    told = str(says) % {"host": server.host, "where": f"{server.host}:{server.port}"}
    return Trouble(told, str(remedy), _said(error))


def not_let_in(server: Named, said: str) -> Trouble:
    """Say that a server does not take who we are."""
    if server.is_oauth2:
        return Trouble(
            _("%(host)s does not let “%(user)s” in, though its provider does.")
            % {"host": server.host, "user": server.user},
            _(
                "Is this the mailbox you let the desk into? Its administrator must allow IMAP and "
                "authenticated SMTP for it."
            ),
            said,
        )
    return Trouble(
        _("%(host)s does not accept this user and password.") % {"host": server.host},
        _(
            "Look for typing mistakes. Where the account has a second factor, most providers want "
            "an app password, made in the account's security settings."
        ),
        said,
    )


def too_large(server: Named, size: int, limit: int) -> str:
    return _(
        "The mail has %(size)s MB and %(host)s takes at most %(limit)s MB: "
        "send large files by a link."
    ) % {
        "size": f"{size / 1_000_000:.1f}",
        "limit": f"{limit / 1_000_000:.1f}",
        "host": server.host,
    }


def beyond_ascii(server: Named) -> str:
    return _(
        "%(host)s cannot send to addresses with letters beyond a to z before the @: "
        "ask for another address."
    ) % {"host": server.host}


def not_available(server: Named, said: str) -> str:
    return _("%(host)s is not available now: %(said)s") % {"host": server.host, "said": said}


def no_answer(server: Named) -> str:
    return _(
        "%(host)s got the whole mail, but the connection broke before it answered: the customer "
        "may or may not have it. Look into the folder of sent mail, then say that it arrived or "
        "send it again."
    ) % {"host": server.host}


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        return f"{error.smtp_code} {' '.join(text.split())}"[:300]
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
