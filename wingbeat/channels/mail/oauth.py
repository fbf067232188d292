"""OAuth2 for mailboxes whose providers take no password: asking an owner once, renewing by itself.

The flow is the authorization code with a proof key (RFC 6749, 7636). What lasts is the refresh
token, sealed like a password; access tokens live in memory only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets as chance
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.models import Account

TIMEOUT_SECONDS = 30
# Renewed a little before it ends, so that no log-in fails over a slow clock.
EARLY_SECONDS = 120
_LARGEST_ANSWER = 1_000_000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

# Account -> what a token was asked with, the token, and when it ends.
_tokens: dict[int, tuple[tuple[str, str], str, float]] = {}
_lock = threading.Lock()


class Refused(OSError):
    """The provider gives no token; the text holds its words and what to do."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's addresses and what we are called there: the JSON of `Account.oauth2`."""

    authorize_url: str
    token_url: str
    client_id: str
    scope: str

    @classmethod
    def of(cls, account: Account) -> Provider:
        names = ("authorize_url", "token_url", "client_id", "scope")
        return cls(**{name: str(account.oauth2.get(name, "")) for name in names})


@dataclass(frozen=True, slots=True)
class Asking:
    """Where to send an owner's browser, and what must come back with it."""

    url: str
    state: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What lasts, to be sealed and kept, and what logs in now."""

    refresh: str
    access: str


def asking(provider: Provider, *, redirect_to: str, user: str = "") -> Asking:
    """Return the address at which an owner lets us into the mailbox."""
    state, verifier = chance.token_urlsafe(24), chance.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    says = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_to,
        "scope": provider.scope,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        # Google gives a refresh token only if asked in these words; others ignore them.
        "access_type": "offline",
        "prompt": "consent",
        **({"login_hint": user} if user else {}),
    }
    return Asking(f"{provider.authorize_url}?{urlencode(says)}", state, verifier)


def take_code(
    provider: Provider, secret: str, code: str, *, verifier: str, redirect_to: str
) -> Tokens:
    """Turn the code that came back into tokens; `secret` is what we are known by, if anything.

    Raises:
        Refused: if the provider does not give both.
    """
    answer = _ask(
        provider,
        secret,
        grant_type="authorization_code",
        code=code,
        redirect_uri=redirect_to,
        code_verifier=verifier,
    )
    if not answer.get("refresh_token"):
        raise Refused(
            _("%(host)s gave no lasting token: its scope must include offline access.")
            % {"host": urlsplit(provider.token_url).hostname}
        )
    return Tokens(str(answer["refresh_token"]), str(answer["access_token"]))


def access_token(account: Account) -> str:
    """Return a token that logs in now, renewed if it must be.

    Raises:
        Refused: if the provider does not renew it.
    """
    with _lock:
        refresh = secrets.opened(account.imap_secret)
        known = _tokens.get(account.pk)
        if known and known[0] == (_url(account), refresh) and time.monotonic() < known[2]:
            return known[1]
        secret = secrets.opened(account.oauth2_secret)
        says = {"grant_type": "refresh_token", "refresh_token": refresh}
        return _remember(account, _ask(Provider.of(account), secret, **says))


def forget(account: Account) -> None:
    """Ask for a new token next time: the server did not take this one."""
    with _lock:
        _tokens.pop(account.pk, None)


def _remember(account: Account, answer: dict[str, Any]) -> str:
    token = str(answer["access_token"])
    refresh = str(answer.get("refresh_token") or secrets.opened(account.imap_secret))
    if refresh != secrets.opened(account.imap_secret):  # some providers give a new one each time
        account.imap_secret = secrets.sealed(refresh)
        account.save(update_fields=["imap_secret"])
    lasts = float(answer.get("expires_in") or 3600)
    ends = time.monotonic() + max(0.0, lasts - EARLY_SECONDS)
    _tokens[account.pk] = ((_url(account), refresh), token, ends)
    return token


def _url(account: Account) -> str:
    return Provider.of(account).token_url


def _ask(provider: Provider, secret: str, **says: str) -> dict[str, Any]:
    url = _checked(provider.token_url)
    says |= {"client_id": provider.client_id, "scope": provider.scope}
    if secret:
        says["client_secret"] = secret
    request = urllib.request.Request(  # noqa: S310  the scheme is checked
        url, urlencode(says).encode(), {"Accept": "application/json"}
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            answer = json.loads(response.read(_LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            told = error.read(_LARGEST_ANSWER)
        raise Refused(_words(url, told, f"HTTP {error.code}")) from error
    except (OSError, HTTPException, ValueError) as error:
        raise Refused(_words(url, b"", str(error))) from error
    if not isinstance(answer, dict) or not answer.get("access_token"):
        raise Refused(_words(url, json.dumps(answer).encode(), "HTTP 200"))
    return answer


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token endpoint that sends us elsewhere would get our secret there."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def is_safe(url: str) -> bool:
    """Say whether secrets may be sent there: encrypted, or not beyond this machine."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or local)


def _checked(url: str) -> str:
    if is_safe(url):
        return url
    raise Refused(_("The token address must begin with https://, not %(url)r.") % {"url": url})


def _words(url: str, answer: bytes, otherwise: str) -> str:
    """Say what the provider said, and no page of another system inside the network.

    `invalid_grant` means that an owner must let us in again.
    """
    try:
        said = json.loads(answer)
        words = str(said.get("error_description") or said.get("error") or otherwise)
        is_over = said.get("error") == "invalid_grant"
    except (ValueError, AttributeError):
        words, is_over = otherwise, False
    host = urlsplit(url).hostname
    if is_over:
        return _("%(host)s does not let us in any more (%(words)s): connect the mailbox again.") % {
            "host": host, "words": words,
        }  # fmt: skip
    return _("%(host)s gave no token: %(words)s") % {"host": host, "words": words}
