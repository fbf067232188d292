"""The router: who answers what, and what happens when a browser leaves half-way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware

from wingbeat.config.live.hub import Hub
from wingbeat.config.live.stream import Live, Message, Receive, Scope, Send, answer
from wingbeat.config.running import router as routers
from wingbeat.config.running.router import READ_AHEAD_BYTES, ClientGone, Router


class Browser:
    """Sends what it is given, and keeps what it gets."""

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)
        self.got: list[Message] = []

    async def receive(self) -> Message:
        if not self._messages:
            await asyncio.sleep(60)
        return self._messages.pop(0)

    async def send(self, message: Message) -> None:
        self.got.append(message)

    def ask(
        self, router: Router, path: str = "/", kind: str = "http", *, length: int | None = None
    ) -> None:
        told = [] if length is None else [(b"content-length", str(length).encode())]
        scope: Scope = {
            "type": kind, "method": "POST", "path": path, "query_string": b"", "headers": told,
            "http_version": "1.1",
        }  # fmt: skip
        asyncio.run(self._ask(router, scope))

    async def _ask(self, router: Router, scope: Scope) -> None:
        await router(scope, self.receive, self.send)

    @property
    def status(self) -> int:
        return int(self.got[0]["status"])


class Pages:
    """A WSGI application that keeps what it could read."""

    def __init__(self) -> None:
        self.read: list[bytes | Exception] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            self.read.append(environ["wsgi.input"].read())
        except OSError as error:
            self.read.append(error)
        start_response("200 OK", [])
        return [b"page"]


async def well(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, 503, "not well")


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def router(pages: Pages) -> Router:
    middleware: Any = WSGIMiddleware(pages, workers=1)  # type: ignore[arg-type]  # same shapes, other names
    return Router(middleware, Live(Hub(), ThreadPoolExecutor(1)), {"/healthz": well})


def test_a_whole_form_is_read(router: Router, pages: Pages) -> None:
    browser = Browser(
        {"type": "http.request", "body": b"text=We send ", "more_body": True},
        {"type": "http.request", "body": b"a new one", "more_body": False},
    )
    browser.ask(router)
    assert pages.read == [b"text=We send a new one"]
    assert browser.status == 200


def test_a_form_that_was_cut_off_is_not_taken_for_a_shorter_one(
    router: Router, pages: Pages
) -> None:
    browser = Browser(
        {"type": "http.request", "body": b"text=We send ", "more_body": True},
        {"type": "http.disconnect"},
    )
    browser.ask(router)
    assert (browser.got, pages.read) == ([], [])


def test_a_large_file_that_was_cut_off_is_unreadable(router: Router, pages: Pages) -> None:
    browser = Browser(
        {"type": "http.request", "body": b"x" * READ_AHEAD_BYTES, "more_body": True},
        {"type": "http.disconnect"},
    )
    browser.ask(router)
    [read] = pages.read
    assert isinstance(read, ClientGone)


def test_a_form_that_does_not_arrive_holds_no_thread(
    router: Router, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routers, "CHUNK_MAY_TAKE", 0.02)
    browser = Browser({"type": "http.request", "body": b"text=We", "more_body": True})
    browser.ask(router)
    assert browser.status == 408
    assert pages.read == []


def test_more_than_any_mail_could_carry_is_refused_unread(router: Router, pages: Pages) -> None:
    browser = Browser({"type": "http.request", "body": b"x", "more_body": True})
    browser.ask(router, length=routers.MOST_BYTES + 1)
    assert browser.status == 413
    assert pages.read == []


def test_small_paths_have_an_answer_of_their_own(router: Router, pages: Pages) -> None:
    browser = Browser()
    browser.ask(router, "/healthz")
    assert browser.status == 503
    assert pages.read == []


def test_answers_are_counted_by_status(router: Router) -> None:
    for path in ("/healthz", "/live", "/healthz"):
        Browser().ask(router, path)
    assert router.answers == {500: 2, 400: 1}


def test_web_sockets_are_turned_away(router: Router, pages: Pages) -> None:
    browser = Browser({"type": "websocket.connect"})
    browser.ask(router, kind="websocket")
    assert [message["type"] for message in browser.got] == ["websocket.close"]
    assert pages.read == []
