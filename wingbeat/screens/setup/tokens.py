"""The one-time token that opens the setup of an empty desk, printed by `wingbeat up`.

Whoever reaches the address first must not become the owner: only who sees the terminal may.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from wingbeat.desk.people.models import Agent, Role

SESSION_KEY = "may_set_up"


def has_owner() -> bool:
    return Agent.objects.filter(role=Role.OWNER).exists()


def setup_token() -> str:
    """Return the token of an empty desk, made at the first call; readable by its owner only."""
    path = _path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text().strip()


def opens(token: str) -> bool:
    """Say whether a token opens the setup; none does once there is an owner."""
    path = _path()
    if has_owner() or not path.exists():
        return False
    return secrets.compare_digest(token.encode(), path.read_text().strip().encode())


def begin(session: SessionBase) -> None:
    """Remember that this browser showed the token, and goes through the steps of the first run."""
    session[SESSION_KEY] = True


def has_begun(session: SessionBase) -> bool:
    return bool(session.get(SESSION_KEY))


def finish(session: SessionBase) -> None:
    """End the first run: from now on pages of the setup are pages of the desk."""
    if has_begun(session):
        del session[SESSION_KEY]


def use_up() -> None:
    """Make the token worthless."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.HOME) / "keys" / "setup.token"
