"""Letting the desk into a mailbox: what this browser has begun at a provider, until it comes back.

It stands in the session, its secrets sealed: nothing of a mailbox that works is touched before the
provider has said yes and both servers have let the desk in.
"""

from __future__ import annotations

import secrets as chance
import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from wingbeat.channels.mail import oauth, secrets
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.trying import Trial, try_servers

SESSION_KEY = "connecting a mailbox"
LASTS_SECONDS = 30 * 60


class NotBegun(LookupError):
    """What came back from a provider was not begun here, or long ago."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One connection between leaving for the provider and being kept. Secrets are sealed."""

    inbox_id: int
    connection: dict[str, Any]
    client_secret: str
    takes_old_mail: bool
    state: str = ""
    verifier: str = ""
    begun_at: float = field(default_factory=time.time)
    refresh: str = ""

    @property
    def provider(self) -> oauth.Provider:
        names = ("authorize_url", "token_url", "client_id", "scope")
        return oauth.Provider(**{name: self.connection["oauth2"][name] for name in names})

    @property
    def values(self) -> dict[str, Any]:
        """Return the fields of the account that is kept."""
        return {
            **self.connection, "imap_secret": self.refresh, "smtp_secret": "",
            "oauth2_secret": self.client_secret,
        }  # fmt: skip


def begin(session: SessionBase, pending: Pending, *, redirect_to: str) -> str:
    """Remember a connection and return where its owner lets the desk in."""
    user = pending.connection["imap_user"]
    asked = oauth.asking(pending.provider, redirect_to=redirect_to, user=user)
    _put(session, replace(pending, state=asked.state, verifier=asked.verifier))
    return asked.url


def come_back(
    session: SessionBase, said: dict[str, str], *, redirect_to: str
) -> tuple[Pending, dict[str, Trial]]:
    """Take what the provider sent back, and try both servers with it. A state counts once.

    Raises:
        NotBegun: if this browser has not begun it within half an hour.
        oauth.Refused: if the provider or its user said no, in the provider's words.
    """
    pending = waiting(session)
    expected = pending.state if pending else ""
    if not expected or not chance.compare_digest(expected.encode(), said["state"].encode()):
        raise NotBegun
    assert pending is not None  # noqa: S101  for the type checker: it has a state
    _put(session, replace(pending, state=""))
    if not said["code"]:
        words = said["error_description"] or said["error"] or _("no code came back")
        raise oauth.Refused(_("The provider did not let the desk in: %(words)s") % {"words": words})
    tokens = oauth.take_code(
        pending.provider, secrets.opened(pending.client_secret), said["code"],
        verifier=pending.verifier, redirect_to=redirect_to,
    )  # fmt: skip
    pending = replace(pending, state="", verifier="", refresh=secrets.sealed(tokens.refresh))
    _put(session, pending)
    asked = pending.connection
    return pending, try_servers(asked, asked["imap_user"], tokens.access)


def waiting(session: SessionBase) -> Pending | None:
    """Return what this browser has begun lately."""
    kept = session.get(SESSION_KEY)
    pending = Pending(**kept) if kept else None
    if pending is None or time.time() - pending.begun_at > LASTS_SECONDS:
        return None
    return pending


def forget(session: SessionBase) -> None:
    session.pop(SESSION_KEY, None)


def kept_secret(account: Account | None, connection: dict[str, Any]) -> str:
    """Return the client secret that is kept, sealed, but only for the same place and client.

    Else whoever names an address of their own would be told it.
    """
    if account is None or not account.is_oauth2:
        return ""
    same = ("token_url", "client_id")
    fits = all(account.oauth2.get(name) == connection["oauth2"][name] for name in same)
    return account.oauth2_secret if fits else ""


def _put(session: SessionBase, pending: Pending) -> None:
    session[SESSION_KEY] = asdict(pending)
