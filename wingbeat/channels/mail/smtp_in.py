"""The SMTP listener: takes mail for our inboxes, and says so only once it is durable.

It is meant to stand behind a mail server on the same machine, listens where it is told, and knows
recipients before it takes anything: whoever is unknown is refused at once, so that nothing has to
be returned later. It relays nothing and logs nobody in.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from wingbeat.channels.mail import intake
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.models import Source
from wingbeat.desk.conversations.inbox import Inbox

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
DOOR_SECONDS = 5.0
IDLE_SECONDS = 300.0
# RFC 5321 allows 1,000 bytes, the world writes longer ones, and a refusal would lose the mail.
LONGEST_LINE = 10 * 1024 * 1024
# What passes however full it is: commands, and most mails.
SMALL = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one listener bears; a peer on this machine is trusted with more mails a minute."""

    megabytes: int = 50
    connections: int = 50
    connections_a_peer: int = 20
    mails_a_minute: int = 120
    recipients: int = 100
    guesses_a_minute: int = 30
    # Held in memory until a mail is whole: the largest one, and small ones beside it.
    bytes_at_once: int = 70 * 1024 * 1024


@dataclass(slots=True)
class _Traffic:
    """Who is connected, and who has handed in how much in the last minute."""

    limits: Limits
    held: int = 0
    open: Counter[str] = field(default_factory=Counter)
    mails: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    guesses: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def is_full(self, peer: str) -> bool:
        of_peer = self.open[peer] >= self.limits.connections_a_peer and not _is_here(peer)
        return of_peer or self.open.total() >= self.limits.connections

    def is_guessing(self, peer: str) -> bool:
        """Say whether a peer has named enough unknown recipients for this minute."""
        return not _is_here(peer) and self._lately(self.guesses[peer]) >= (
            self.limits.guesses_a_minute
        )

    def note_guess(self, peer: str) -> None:
        self.guesses[peer].append(time.monotonic())

    @staticmethod
    def _lately(times: deque[float]) -> int:
        while times and time.monotonic() - times[0] > 60:
            times.popleft()
        return len(times)

    def is_too_fast(self, peer: str) -> bool:
        """Say whether a peer has handed in its share of this minute; counts this mail if not."""
        if _is_here(peer):
            return False
        if self._lately(self.mails[peer]) >= self.limits.mails_a_minute:
            return True
        self.mails[peer].append(time.monotonic())
        return False


class Taker:
    """What the listener does for each command: aiosmtpd calls these methods by name."""

    def __init__(self, traffic: _Traffic) -> None:
        self.traffic = traffic
        # one thread writes: SQLite has one writer anyhow, and one connection is enough
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="smtp-store")
        self._door: Door | None = None
        self._looked = 0.0

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.traffic.is_too_fast(_peer(session)):
            return "451 4.7.0 Too many mails within a minute; try again soon"
        _let_go(server)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender accepted"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self.traffic.limits.recipients:
            return "452 4.5.3 Too many recipients; send the rest in another mail"
        if self.traffic.is_guessing(_peer(session)):
            return "451 4.7.1 Too many unknown recipients within a minute; try again soon"
        try:
            inbox = await self._aside(lambda: self._inbox_at(address))
        except intake.TROUBLE:
            _log.exception("The desk could not look up a recipient")
            return "451 4.3.0 The desk is in trouble; try again later"
        if inbox is None:
            self.traffic.note_guess(_peer(session))
            return "550 5.1.1 No inbox here has this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient accepted"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        try:
            numbers = await self._aside(lambda: self._store(envelope))
        except Exception:  # noqa: BLE001  whatever it is: the sender keeps the mail
            _log.exception("A mail could not be stored")
            return "451 4.3.0 The desk could not store it; try again later"
        finally:
            _let_go(server)
        return f"250 2.6.0 Stored as {' and '.join(map(str, numbers))}"

    async def handle_VRFY(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str
    ) -> str:
        return "252 2.5.0 Send a mail to find out"

    async def handle_exception(self, error: Exception) -> str:
        _log.error("An SMTP command failed", exc_info=error)
        return "451 4.3.0 The desk is in trouble; try again later"

    def close(self) -> None:
        """Let what is being stored finish."""
        self._thread.submit(_hang_up)
        self._thread.shutdown(wait=True)

    def _aside(self, work: Callable[[], _Result]) -> Awaitable[_Result]:
        return asyncio.get_running_loop().run_in_executor(self._thread, _guarded(work))

    def _inbox_at(self, address: str) -> Inbox | None:
        door, is_old = self._door, time.monotonic() - self._looked > DOOR_SECONDS
        if door is None or is_old or (not door.is_ours(address) and door.is_behind()):
            self._door = door = Door.open()
            self._looked = time.monotonic()
        return door.inbox_at(address)

    def _store(self, envelope: Envelope) -> list[int]:
        """Store a mail once for each inbox it is for, all or none."""
        inboxes: dict[int, tuple[Inbox, str]] = {}
        for address in envelope.rcpt_tos:
            inbox = self._inbox_at(address)
            if inbox is not None:
                inboxes.setdefault(inbox.pk, (inbox, address))
        with transaction.atomic(durable=True):
            rows = [
                intake.keep(
                    bytes(envelope.original_content or b""), source=Source.SMTP, at=timezone.now(),
                    inbox=inbox, envelope_from=(envelope.mail_from or "").strip("<>"),
                    envelope_to=address,
                )
                for inbox, address in inboxes.values()
            ]  # fmt: skip
        intake.stored.set()
        return [row.pk for row in rows]


