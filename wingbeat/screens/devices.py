"""Browsers that an agent has logged in with before: strangers' guesses cannot lock them out.

Five wrong passwords close an address for five minutes, and anybody may send them. A browser that
has been in carries a signed name, and its tries are counted apart from those of the rest.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

KNOWN_FOR = timedelta(days=180)
SALT = "wingbeat.known-device"


def remember(response: HttpResponseBase, email: str) -> None:
    """Give a browser that has just logged in a name of its own."""
    response.set_cookie(
        _cookie(),
        signing.dumps([_whose(email), secrets.token_hex(8)], salt=SALT),
        max_age=KNOWN_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def known_as(request: HttpRequest, email: str) -> str:
    """Return the name of a browser that has logged in under this address, or the empty string."""
    try:
        whose, name = signing.loads(
            request.COOKIES.get(_cookie(), ""), salt=SALT, max_age=KNOWN_FOR
        )
    except (signing.BadSignature, ValueError):
        return ""
    return str(name) if whose == _whose(email) else ""


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}_known"


def _whose(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower()).hexdigest()
