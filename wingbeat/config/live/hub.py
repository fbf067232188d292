"""The hub: open streams of this process, and what is handed to each; in memory only."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MOST_WAITING = 200  # events; a stream that takes them so slowly is closed, and its page reloads
MOST_STREAMS = 30  # of one agent: more are a runaway script


class TooManyStreams(RuntimeError):
    """An agent has more open streams than a person needs."""


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event. `position` is the journal's, so that a stream can resume."""

    name: str
    facts: dict[str, Any]
    position: int | None = None

    def encoded(self) -> bytes:
        head = "" if self.position is None else f"id: {self.position}\n"
        text = json.dumps(self.facts, separators=(",", ":"), ensure_ascii=False)
        return f"{head}event: {self.name}\ndata: {text}\n\n".encode()


class Stream:
    """The way to one browser tab. Only its own event loop touches the queue."""

    def __init__(self, agent_id: int, loop: asyncio.AbstractEventLoop) -> None:
        self.agent_id = agent_id
        self.loop = loop
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_WAITING + 1)
        self._is_closing = False

    async def next(self, seconds: float) -> bytes | None:
        """Return what to send next, None when the stream is to end.

        Raises:
            TimeoutError: if there was nothing for so long.
        """
        return await asyncio.wait_for(self._queue.get(), seconds)

    def put(self, encoded: bytes) -> None:
        if self._is_closing:
            return
        if self._queue.qsize() >= MOST_WAITING:
            self.end()
        else:
            self._queue.put_nowait(encoded)

    def end(self) -> None:
        """Let the stream end after what waits already."""
        if not self._is_closing:
            self._is_closing = True
            self._queue.put_nowait(None)


class Hub:
    """Hands events to the streams of the agents they are for. Threads may share it."""

    def __init__(self) -> None:
        self._streams: dict[int, set[Stream]] = defaultdict(set)
        self._lock = threading.Lock()
        self.events_sent = 0

    def open(self, agent_id: int, loop: asyncio.AbstractEventLoop) -> Stream:
        """Open a stream.

        Raises:
            TooManyStreams: if this agent has very many already.
        """
        stream = Stream(agent_id, loop)
        with self._lock:
            if len(self._streams.get(agent_id, ())) >= MOST_STREAMS:
                raise TooManyStreams(f"agent {agent_id} has {MOST_STREAMS} streams open already")
            self._streams[agent_id].add(stream)
        return stream

    def close(self, stream: Stream) -> None:
        with self._lock:
            self._streams[stream.agent_id].discard(stream)
            if not self._streams[stream.agent_id]:
                del self._streams[stream.agent_id]

    def agents(self) -> set[int]:
        """Return who has a stream open."""
        with self._lock:
            return set(self._streams)

    def count(self) -> int:
        with self._lock:
            return sum(len(streams) for streams in self._streams.values())

    def send(self, event: Event, agent_ids: Iterable[int]) -> None:
        """Hand an event to every open stream of these agents."""
        encoded = event.encoded()
        with self._lock:
            streams = [s for agent_id in agent_ids for s in self._streams.get(agent_id, ())]
            self.events_sent += len(streams)
        for stream in streams:
            _in_loop(stream, stream.put, encoded)

    def say_goodbye(self) -> None:
        """End every stream with a word, so that browsers come back in a while."""
        goodbye = b"retry: 2000\n" + Event("goodbye", {}).encoded()
        with self._lock:
            streams = [stream for streams in self._streams.values() for stream in streams]
        for stream in streams:
            _in_loop(stream, stream.put, goodbye)
            _in_loop(stream, stream.end)


def _in_loop(stream: Stream, call: Any, *arguments: Any) -> None:
    try:
        stream.loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:  # its loop has ended, and the stream with it
        return
