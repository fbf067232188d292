"""Threads that break down are told of and started again; all of them stop together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from wingbeat.config.running import crew as crews
from wingbeat.config.running.bells import Bell, Bells
from wingbeat.config.running.crew import Crew, Hand


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.005)
    return holds()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "FIRST_PAUSE", 0.2)


def test_a_thread_that_breaks_down_is_told_and_starts_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun: list[int] = []

    def break_once(stop: threading.Event) -> None:
        begun.append(len(begun))
        if len(begun) == 1:
            raise RuntimeError("the disk is full")
        stop.wait(5)

    crew = Crew([Hand("intake", break_once)], Bells())
    crew.start()
    assert soon(lambda: crew.down() == ["intake"])
    assert crew.states["intake"].why == "RuntimeError: the disk is full"
    assert soon(lambda: crew.down() == [])
    assert begun == [0, 1]
    assert "the disk is full" in caplog.text
    crew.stop()
    assert crew.join(2) == []


def test_work_that_has_nothing_to_do_may_end() -> None:
    crew = Crew([Hand("listener", lambda _stop: None)], Bells())
    crew.start()
    assert crew.join(2) == []
    assert crew.down() == []


def test_stopping_wakes_those_who_wait_for_a_bell() -> None:
    bells = Bells()

    def wait(stop: threading.Event) -> None:
        while not stop.is_set():
            bells["mail"].wait(60)

    crew = Crew([Hand("intake", wait)], bells)
    crew.start()
    time.sleep(0.02)
    crew.stop()
    assert crew.join(2) == []


def test_a_thread_that_will_not_stop_is_named() -> None:
    release = threading.Event()

    def hang(_stop: threading.Event) -> None:
        release.wait(5)

    crew = Crew([Hand("stubborn", hang)], Bells())
    crew.start()
    crew.stop()
    assert crew.join(0.05) == ["stubborn"]
    release.set()
    assert crew.join(2) == []


def test_a_ring_from_before_counts_once() -> None:
    bell = Bell()
    bell.ring()
    assert bell.wait(0) is True
    assert bell.wait(0) is False
