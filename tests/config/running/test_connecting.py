"""Real sockets against a real uvicorn: slow ones are hung up on, streams of events are not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest
from uvicorn import Config

from wingbeat.config.live.stream import Message, Receive, Scope, Send
from wingbeat.config.running import connecting
from wingbeat.config.running.connecting import BoundedProtocol
from wingbeat.config.running.serving import QuietServer, listening_socket

Address = tuple[str, int]
EVENTS = 12
LARGE = 600_000


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/live":
        for _turn in range(EVENTS):
            await _say(send, b"event\n")
            await asyncio.sleep(0.1)
    elif scope["path"] == "/large":
        began = time.monotonic()
        for _turn in range(LARGE // 4_000):
            await _say(send, b"x" * 4_000)
        written.append(time.monotonic() - began)
    else:
        body: Message = {"more_body": True}
        while body.get("more_body"):
            body = await receive()
    await send({"type": "http.response.body", "body": b"done"})


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


written: list[float] = []


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    monkeypatch.setattr(connecting, "HEAD_MAY_TAKE", 0.6)
    monkeypatch.setattr(connecting, "READING_MAY_TAKE", 0.6)
    monkeypatch.setattr(connecting, "MOST_UNFINISHED", 20)
    written.clear()
    monkeypatch.setattr(connecting, "MOMENT", 0.1)
    sock = listening_socket("127.0.0.1", 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    server = QuietServer(Config(
        application, http=BoundedProtocol, lifespan="off", ws="none", loop="asyncio",
        log_config=None, access_log=False, timeout_keep_alive=30,
    ))  # fmt: skip
    thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield sock.getsockname()[:2]
    server.should_exit = server.force_exit = True
    thread.join(5)
    sock.close()
    BoundedProtocol.unfinished.clear()


def heard(one: socket.socket, seconds: float = 5.0) -> bytes:
    """Return all that comes until the other side hangs up."""
    one.settimeout(seconds)
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := one.recv(65536):
            said += piece
    return said


def test_half_a_head_is_hung_up_on_however_it_drips(address: Address) -> None:
    with socket.create_connection(address) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: desk\r\n")
        began = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - began < 4:
                one.sendall(b"X-A: b\r\n")
                time.sleep(0.1)
        assert time.monotonic() - began < 2
        assert b" 408 " in heard(one)


def test_silence_is_hung_up_on(address: Address) -> None:
    with socket.create_connection(address) as one:
        assert b" 408 " in heard(one)


def test_half_a_second_request_is_hung_up_on(address: Address) -> None:
    with socket.create_connection(address) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n")
        time.sleep(1)  # a connection that is kept may rest for longer than a head may take
        one.sendall(b"GET / HTTP/1.1\r\nHost")
        said = heard(one)
        assert b"done" in said
        assert b" 408 " in said


def test_a_stream_of_events_outlives_every_bound(address: Address) -> None:
    with socket.create_connection(address) as stream:
        stream.sendall(b"GET /live HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
        time.sleep(0.2)
        crowd = [socket.create_connection(address) for _one in range(60)]
        assert heard(stream).count(b"event") == EVENTS
        for one in crowd:
            one.close()


def test_a_body_may_take_its_time(address: Address) -> None:
    with socket.create_connection(address) as one:
        one.sendall(
            b"POST / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
        )
        for _byte in range(3):
            time.sleep(0.4)
            one.sendall(b"x")
        assert b"done" in heard(one)


def test_a_crowd_of_half_said_requests_keeps_nobody_out(address: Address) -> None:
    crowd = [socket.create_connection(address) for _one in range(100)]
    time.sleep(0.3)
    for one in crowd:
        with contextlib.suppress(OSError):
            one.sendall(b"GET / HTTP/1.1\r\n")
    time.sleep(0.1)
    assert len(BoundedProtocol.unfinished) <= 20
    with socket.create_connection(address) as honest:
        honest.sendall(b"GET / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
        assert b"done" in heard(honest)
    for one in crowd:
        one.close()


def test_whoever_does_not_read_holds_nothing(address: Address) -> None:
    """The answer is written at once, and the connection ends though nobody took it."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect(address)
    one.sendall(b"GET /large HTTP/1.1\r\nHost: desk\r\n\r\n")
    time.sleep(0.4)
    assert len(written) == 1
    assert written[0] < 0.3
    time.sleep(1.5)
    assert len(heard(one)) < LARGE
    one.close()
    assert not BoundedProtocol.unfinished


def test_a_slow_reader_gets_all_of_it(address: Address) -> None:
    with socket.create_connection(address) as one:
        one.sendall(b"GET /large HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
        said = b""
        while piece := one.recv(40_000):
            said += piece
            time.sleep(0.1)
        assert said.count(b"x") == LARGE
