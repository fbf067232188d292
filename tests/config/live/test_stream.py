"""`/live`: who may come in, what they get, and when their stream ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from wingbeat.config.live import entering, feeding, stream
from wingbeat.config.live.hub import Event, Hub
from wingbeat.config.live.stream import Live, Message, Scope

ADA = 7


class Browser:
    """One open page."""

    def __init__(
        self, *headers: tuple[bytes, bytes], method: str = "GET", asks: bytes = b""
    ) -> None:
        self.scope: Scope = {
            "type": "http", "method": method, "path": "/live", "headers": headers,
            "query_string": asks,
        }  # fmt: skip
        self.leaves = asyncio.Event()
        self.status = 0
        self.text = ""

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()

    async def sees(self, words: str) -> None:
        async with asyncio.timeout(5):
            while words not in self.text:
                await asyncio.sleep(0.005)


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def live(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.setattr(entering, "session_key", lambda _headers: "key")
    monkeypatch.setattr(entering, "agent_of", lambda _key: ADA)
    with ThreadPoolExecutor(1) as threads:
        yield Live(hub, threads)


def test_without_a_session_nobody_comes_in(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "agent_of", lambda _key: None)

    async def test() -> None:
        browser = Browser()
        await live(browser.scope, browser.receive, browser.send)
        assert browser.status == 401

    asyncio.run(test())


def test_only_get_opens_a_stream(live: Live) -> None:
    async def test() -> None:
        browser = Browser(method="POST")
        await live(browser.scope, browser.receive, browser.send)
        assert browser.status == 405

    asyncio.run(test())


def test_events_come_until_the_page_is_left(live: Live, hub: Hub) -> None:
    async def test() -> None:
        browser = Browser()
        serving = asyncio.create_task(live(browser.scope, browser.receive, browser.send))
        await browser.sees("event: hello")
        hub.send(Event("inbox", {"id": 3}), [ADA])
        await browser.sees('event: inbox\ndata: {"id":3}')
        browser.leaves.set()
        await asyncio.wait_for(serving, 5)
        assert hub.count() == 0

    asyncio.run(test())


def test_a_silent_stream_shows_that_it_lives(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)

    async def test() -> None:
        browser = Browser()
        serving = asyncio.create_task(live(browser.scope, browser.receive, browser.send))
        await browser.sees(":\n\n:\n\n")
        browser.leaves.set()
        await asyncio.wait_for(serving, 5)

    asyncio.run(test())


def test_a_stream_ends_soon_after_its_session(
    live: Live, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(stream, "CHECK_SECONDS", 0.02)

    async def test() -> None:
        browser = Browser()
        serving = asyncio.create_task(live(browser.scope, browser.receive, browser.send))
        await browser.sees(":\n\n:\n\n:\n\n")
        monkeypatch.setattr(entering, "agent_of", lambda _key: None)
        await asyncio.wait_for(serving, 5)
        assert hub.count() == 0

    asyncio.run(test())


@pytest.mark.parametrize(
    "browser_of",
    [
        lambda: Browser((b"last-event-id", b"42")),
        lambda: Browser(asks=b"since=42"),  # its page was made then
        lambda: Browser((b"last-event-id", b"42"), asks=b"since=7"),
    ],
)
def test_a_stream_that_comes_back_gets_what_it_missed(
    live: Live, monkeypatch: pytest.MonkeyPatch, browser_of: Callable[[], Browser]
) -> None:
    asked: list[tuple[int, int]] = []

    def missed(position: int, agent_id: int) -> list[Event]:
        asked.append((position, agent_id))
        return [Event("inbox", {"id": 9}, 43)]

    monkeypatch.setattr(feeding, "missed", missed)

    async def test() -> None:
        browser = browser_of()
        serving = asyncio.create_task(live(browser.scope, browser.receive, browser.send))
        await browser.sees("id: 43\nevent: inbox")
        browser.leaves.set()
        await asyncio.wait_for(serving, 5)
        assert asked == [(42, ADA)]

    asyncio.run(test())
