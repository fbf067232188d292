"""What the desk tells of its health, and to whom."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from tests import cast
from wingbeat.config.jobs.models import Job, JobState, LastRun
from wingbeat.config.jobs.schedule import SCHEDULE
from wingbeat.config.live.hub import Hub
from wingbeat.config.live.stream import Application, Message, Scope
from wingbeat.config.running.bells import Bells
from wingbeat.config.running.crew import Crew, Hand
from wingbeat.config.running.health import Health, may_read_metrics
from wingbeat.config.running.pulse import Pulse
from wingbeat.desk.conversations import blobs
from wingbeat.desk.conversations.presence import Registry

HERE = ("127.0.0.1", 40_000)


@pytest.fixture
def health() -> Iterator[Health]:
    def work(stop: threading.Event) -> None:
        stop.wait(10)

    bells = Bells()
    crew = Crew([Hand("intake", work)], bells)
    crew.start()
    with ThreadPoolExecutor(1) as threads:
        yield Health(Hub(), Pulse(bells, Registry(), None), crew, threads)
        threads.submit(connections.close_all).result()  # or PostgreSQL keeps the test database
    crew.stop()
    crew.join(5)


def asked(application: Application, **scope: Any) -> tuple[int, str]:
    """Return status and text of what an application answers."""
    got: list[Message] = []

    async def send(message: Message) -> None:
        got.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def ask() -> None:
        await application({"headers": [], "client": HERE, **scope}, receive, send)

    asyncio.run(ask())
    return got[0]["status"], b"".join(m.get("body", b"") for m in got).decode()


@pytest.mark.django_db(transaction=True)
def test_a_healthy_desk_says_ok_and_nothing_else(health: Health) -> None:
    assert asked(health.healthz) == (200, '{"ok": true, "troubles": []}\n')


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_is_named(health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    Job.objects.create(task="x", state=JobState.POISON, enqueued_at=now, run_after_at=now)
    LastRun.objects.create(name=SCHEDULE[0].name, at=now - timedelta(days=1))
    health.crew.states["intake"].is_up = False
    monkeypatch.setattr(health.pulse, "lag", lambda: 11.0)
    status, text = asked(health.healthz)
    assert status == 503
    assert json.loads(text)["troubles"] == [
        "thread down: intake", "sealing lags", "jobs in the tray", "schedule overdue",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told(health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "DISK_FULL", blobs.room() + 1_000_000_000)
    status, text = asked(health.healthz)
    assert (status, json.loads(text)["troubles"]) == (503, ["disk full"])


@pytest.mark.django_db(transaction=True)
def test_entries_that_cannot_be_sealed_count_as_lag(
    health: Health, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert health.pulse.lag() == 0
    monkeypatch.setattr("wingbeat.desk.journal.sealing.seal", lambda: 0)
    cast.opened(cast.support(cast.ada()))
    health.pulse._beat()
    began = health.pulse._lags_since
    assert began is not None
    monkeypatch.setattr("time.monotonic", lambda: began + 12)
    assert health.pulse.lag() >= 12


@pytest.mark.django_db(transaction=True)
def test_numbers_are_written_as_prometheus_reads_them(health: Health) -> None:
    cast.opened(cast.support(cast.ada()))
    status, text = asked(health.metrics)
    assert status == 200
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines())
    assert lines['wingbeat_thread_up{thread="intake"}'] == "1"
    assert lines["wingbeat_mails_to_judge"] == "0"
    assert "@" not in text


def test_whoever_asks_from_elsewhere_gets_no_numbers(health: Health) -> None:
    status, text = asked(health.metrics, client=("203.0.113.9", 1))
    assert status == 403
    assert "wingbeat_" not in text


def scope(client: str = "127.0.0.1", **headers: str) -> Scope:
    named = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    return {"headers": named, "client": (client, 1)}


@pytest.mark.parametrize(
    ("asks", "may"),
    [
        (scope(), True),
        (scope("::1"), True),
        (scope(host="localhost:8000"), True),
        (scope(host="a-page-that-leads-here.example"), False),
        (scope("10.0.0.5"), False),
        (scope(x_forwarded_for="203.0.113.9"), False),
        ({"headers": [], "client": None}, False),
    ],
)
def test_without_a_token_only_this_machine_itself_may_ask(asks: Scope, *, may: bool) -> None:
    assert may_read_metrics(asks) is may


def test_a_desk_with_an_address_stands_behind_a_proxy_that_looks_like_this_machine() -> None:
    with override_settings(DESK_ADDRESS="https://desk.example.org"):
        assert not may_read_metrics(scope())


def test_with_a_token_nothing_else_counts() -> None:
    with override_settings(WINGBEAT={**settings.WINGBEAT, "metrics_token": "a-long-token"}):
        assert may_read_metrics(scope("203.0.113.9", authorization="Bearer a-long-token"))
        assert not may_read_metrics(scope(authorization="Bearer another"))
        assert not may_read_metrics(scope())
