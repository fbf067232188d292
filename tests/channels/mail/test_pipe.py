"""Mail piped in: exit 0 only when it is durable, in the desk or in the spool."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests import cast
from tests.channels.mail.letters import mail
from wingbeat.channels.mail import handing_in, intake, pipe, spool
from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.mail.pipe import Envelope
from wingbeat.desk.conversations.inbox import Inbox

pytestmark = pytest.mark.django_db(transaction=True)
RECEIVE = [sys.executable, "-m", "wingbeat.config.cli", "mail", "receive"]


@pytest.fixture
def home() -> Iterator[Path]:
    """The desk's home, with an empty spool before and after."""
    home = Path(settings.HOME)
    for folder in ("spool", "keys"):
        (home / folder).mkdir(exist_ok=True)
    yield home
    for path in (home / "spool").iterdir():
        path.unlink()


@pytest.fixture
def inbox() -> Inbox:
    return cast.support()


def listens(home: Path) -> bool:
    """Say whether a desk answers: its socket is there a moment earlier than that."""
    with pipe.address(home) as path, socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(path) == 0


@contextmanager
def running_desk(home: Path) -> Iterator[None]:
    """The desk's end of the pipe, in a thread."""
    stop = threading.Event()

    def serve() -> None:
        try:
            handing_in.serve(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    deadline = time.monotonic() + 10
    while not listens(home):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    try:
        yield
    finally:
        stop.set()
        handing_in.ring(home)
        thread.join(10)
        assert not thread.is_alive()


def receive(raw: bytes, home: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "WINGBEAT_HOME": str(home)}
    return subprocess.run(
        [*RECEIVE, *more], input=raw, capture_output=True, env=environment, check=False, timeout=60
    )


def test_a_running_desk_has_the_mail_before_the_command_says_so(home: Path, inbox: Inbox) -> None:
    raw = mail()
    with running_desk(home):
        done = receive(raw, home, "--json", "--inbox", inbox.address, "--sender", "a@b.example")
    stored = RawMail.objects.get()
    assert (done.returncode, json.loads(done.stdout)["where"]) == (0, "desk")
    assert (stored.content(), stored.source) == (raw, "pipe")
    assert (stored.envelope_to, stored.envelope_from) == (inbox.address, "a@b.example")


def test_without_a_desk_it_waits_in_the_spool_and_is_drained_at_the_start(
    home: Path, inbox: Inbox
) -> None:
    raw = mail()
    done = receive(raw, home, "--json")
    assert (done.returncode, json.loads(done.stdout)["where"]) == (0, "spool")
    assert not RawMail.objects.exists()
    with running_desk(home):
        assert RawMail.objects.get().content() == raw
    assert not list((home / "spool").iterdir())


def test_a_crash_between_storing_and_clearing_the_spool_stores_nothing_twice(
    home: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe.spool(mail(message_id=""), Envelope.new(), home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            spool.drain()
    assert spool.drain() == 1
    assert RawMail.objects.count() == 1
    assert not list((home / "spool").iterdir())


def test_a_mail_handed_over_and_spooled_as_well_is_stored_once(home: Path, inbox: Inbox) -> None:
    envelope = Envelope.new()
    with running_desk(home):
        pipe.hand_over(mail(message_id=""), envelope, home)
        pipe.spool(mail(message_id=""), envelope, home)
        spool.drain()
    assert RawMail.objects.count() == 1


def test_a_desk_that_cannot_store_it_leaves_it_to_the_spool(
    home: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(spool, "store", full)
    with running_desk(home):
        assert pipe.hand_in(mail(), Envelope.new(), home) == "spool"
        monkeypatch.undo()
        assert spool.drain() == 1
    assert RawMail.objects.count() == 1


def test_killed_while_it_reads_it_leaves_nothing_half_behind(home: Path, inbox: Inbox) -> None:
    environment = {**os.environ, "WINGBEAT_HOME": str(home)}
    process = subprocess.Popen(RECEIVE, stdin=subprocess.PIPE, env=environment)
    assert process.stdin is not None
    process.stdin.write(mail()[:40])
    process.stdin.flush()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdin.close()
    assert spool.drain() == 0
    assert not list((home / "spool").iterdir())


def test_a_folder_that_is_no_desk_takes_no_mail(tmp_path: Path) -> None:
    done = receive(mail(), tmp_path / "elsewhere")
    assert done.returncode == 75
    assert b"there is no desk in" in done.stderr
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("wrong", ["home", "option", "argument"])
def test_whatever_is_wrong_the_mail_server_keeps_the_mail(
    home: Path, tmp_path: Path, wrong: str
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder")
    environment = {**os.environ, "WINGBEAT_HOME": str(blocked if wrong == "home" else home)}
    if wrong == "option":
        environment["WINGBEAT_MAIL_MEGABYTES"] = "many"
    arguments = ["--unheard-of"] if wrong == "argument" else []
    done = subprocess.run(
        [*RECEIVE, *arguments], input=mail(), env=environment, check=False, capture_output=True
    )
    assert done.returncode == 75
    assert not list((home / "spool").iterdir())


def test_a_mail_put_into_the_spool_by_hand_is_taken_as_it_is(home: Path, inbox: Inbox) -> None:
    raw = mail()
    (home / "spool" / "found.mail").write_bytes(raw)
    assert spool.drain() == 1
    assert RawMail.objects.get().content() == raw


def test_a_folder_with_a_long_name_is_reached_all_the_same(tmp_path: Path, inbox: Inbox) -> None:
    home = tmp_path / ("long" * 30)
    (home / "run").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "HOME", home)
        with running_desk(home):
            pipe.hand_over(mail(), Envelope.new(), home)
    assert RawMail.objects.count() == 1


def test_the_spool_comes_first_and_in_order(home: Path, inbox: Inbox) -> None:
    first = mail(message_id="<first@customers.example>")
    answer = mail(In_Reply_To="<first@customers.example>", subject="Re: A broken lamp")
    for raw in (first, answer):
        pipe.spool(raw, Envelope.new(), home)
    spool.drain()
    intake.judge_stored(at=cast.NOON)
    judgements = RawMail.objects.order_by("pk").values_list("judgement", flat=True)
    assert list(judgements) == ["opened", "joined"]


def test_receiving_loads_no_django() -> None:
    code = "import sys, wingbeat.channels.mail.commands.receive; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
