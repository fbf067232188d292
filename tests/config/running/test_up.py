"""`wingbeat up` as a person meets it: an empty folder, a page, and an end."""

from __future__ import annotations

import http.client
import re
import signal
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from django.db import connection

from tests.config.processes import DeskFolder

SOMETHING_HAPPENS = """
import time
from django.db import transaction
from django.utils import timezone
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
inbox = Inbox.objects.create(name="Support", address="support@desk.example")
before = reading.head()
with transaction.atomic():
    record(
        Kind.INBOX_CHANGED, by=Agent.objects.get(name="Olga"), at=timezone.now(), inbox_id=inbox.pk
    )
while reading.head() == before:
    time.sleep(0.05)
"""

NOBODYS_YET = "only the person who started the desk can become its owner"


def test_an_empty_folder_becomes_a_desk_that_serves_a_page_and_stops(
    empty_desk: DeskFolder,
) -> None:
    up = empty_desk.start("up", "--port", "0")
    status, page = up.get("account/login/")
    assert status == 403
    assert NOBODYS_YET in page
    assert up.get("healthz") == (200, '{"ok": true, "troubles": []}\n')

    assert up.stop() == 0


def test_an_empty_desk_tells_its_founder_and_nobody_else_how_to_begin(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    link = up.line(2).strip()
    assert link.startswith(f"{up.address}setup/?token=")
    assert up.get("setup/?token=guessed")[0] == 403
    browser = build_opener(HTTPCookieProcessor())
    with browser.open(link, timeout=20) as page:
        assert page.url == f"{up.address}setup/owner/"


def test_a_second_start_says_that_the_desk_runs_already(desk: DeskFolder) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("on PostgreSQL there may be any number")
    first = desk.start("up", "--port", "0")
    second = desk.wingbeat("up", "--port", "0")
    assert second.returncode == 1
    assert f"runs already at {first.address}" in second.stderr
    assert str(first.popen.pid) in second.stderr
    worker = desk.wingbeat("work")
    assert worker.returncode == 1


def test_a_whole_desk_fits_into_two_hundred_megabytes(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    cookie = desk.log_in()
    for path in ("", "today/", "search/?q=lamp", "laws/"):
        assert up.get(path, Cookie=cookie)[0] == 200
    rollup = Path(f"/proc/{up.popen.pid}/smaps_rollup").read_text()
    kilobytes = int(rollup.partition("\nPss:")[2].split()[0])  # what is shared is counted in part
    assert kilobytes < 200_000


def test_a_taken_port_is_told_before_anything_is_done(empty_desk: DeskFolder) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        done = empty_desk.wingbeat("up", "--port", port)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert not (empty_desk.home / "empty_desk.sqlite3").exists()


def test_a_killed_desk_starts_again_at_once(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    up.stop(signal.SIGKILL)
    again = desk.start("up", "--port", "0")
    assert NOBODYS_YET in again.get("account/login/")[1]


def test_an_open_stream_gets_a_goodbye_and_holds_nobody_up(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    cookie = desk.log_in()
    with closing(http.client.HTTPConnection(urlsplit(up.address).netloc, timeout=20)) as live:
        live.request("GET", "/live", headers={"Cookie": cookie})
        stream = live.getresponse()
        assert stream.status == 200
        assert b"event: hello" in stream.read1()
        assert up.stop() == 0
        assert b"event: goodbye" in stream.read()


def test_what_happens_between_a_page_and_its_stream_is_told(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    cookie = desk.log_in()
    page = up.get("", Cookie=cookie)[1]
    found = re.search(r'src="(/live\?since=\d+)"', page)
    assert found
    desk.run(SOMETHING_HAPPENS)
    with closing(http.client.HTTPConnection(urlsplit(up.address).netloc, timeout=10)) as live:
        live.request("GET", found[1], headers={"Cookie": cookie})
        stream = live.getresponse()
        assert b"event: hello" in stream.read1()
        assert b"event: inbox" in stream.read1()


def test_web_and_work_are_the_two_halves(desk: DeskFolder) -> None:
    web, work = desk.start("web", "--port", "0"), desk.start("work")
    assert NOBODYS_YET in web.get("account/login/")[1]
    assert 'thread="jobs"' not in web.get("metrics")[1]
    for half in (web, work):
        assert half.stop() == 0
