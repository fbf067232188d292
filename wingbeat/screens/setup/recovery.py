"""The recovery key: shown once at setup; the desk keeps only the half that locks."""

from __future__ import annotations

import os
from pathlib import Path

from pyrage import x25519

LOCK_FILE = "recovery.pub"


class NoRecoveryKey(RuntimeError):
    """The desk has no lock to encrypt a backup with."""

    def __init__(self) -> None:
        super().__init__(
            "This desk has no recovery key yet, so a backup could not be encrypted. "
            "Run `wingbeat backup --new-key` and keep the key it shows in a safe place."
        )


class WrongKey(ValueError):
    """The text is no recovery key, or not the one this backup was made for."""


def make(home: Path) -> str:
    """Make a new recovery key, keep its public half, and return the secret half to show once."""
    identity = x25519.Identity.generate()
    path = home / "keys" / LOCK_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(str(identity.to_public()) + "\n")
    part.rename(path)
    return str(identity)


def lock(home: Path) -> x25519.Recipient:
    """Return what backups of this desk are encrypted to.

    Raises:
        NoRecoveryKey: if none was ever made.
    """
    path = home / "keys" / LOCK_FILE
    if not path.exists():
        raise NoRecoveryKey
    return x25519.Recipient.from_str(path.read_text().strip())


def key(text: str) -> x25519.Identity:
    """Read a recovery key as a person typed or pasted it.

    Raises:
        WrongKey: if it is none.
    """
    try:
        return x25519.Identity.from_str(text.strip().upper())
    except Exception as error:  # the library raises one kind for all flaws
        raise WrongKey(
            "That is no recovery key: it begins with AGE-SECRET-KEY-1 and has 74 characters."
        ) from error


def exists(home: Path) -> bool:
    """Say whether backups of this desk can be encrypted."""
    return (home / "keys" / LOCK_FILE).exists()
