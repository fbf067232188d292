"""The desk as one ASGI application: live updates, health, and everything else Django's."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from wingbeat.config.live.stream import Application, Live, Message, Receive, Scope, Send, answer

READ_AHEAD_BYTES = 256 * 1024
# Files of a reply that no mail server would take any more; a stranger must not fill our disk.
MOST_BYTES = 100 * 1024 * 1024
CHUNK_MAY_TAKE = 20.0  # seconds without a byte
BODY_MAY_TAKE = 300.0  # seconds for all of it: 50 MB over a slow line


class ClientGone(ConnectionResetError):
    """The browser left in the middle of a request, so what it sent is not complete.

    Django takes this for an unreadable request. Without it a form that was cut off would look
    like a shorter one, and half a reply could be sent.
    """


@dataclass
class Router:
    """Answers by path; counts answers by status."""

    pages: Application
    live: Live
    small: dict[str, Application]
    answers: Counter[int] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await _turn_away(scope, receive, send)
        send = self._counted(send)
        path = scope["path"]
        if path == "/live":
            return await self.live(scope, receive, send)
        if path in self.small:
            return await self.small[path](scope, receive, send)
        return await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _length(scope) > MOST_BYTES:
            return await answer(send, 413, "That is more than the desk takes at once.\n")
        try:
            whole = await _read_ahead(receive)
        except TimeoutError:
            return await answer(send, 408, "The request did not arrive in time.\n")
        except ClientGone:
            return None  # there is nobody to answer
        return await self.pages(scope, whole, send)

    def _counted(self, send: Send) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers[message["status"] // 100 * 100] += 1
            await send(message)

        return counted


def _length(scope: Scope) -> int:
    """Return how many bytes a request says that it brings; pages read no more than that."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() and len(told) < 19 else 0


async def _read_ahead(receive: Receive) -> Receive:
    """Take in a request's body before a thread is given to it, all of it if it is small.

    There are few threads. Whoever sends a form a byte a minute must not hold one meanwhile.

    Raises:
        ClientGone: if the browser left.
        TimeoutError: if it sends nothing for too long, or all of it takes too long.
    """
    clock = asyncio.get_running_loop().time
    must_end_at = clock() + BODY_MAY_TAKE
    has_ended = False

    async def whole() -> Message:
        nonlocal has_ended
        if read:
            return read.pop(0)
        patience = min(CHUNK_MAY_TAKE, must_end_at - clock())
        message = await asyncio.wait_for(receive(), None if has_ended else patience)
        if message["type"] == "http.disconnect" and not has_ended:
            raise ClientGone("The browser left before its request was complete.")
        has_ended = has_ended or not message.get("more_body", False)
        return message

    read: list[Message] = []
    taken: list[Message] = []
    while not has_ended and sum(len(m.get("body", b"")) for m in taken) < READ_AHEAD_BYTES:
        taken.append(await whole())
    read += taken
    return whole


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
