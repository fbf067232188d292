"""`/live`: a small ASGI application that never enters Django's request path."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from typing import Any
from urllib.parse import parse_qs

from wingbeat.config.live import entering, feeding
from wingbeat.config.live.hub import Event, Hub, Stream, TooManyStreams

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 15.0
CHECK_SECONDS = 30.0  # how long a stream may outlive its session

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back
    (b"x-content-type-options", b"nosniff"),
]


class Live:
    """Serves streams. Questions to the database are asked in `threads`."""

    def __init__(self, hub: Hub, threads: Executor) -> None:
        self._hub = hub
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            return await answer(send, 405, "Use GET.\n")
        key = entering.session_key(scope["headers"])
        agent_id = await self._agent_of(key)
        if agent_id is None:
            return await answer(send, 401, "Log in first.\n")
        try:
            stream = self._hub.open(agent_id, asyncio.get_running_loop())
        except TooManyStreams as error:
            log.warning("No stream: %s", error)
            return await answer(send, 429, "Too many open pages.\n")
        leaving = asyncio.create_task(_end_when_gone(receive, stream))
        try:
            await self._serve(stream, key, _position(scope), send)
        finally:
            leaving.cancel()
            self._hub.close(stream)

    async def _serve(self, stream: Stream, key: str, position: int | None, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _write(send, b"retry: 2000\n" + Event("hello", {}).encoded())
        if position is not None:
            for event in await self._ask(feeding.missed, position, stream.agent_id):
                await _write(send, event.encoded())
        checked_at = time.monotonic()
        while True:
            try:
                encoded = await stream.next(HEARTBEAT_SECONDS)
            except TimeoutError:
                encoded = b":\n\n"
            if time.monotonic() - checked_at >= CHECK_SECONDS:
                checked_at = time.monotonic()
                if await self._agent_of(key) != stream.agent_id:
                    encoded = None
            if encoded is None:
                break
            await _write(send, encoded)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _agent_of(self, key: str) -> int | None:
        agent_id: int | None = await self._ask(entering.agent_of, key)
        return agent_id

    async def _ask(self, call: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, call, *arguments)


async def answer(
    send: Send, status: int, text: str, kind: str = "text/plain; charset=utf-8"
) -> None:
    """Answer with a status and a short text that nobody may keep."""
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _position(scope: Scope) -> int | None:
    """Return what the browser heard last, or else the position its page was made at."""
    since = parse_qs(scope.get("query_string", b"")).get(b"since", [b""])[0]
    value = dict(scope["headers"]).get(b"last-event-id", since)
    return int(value) if value.isdigit() and len(value) < 19 else None


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _end_when_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
