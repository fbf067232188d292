"""Connections of browsers: nobody holds one by saying half a request, or by not reading the answer.

uvicorn waits for the end of a request's head for as long as the other side likes. Whoever opens
a few thousand connections and says a byte now and then takes every file handle the desk has.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger(__name__)
HEAD_MAY_TAKE = 15.0  # seconds from the first moment, or from the first byte of a later request
# Answers up to this size wait here for their reader, and hold none of the few threads meanwhile.
BUFFER_BYTES = 1024 * 1024
READING_MAY_TAKE = 30.0  # seconds for the next piece of an answer
PIECE_BYTES = 32 * 1024
# Requests that are not said to their end, and connections kept for a next one. Honest ones are
# done within a moment, so where there are more the one that has waited longest goes. In a crowd
# that came at once each has its second, unless it is a very large crowd.
MOST_UNFINISHED = 256
MOMENT = 1.0  # seconds
CROWD = 4
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedProtocol(H11Protocol):
    """uvicorn's protocol with a time for a request's head and for taking in an answer.

    A stream of events is a request that was said and whose answer goes on: no bound here ends it.
    """

    # since when each waits, the one that waits longest first
    unfinished: ClassVar[dict[BoundedProtocol, float]] = {}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=BUFFER_BYTES, low=BUFFER_BYTES - PIECE_BYTES)
        self._head = self.loop.call_later(HEAD_MAY_TAKE, self._too_slow)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()
        self._expect_reading()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop("_reading")

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop("_head")
        self._stop("_reading")
        self.unfinished.pop(self, None)
        super().connection_lost(exc)

    def _look(self) -> None:
        """Start or stop the clock, by how far the other side has come with its request."""
        theirs = self.conn.their_state
        if theirs is h11.IDLE and self.conn.trailing_data[0] and self._head is None:
            self._head = self.loop.call_later(HEAD_MAY_TAKE, self._too_slow)
        elif theirs is not h11.IDLE:
            self._stop("_head")
        if theirs in {h11.IDLE, h11.SEND_BODY}:
            self._wait()
        else:
            self.unfinished.pop(self, None)

    def _wait(self) -> None:
        now = self.loop.time()
        self.unfinished.setdefault(self, now)
        while (count := len(self.unfinished)) > MOST_UNFINISHED:
            longest, since = next(iter(self.unfinished.items()))
            if now - since < MOMENT and count <= CROWD * MOST_UNFINISHED:
                break
            self.unfinished.pop(longest)
            longest.transport.abort()

    def _expect_reading(self) -> None:
        """Hang up on whoever does not take in another piece of what waits for them in time."""
        self._stop("_reading")
        waits = self.transport.get_write_buffer_size()

        def look() -> None:
            self._reading = None
            left = self.transport.get_write_buffer_size()
            if left and left > waits - PIECE_BYTES:
                self.transport.abort()
            elif left:
                self._expect_reading()

        if waits:
            self._reading = self.loop.call_later(READING_MAY_TAKE, look)

    def _too_slow(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self.transport.write(TOO_SLOW)
            self.transport.close()

    def _stop(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)
