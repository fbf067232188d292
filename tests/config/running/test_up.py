"""`wingbeat up` as a person meets it: an empty folder, a page, and a quick end."""

from __future__ import annotations

import http.client
import os
import signal
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from django.db import connection

from tests.config.processes import DeskFolder, Process


def processor_seconds(process: Process) -> float:
    """Return what a process has used of the processor since it began."""
    fields = Path(f"/proc/{process.popen.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_an_empty_folder_becomes_a_desk_that_serves_a_page_and_stops_quickly(
    desk: DeskFolder,
) -> None:
    up = desk.start("up", "--port", "0")
    status, page = up.get("account/login/")
    assert status == 200
    assert "csrfmiddlewaretoken" in page
    # of the processor, which a busy machine does not change: the clock may say ten
    assert processor_seconds(up) < 5
    assert up.get("healthz") == (200, '{"ok": true, "troubles": []}\n')

    code, seconds = up.stop()
    assert code == 0
    assert seconds < 3


def test_an_empty_desk_tells_its_founder_and_nobody_else_how_to_begin(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    assert up.popen.stdout is not None
    up.popen.stdout.readline()
    link = up.popen.stdout.readline().strip()
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


def test_a_taken_port_is_told_before_anything_is_done(desk: DeskFolder) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        done = desk.wingbeat("up", "--port", port)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert not (desk.home / "desk.sqlite3").exists()


def test_a_killed_desk_starts_again_at_once(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    up.stop(signal.SIGKILL)
    again = desk.start("up", "--port", "0")
    assert again.get("account/login/")[0] == 200
    assert processor_seconds(again) < 2


def test_an_open_stream_gets_a_goodbye_and_holds_nobody_up(desk: DeskFolder) -> None:
    up = desk.start("up", "--port", "0")
    cookie = desk.log_in()
    with closing(http.client.HTTPConnection(urlsplit(up.address).netloc, timeout=20)) as live:
        live.request("GET", "/live", headers={"Cookie": cookie})
        stream = live.getresponse()
        assert stream.status == 200
        assert b"event: hello" in stream.read1()
        code, seconds = up.stop()
        assert (code, seconds < 3) == (0, True)
        assert b"event: goodbye" in stream.read()


def test_web_and_work_are_the_two_halves(desk: DeskFolder) -> None:
    web, work = desk.start("web", "--port", "0"), desk.start("work")
    assert web.get("account/login/")[0] == 200
    assert 'thread="jobs"' not in web.get("metrics")[1]
    for half in (web, work):
        code, seconds = half.stop()
        assert (code, seconds < 3) == (0, True)
