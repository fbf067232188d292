"""A desk in a process of its own, so that it can be killed: `python -m ... prepare|send|report`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

MODULE = "tests.channels.mail.desk_apart"
ROOT = Path(__file__).resolve().parents[3]


def environment(home: Path, database_url: str = "") -> dict[str, str]:
    """Return what a process of this desk needs to know."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WINGBEAT_")}
    more = {"WINGBEAT_DATABASE_URL": database_url} if database_url else {}
    return {
        **clean,
        "WINGBEAT_HOME": str(home),
        "WINGBEAT_UNDO_SECONDS": "0",
        "DJANGO_SETTINGS_MODULE": "wingbeat.config.settings",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def run(environ: Mapping[str, str], *words: str) -> Any:
    """Run one verb to its end and return what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", MODULE, *words],
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def start_sending(environ: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    """Start a sender and return once it is about to look for replies."""
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, "send", *words],
        env=dict(environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise RuntimeError("the sender did not start")
    return process


def end(process: subprocess.Popen[str]) -> None:
    """Kill a process as a power cut would: it can do nothing about it."""
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _prepare(replies: int, port: int) -> object:
    from django.core.management import call_command
    from django.utils import timezone

    from tests import cast
    from wingbeat.channels.mail.models import Account
    from wingbeat.desk.conversations.inbox import Inbox
    from wingbeat.desk.people.models import Agent

    call_command("migrate", verbosity=0)
    ada, now = cast.ada(), timezone.now()
    Agent.objects.system()
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    inboxes = [cast.support(ada), sales]  # senders at the same time serve one each
    for inbox in inboxes:
        Account.objects.create(
            inbox=inbox, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none"
        )
    for number in range(replies):
        inbox = inboxes[number % 2]
        conversation = cast.opened(inbox, cast.said(f"Question {number}.", at=now))
        conversation.reply(cast.letter(f"Answer {number}."), by=ada, at=now, seen=None)
    return replies


def _send(lease_milliseconds: int = 0) -> object:
    """Send all there is. With a short lease, what a dead sender held is soon free again."""
    from django.utils import timezone

    from wingbeat.channels.mail import sending
    from wingbeat.channels.mail.sending import send_due, settle_stranded
    from wingbeat.desk.conversations.outbox import Delivery, Outgoing

    if lease_milliseconds:
        sending.LEASE = timedelta(milliseconds=lease_milliseconds)
        sending.BEAT_SECONDS = lease_milliseconds / 5_000
    print("ready", flush=True)  # noqa: T201  the driver waits for it
    open_states = [Delivery.WAITING, Delivery.HANDING_OVER]
    sent = 0
    began = time.monotonic()
    while Outgoing.objects.filter(state__in=open_states).exists():
        settle_stranded(timezone.now())
        dealt = send_due(timezone.now(), limit=20)
        sent += dealt
        time.sleep(0 if dealt else 0.02)
    return {"sent": sent, "seconds": time.monotonic() - began}


def _report() -> object:
    from wingbeat.desk.conversations.outbox import Outgoing

    rows = Outgoing.objects.select_related("message__conversation")
    return [
        {
            "state": row.state,
            "message_id": row.message.message_id,
            "is_shown": row.message.conversation.has_trouble,
            "why": row.why,
        }
        for row in rows
    ]


def _main(verb: str, *words: str) -> None:
    import django

    django.setup()
    verbs: dict[str, Callable[..., object]] = {
        "prepare": _prepare,
        "send": _send,
        "report": _report,
    }
    print(json.dumps(verbs[verb](*map(int, words))))  # noqa: T201  the driver reads it


if __name__ == "__main__":
    _main(*sys.argv[1:])
