"""The far side: a real SMTP server on loopback that records what it takes and answers as told."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

TAKEN = "250 taken"
# A script answer that ends the connection without a word.
HANG_UP = "hang up"


@dataclass
class Taken:
    """One mail the server has taken, with its envelope."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class FarServer:
    """`on_*` decide the answers; without them everything is taken."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    tokens: list[str] = field(default_factory=list)
    knows_token: str = ""
    on_sender: Callable[[str], str] | None = None
    on_recipient: Callable[[str], str] | None = None
    on_words: Callable[[Taken], str | Awaitable[str]] | None = None
    keeps_when_hanging_up: bool = False

    @property
    def mails(self) -> list[EmailMessage]:
        return [one.mail for one in self.taken]

    async def handle_MAIL(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_sender(address) if self.on_sender else "250 ok"
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_recipient(address) if self.on_recipient else "250 ok"
        if answer == HANG_UP:
            return await self._hang_up(server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        taken = Taken(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        answer: Any = self.on_words(taken) if self.on_words else TAKEN
        if not isinstance(answer, str):
            answer = await answer
        if answer.startswith("2") or (answer == HANG_UP and self.keeps_when_hanging_up):
            self.taken.append(taken)
        return await self._hang_up(server) if answer == HANG_UP else str(answer)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        self.tokens.append(base64.b64decode(args[1]).decode())
        if f"auth=Bearer {self.knows_token}\1" in self.tokens[-1]:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message="535 5.7.8 token expired")

    async def _hang_up(self, server: SMTP) -> str:
        transport = server.transport
        assert isinstance(transport, asyncio.WriteTransport)
        transport.abort()
        await asyncio.sleep(0)
        return "421 gone"


class _Counting(SMTP):
    far: FarServer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.far.connections += 1
        super().connection_made(transport)


@contextlib.contextmanager
def far_server(
    port: int = 0,
    *,
    encrypted: ssl.SSLContext | None = None,
    knows_token: str = "",
    **options: Any,
) -> Iterator[FarServer]:
    """Run a server on a free port, or on one that is to come back after an outage."""
    far = FarServer(knows_token=knows_token)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    far.port = listening.getsockname()[1]
    loop = asyncio.new_event_loop()
    settings = {"auth_require_tls": False, **options}

    def protocol() -> SMTP:
        made = _Counting(far, loop=loop, **{"enable_SMTPUTF8": True, **settings})
        made.far = far
        return made

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()  # first: a browser test has a loop of its own running in this thread
    creating = loop.create_server(protocol, sock=listening, ssl=encrypted)
    server = asyncio.run_coroutine_threadsafe(creating, loop).result(10)
    try:
        yield far
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_finish(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _finish() -> None:
    """Cancel what still talks, so that nothing warns of a task that was forgotten."""
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
