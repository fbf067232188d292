"""Mailbox passwords and tokens, encrypted with a key that lives outside the database."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class CannotOpen(ValueError):
    """A secret was sealed with another desk's key."""

    def __init__(self) -> None:
        super().__init__(
            "A mailbox password cannot be read: it was encrypted with another desk key. Put the "
            "file keys/desk.key of that desk back, or type the password again."
        )


def sealed(secret: str) -> str:
    """Encrypt a secret; an empty one stays empty."""
    return _fernet(settings.SECRET_KEY).encrypt(secret.encode()).decode() if secret else ""


def opened(token: str) -> str:
    """Decrypt a secret.

    Raises:
        CannotOpen: if it was sealed with another key.
    """
    if not token:
        return ""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


@lru_cache(maxsize=2)
def _fernet(key: str) -> Fernet:
    digest = hashlib.sha256(f"wingbeat:secrets:{key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