class _Line(SMTP):
    """One connection, refused at once where there are too many."""

    line_length_limit = LONGEST_LINE

    def __init__(self, taker: Taker, **more: Any) -> None:
        super().__init__(taker, **more)
        self._taker = taker
        self._counted = ""
        self._came = 0  # bytes of the mail that is being told
        self._held = 0  # of these, as many as it may have at all
        self._line = 0  # of these, since its latest line ended

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._counted:  # STARTTLS begins the same connection again
            if self._taker.traffic.is_full(peer):
                _turn_away(transport, b"421 4.7.0 Too many connections; try again later")
                return
            self._counted = peer
            self._taker.traffic.open[peer] += 1
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take what comes, as long as all mails together fit into memory.

        The library keeps every line until a mail ends, and a line that never ends for ever.
        """
        self._hold(data)
        traffic, most = self._taker.traffic, self._taker.traffic.limits.bytes_at_once
        if self._line > LONGEST_LINE + SMALL:
            _turn_away(self.transport, b"500 5.5.6 This line does not end")
        elif traffic.held > most and self._held > SMALL:
            _turn_away(self.transport, b"421 4.3.1 Too much mail at once; try again later")
        else:
            super().data_received(data)

    def _hold(self, data: bytes) -> None:
        traffic = self._taker.traffic
        ended = data.rfind(b"\n")
        self._line = len(data) - ended - 1 if ended >= 0 else self._line + len(data)
        self._came += len(data)
        held = min(self._came, traffic.limits.megabytes * 1024 * 1024)
        traffic.held += held - self._held
        self._held = held

    def let_go(self) -> None:
        """Count what was told as gone: the mail is stored, or another begins."""
        self._taker.traffic.held -= self._held
        self._came = self._held = 0

    def connection_lost(self, error: Exception | None) -> None:
        if not self._counted:
            return
        self.let_go()
        self._taker.traffic.open[self._counted] -= 1
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._counted else None


def listen(stop: threading.Event) -> None:
    """Take mail where `WINGBEAT_SMTP_LISTEN` says, until told to stop."""
    where = settings.WINGBEAT["smtp_listen"]
    if not where:
        return
    host, port = place(where)
    certificate = settings.WINGBEAT["smtp_certificate"]
    limits = Limits(megabytes=settings.WINGBEAT["mail_megabytes"])
    asyncio.run(serve(stop, host=host, port=port, certificate=certificate, limits=limits))


def place(where: str) -> tuple[str, int]:
    """Return host and port of `host:port`; without a host it is this machine alone."""
    host, _colon, port = where.rpartition(":")
    if not port.isdigit():
        raise ValueError(f"WINGBEAT_SMTP_LISTEN is {where!r}: write host:port, such as :2525.")
    return host.strip("[]") or LOOPBACK, int(port)


async def serve(
    stop: threading.Event,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    certificate: str = "",
    limits: Limits | None = None,
    listening: Callable[[int], None] | None = None,
) -> None:
    """Take mail until told to stop; `listening` is called with the port once it is open."""
    limits = limits or Limits()
    loop = asyncio.get_running_loop()
    taker = Taker(_Traffic(limits))
    context = _context(certificate) if certificate else None

    def line() -> _Line:
        return _Line(
            taker, hostname="wingbeat", ident="Wingbeat", enable_SMTPUTF8=True, loop=loop,
            data_size_limit=limits.megabytes * 1024 * 1024, tls_context=context,
            timeout=IDLE_SECONDS, auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit={"RCPT": 1_000, "MAIL": 1_000, "DATA": 1_000, "*": 2_000},
        )  # fmt: skip

    server = await loop.create_server(line, host, port)
    try:
        if listening is not None:
            listening(server.sockets[0].getsockname()[1])
        while not stop.is_set():
            await asyncio.sleep(0.2)
    finally:
        server.close()
        taker.close()


def _hang_up() -> None:
    connection.close()  # that of the thread in which this is called


def _guarded(work: Callable[[], _Result]) -> Callable[[], _Result]:
    """Let a broken database connection be replaced before the next mail."""

    def run() -> _Result:
        try:
            return work()
        except Exception:
            connection.close_if_unusable_or_obsolete()
            raise

    return run


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _peer(session: Session) -> str:
    return str((session.peer or ("",))[0])


def _is_here(peer: str) -> bool:
    with suppress(ValueError):
        return ip_address(peer).is_loopback
    return False


def _let_go(server: SMTP) -> None:
    if isinstance(server, _Line):
        server.let_go()


def _turn_away(transport: asyncio.BaseTransport | None, why: bytes) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.write(why + b"\r\n")
    if transport is not None:
        transport.close()
