"""The customers' own mailboxes in the example: a mail server on loopback that keeps all."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from wingbeat.channels.mail.parsing import parse
from wingbeat.channels.mail.parsing.parsed import ParsedMail


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail in a customer's mailbox."""

    name: str
    at: float
    mail: ParsedMail


class Mailboxes:
    """One folder an address, one file a mail, the newest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, address: str, raw: bytes) -> None:
        folder = self._of(address)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{time.time_ns()}.eml").write_bytes(raw)

    def of(self, address: str) -> list[Kept]:
        paths = sorted(self._of(address).glob("*.eml"), reverse=True)
        return [
            Kept(path.stem, int(path.stem) / 1e9, parse(path.read_bytes())) for path in paths[:50]
        ]

    def one(self, address: str, name: str) -> Kept | None:
        return next((kept for kept in self.of(address) if kept.name == name), None)

    def _of(self, address: str) -> Path:
        # an address may hold characters that mean something to a file system
        return self.folder / hashlib.sha256(address.strip().lower().encode()).hexdigest()[:20]


class Postman:
    """Takes every mail and puts it into the mailbox of each recipient."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self.mailboxes = mailboxes

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        for address in envelope.rcpt_tos:
            await asyncio.to_thread(self.mailboxes.keep, address, envelope.content)
        return "250 It is in the mailbox"


def far_side(mailboxes: Mailboxes) -> Controller:
    """Return the customers' mail server, not yet started, on a free port."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    return Controller(Postman(mailboxes), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
