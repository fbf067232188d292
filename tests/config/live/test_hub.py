"""The hub hands events to the right streams, and never waits for a slow one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wingbeat.config.live import hub as hubs
from wingbeat.config.live.hub import Event, Hub, Stream, TooManyStreams

ADA, MAX = 1, 2


def in_loop(test: Callable[[Hub, asyncio.AbstractEventLoop], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await test(Hub(), asyncio.get_running_loop())

    asyncio.run(run())


async def taken(stream: Stream) -> list[bytes | None]:
    got: list[bytes | None] = []
    while True:
        try:
            got.append(await stream.next(0.05))
        except TimeoutError:
            return got


def test_an_event_is_written_as_browsers_read_it() -> None:
    event = Event("conversation", {"id": 7, "kind": "message.received", "message": None}, 12)
    assert event.encoded() == (
        b'id: 12\nevent: conversation\ndata: {"id":7,"kind":"message.received","message":null}\n\n'
    )
    assert (
        "\n" not in Event("presence", {"name": "a\nb"}).encoded().decode().split("data: ")[1][:-2]
    )


def test_an_event_reaches_every_stream_of_the_agents_it_is_for_and_nobody_else() -> None:
    async def test(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        streams = [hub.open(agent, loop) for agent in (ADA, ADA, MAX)]
        hub.send(Event("inbox", {"id": 1}), [ADA])
        assert [len(await taken(stream)) for stream in streams] == [1, 1, 0]
        assert hub.events_sent == 2

    in_loop(test)


def test_other_threads_may_send() -> None:
    async def test(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        stream = hub.open(ADA, loop)
        await loop.run_in_executor(None, hub.send, Event("inbox", {"id": 1}), [ADA])
        assert await taken(stream) == [Event("inbox", {"id": 1}).encoded()]

    in_loop(test)


def test_a_stream_that_takes_nothing_is_ended_instead_of_growing() -> None:
    async def test(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        stream = hub.open(ADA, loop)
        for number in range(hubs.MOST_WAITING + 50):
            hub.send(Event("inbox", {"id": number}), [ADA])
        got = await taken(stream)
        assert len(got) == hubs.MOST_WAITING + 1
        assert got[-1] is None

    in_loop(test)


def test_a_closed_stream_gets_nothing_more() -> None:
    async def test(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        stream = hub.open(ADA, loop)
        hub.close(stream)
        hub.send(Event("inbox", {"id": 1}), [ADA])
        assert await taken(stream) == []
        assert (hub.agents(), hub.count()) == (set(), 0)

    in_loop(test)


def test_a_runaway_script_does_not_get_ever_more_streams() -> None:
    async def test(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        for _stream in range(hubs.MOST_STREAMS):
            hub.open(ADA, loop)
        with pytest.raises(TooManyStreams):
            hub.open(ADA, loop)
        hub.open(MAX, loop)
        assert hub.count() == hubs.MOST_STREAMS + 1

    in_loop(test)


def test_goodbye_is_the_last_word() -> None:
    async def test(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        stream = hub.open(ADA, loop)
        hub.say_goodbye()
        hub.send(Event("inbox", {"id": 1}), [ADA])
        goodbye, end = await taken(stream)
        assert goodbye is not None
        assert goodbye.startswith(b"retry: 2000\nevent: goodbye")
        assert end is None

    in_loop(test)
