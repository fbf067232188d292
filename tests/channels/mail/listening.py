"""An SMTP listener of our own on a free loopback port, for as long as a test needs it."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from wingbeat.channels.mail.smtp_in import Limits, serve


@contextmanager
def listener(*, certificate: str = "", limits: Limits | None = None) -> Iterator[int]:
    """Give the port of a running listener."""
    stop, ready, ports = threading.Event(), threading.Event(), list[int]()

    def listening(port: int) -> None:
        ports.append(port)
        ready.set()

    thread = threading.Thread(
        target=lambda: asyncio.run(
            serve(stop, certificate=certificate, limits=limits, listening=listening)
        )
    )
    thread.start()
    assert ready.wait(10)
    try:
        yield ports[0]
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def client(port: int) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        yield smtp
