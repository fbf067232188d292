"""The pulse: what another process commits is sealed, told and worked on at once."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.config.processes import DeskFolder, Process
from wingbeat.config.running.bells import Bells
from wingbeat.config.running.changes import PRESENCE_CHANNEL, WORK_CHANNEL, Change
from wingbeat.config.running.pulse import Pulse
from wingbeat.desk.conversations.presence import Registry

WRITE = """
from tests import cast
from wingbeat.desk.people.models import Agent
conversation = cast.opened(cast.support(cast.ada()))
print(conversation.pk)
"""
SEALED = """
import time
from wingbeat.desk.journal import sealing
deadline = time.monotonic() + 10
while sealing.is_behind() and time.monotonic() < deadline:
    time.sleep(0.01)
print(sealing.is_behind(), sealing.first_bent())
"""


def next_event(stream: http.client.HTTPResponse, name: str) -> dict[str, Any]:
    """Read a stream until an event; return its facts."""
    while line := stream.readline().decode():
        if line == f"event: {name}\n":
            facts: dict[str, Any] = json.loads(stream.readline().decode().removeprefix("data: "))
            return facts
    raise AssertionError(f"the stream ended without {name}")


def opened(live: http.client.HTTPConnection, cookie: str) -> http.client.HTTPResponse:
    live.request("GET", "/live", headers={"Cookie": cookie})
    stream = live.getresponse()
    next_event(stream, "hello")
    return stream


def test_what_another_process_commits_is_seen_live(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    cookie = desk.log_in()
    with closing(http.client.HTTPConnection(urlsplit(up.address).netloc, timeout=60)) as live:
        stream = opened(live, cookie)
        pk = desk.run(WRITE).strip()
        facts = next_event(stream, "conversation")
    assert facts["id"] == int(pk)
    assert facts["kind"] == "conversation.opened"
    assert desk.run(SEALED).split() == ["False", "None"]


def post(process: Process, path: str, cookie: str, **form: str) -> int:
    """Send a form as a page would."""
    page = http.client.HTTPConnection(urlsplit(process.address).netloc, timeout=60)
    with closing(page):
        token = "a" * 32
        body = "&".join(f"{name}={value}" for name, value in form.items())
        page.request(
            "POST", path, body,
            {
                "Cookie": f"{cookie}; csrftoken={token}", "X-CSRFToken": token,
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )  # fmt: skip
        return page.getresponse().status


def test_presence_reaches_the_other_process_and_leaves_no_row(desk: DeskFolder) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one web process")
    first, second = desk.start("web", "--port", "0"), desk.start("web", "--port", "0")
    olga, otto = desk.log_in(), desk.log_in("Otto")
    pk = desk.run(WRITE).strip()
    path = f"/conversations/{pk}/presence/"
    with closing(http.client.HTTPConnection(urlsplit(first.address).netloc, timeout=60)) as live:
        stream = opened(live, olga)
        assert post(first, path, olga, sign="here") == 200
        assert post(second, path, otto, sign="typing") == 200
        while True:
            facts = next_event(stream, "presence")
            if facts["who"]:  # of the others: nobody is told of themself
                break
    assert facts["conversation"] == int(pk)
    assert [(one["name"], one["typing"]) for one in facts["who"]] == [("Otto", True)]


def test_a_change_wakes_whom_it_concerns() -> None:
    bells = Bells()
    pulse = Pulse(bells, Registry(), None)
    pulse._wake([Change(WORK_CHANNEL, "jobs"), Change(WORK_CHANNEL, "journal")])
    assert [bells[name].wait(0) for name in ("mail", "outbox", "jobs")] == [False, False, True]
    pulse._wake([Change(WORK_CHANNEL)])  # SQLite does not say what has changed
    assert [bells[name].wait(0) for name in ("mail", "outbox", "jobs")] == [True, True, True]


def test_a_sign_of_life_from_another_process_is_taken() -> None:
    registry = Registry()
    says = ["other-process", 7, 1, "Ada Fields", "AF", "2026-03-02T12:00:00+00:00", True, False]
    Pulse(Bells(), registry, None)._wake([Change(PRESENCE_CHANNEL, json.dumps(says))])
    assert registry.conversations() == {7}
