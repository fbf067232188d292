"""What went wrong between us and an SMTP server, in plain words, and what to do about it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Named(Protocol):
    """A server as a person knows it."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...


# The first kind that fits names the trouble; more particular kinds stand first.
REMEDIES: tuple[tuple[type[Exception], Promise], ...] = (
    (
        smtplib.SMTPAuthenticationError,
        gettext_lazy(
            "%(host)s refused the log-in of %(user)s (%(said)s). Check user name and password; "
            "with two-step verification it wants an app password."
        ),
    ),
    (
        smtplib.SMTPNotSupportedError,
        gettext_lazy(
            "%(where)s does not offer what is asked of it (%(said)s). "
            "Try TLS on port 465 or STARTTLS on port 587."
        ),
    ),
    (
        ssl.SSLCertVerificationError,
        gettext_lazy(
            "The certificate of %(host)s cannot be trusted (%(said)s). Use the name the "
            "certificate was made for, or have it mended on the server."
        ),
    ),
    (
        ssl.SSLError,
        gettext_lazy(
            "%(where)s does not speak TLS in this way (%(said)s). "
            "Try STARTTLS on port 587 or TLS on port 465."
        ),
    ),
    (
        socket.gaierror,
        gettext_lazy(
            "There is no server named %(host)s (%(said)s). Check the name, and this machine's DNS."
        ),
    ),
    (
        ConnectionRefusedError,
        gettext_lazy(
            "Nothing listens at %(where)s. Check the port: 587 for STARTTLS, 465 for TLS."
        ),
    ),
    (
        TimeoutError,
        gettext_lazy(
            "%(where)s does not answer. Check name and port, and whether this machine's network "
            "lets it out."
        ),
    ),
    (
        smtplib.SMTPServerDisconnected,
        gettext_lazy("%(where)s closed the connection (%(said)s). The desk tries again."),
    ),
    (
        ConnectionError,
        gettext_lazy("%(where)s closed the connection (%(said)s). The desk tries again."),
    ),
    (
        Exception,
        gettext_lazy(
            "%(where)s did not answer as a mail server does (%(said)s). Check its name and port."
        ),
    ),
)


def remedy(server: Named, error: Exception) -> str:
    """Say what went wrong with a connection, and what to do."""
    beneath = error.__context__
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(beneath, TimeoutError):
        error = beneath  # smtplib takes a silence for a closed connection
    words = next(words for kind, words in REMEDIES if isinstance(error, kind))
    return str(words) % {
        "host": server.host,
        "where": f"{server.host}:{server.port}",
        "user": server.user,
        "said": _said(error),
    }


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
