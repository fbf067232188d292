"""The threads that carry mail: they go on while there is work, take turns, and stop."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test import override_settings

from tests.config.processes import PATIENCE, DeskFolder
from wingbeat.config.running import mailing
from wingbeat.config.running.bells import Bell
from wingbeat.config.running.mailing import again, in_turn

MAIL = b"From: nora@customers.example\nTo: help@desk.example\nSubject: A lamp\n\nIt is dark.\n"
WAIT_FOR_IT = """
import time
from wingbeat.channels.mail.models import RawMail
deadline = time.monotonic() + 20
while RawMail.objects.to_judge().exists() and time.monotonic() < deadline:
    time.sleep(0.05)
print([(mail.judgement, mail.became.words.text.strip()) for mail in RawMail.objects.all()])
"""


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.005)
    return holds()


def running(*work: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=one, daemon=True) for one in work]
    for thread in threads:
        thread.start()
    return threads


def test_work_goes_on_at_once_while_there_is_some_and_then_waits_for_the_bell() -> None:
    stop, bell, left, calls = threading.Event(), Bell(), [3], []

    def send(now: datetime) -> int:
        calls.append(now)
        left[0] -= left[0] > 0
        return left[0]

    [thread] = running(lambda: again(send, bell, 60, stop))
    assert soon(lambda: len(calls) == 3)
    bell.ring()
    assert soon(lambda: len(calls) == 4)
    stop.set()
    bell.ring()
    thread.join(5)
    assert not thread.is_alive()


def test_what_nobody_waits_for_rests_between_rounds_and_is_woken_by_its_bell() -> None:
    stop, bell, calls = threading.Event(), Bell(), []

    def catch_up(now: datetime) -> int:
        calls.append(now)
        time.sleep(0.01)
        return 1

    [thread] = running(lambda: again(catch_up, bell, 0, stop, rest=6_000))
    assert soon(lambda: len(calls) == 1)
    time.sleep(0.1)
    assert len(calls) == 1
    bell.ring()
    assert soon(lambda: len(calls) == 2)
    stop.set()
    bell.ring()
    thread.join(5)
    assert not thread.is_alive()


def test_what_one_process_alone_can_do_is_taken_over_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "TURN_SECONDS", 0.02)
    stops = [threading.Event(), threading.Event()]
    at_work: list[int] = []

    def listen(number: int) -> Callable[[threading.Event], None]:
        def work(stop: threading.Event) -> None:
            at_work.append(number)
            stop.wait(5)

        return work

    def take_turns(number: int) -> Callable[[], None]:
        return lambda: in_turn("smtp.lock", listen(number), Bell(), stops[number])

    with override_settings(HOME=tmp_path):
        threads = running(take_turns(0))
        assert soon(lambda: at_work == [0])
        threads += running(take_turns(1))
        time.sleep(0.1)
        assert at_work == [0]
        stops[0].set()
        assert soon(lambda: at_work == [0, 1])
        stops[1].set()
        for thread in threads:
            thread.join(5)


def piped(desk: DeskFolder) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "wingbeat.config.cli", "mail", "receive", "--json"], input=MAIL,
        env=desk.environment, capture_output=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    said: dict[str, str] = json.loads(done.stdout)
    return said


def test_a_mail_piped_in_is_taken_by_the_running_desk_and_before_it_runs_by_the_spool(
    desk: DeskFolder, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("a quiet password")
    desk.wingbeat(
        "setup", "--name", "Olga", "--email", "olga@desk.example", "--inbox", "help@desk.example",
        "--password-file", str(password),
    )  # fmt: skip
    assert piped(desk)["where"] == "spool"
    desk.start("up", "--port", "0")
    assert soon(lambda: not list((desk.home / "spool").iterdir()))
    assert desk.run(WAIT_FOR_IT).strip() == "[('opened', 'It is dark.')]"
    assert piped(desk)["where"] == "desk"
