"""The desk as one ASGI application: live updates, health, and everything else Django's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from wingbeat.config.live.stream import Application, Live, Message, Receive, Scope, Send


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
        return await self.pages(scope, _whole(receive), send)

    def _counted(self, send: Send) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers[message["status"] // 100 * 100] += 1
            await send(message)

        return counted


def _whole(receive: Receive) -> Receive:
    has_ended = False

    async def whole() -> Message:
        nonlocal has_ended
        message = await receive()
        if message["type"] == "http.disconnect" and not has_ended:
            raise ClientGone("The browser left before its request was complete.")
        has_ended = has_ended or not message.get("more_body", False)
        return message

    return whole


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
