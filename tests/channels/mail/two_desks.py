"""Two desks in processes of their own, and the mail server between them: `python -m ... serve`."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.channels.mail.desk_apart import environment
from tests.channels.mail.far_server import Taken, far_server, free_port

MODULE = "tests.channels.mail.two_desks"
Rewrite = Callable[[EmailMessage], None]


@dataclass
class Between:
    """The server between two desks: whose mail goes where, and all that has passed."""

    doors: dict[str, int]
    rewrite: Rewrite
    passed: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def carry(self, taken: Taken) -> str:
        mail = message_from_bytes(taken.content, policy=policy.SMTP)
        assert isinstance(mail, EmailMessage)
        self.rewrite(mail)
        self.passed.append(mail)
        raw = mail.as_bytes()
        for recipient in taken.recipients:
            door = self.doors[recipient.rpartition("@")[2]]
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, hand_in, door, taken.sender, recipient, raw)
        return "250 carried on"

    def wait_for_silence(self, seconds: float = 4.0, at_most: float = 120.0) -> None:
        """Return once nothing has passed for so long."""
        began = quiet_since = time.monotonic()
        count = len(self.passed)
        while time.monotonic() - quiet_since < seconds and time.monotonic() - began < at_most:
            time.sleep(0.1)
            if len(self.passed) != count:
                count, quiet_since = len(self.passed), time.monotonic()


def hand_in(port: int, sender: str, recipient: str, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.sendmail(sender, [recipient], raw)


@contextlib.contextmanager
def two_desks(folder: Path, rewrite: Rewrite) -> Iterator[Between]:
    """Run desk@one.example and desk@two.example, each with receipts on."""
    between = Between({"one.example": free_port(), "two.example": free_port()}, rewrite)
    with far_server() as far, contextlib.ExitStack() as desks:
        far.on_words = between.carry
        between.port = far.port
        for domain, door in between.doors.items():
            desks.enter_context(_served(folder / domain, f"desk@{domain}", door, far.port))
        yield between


@contextlib.contextmanager
def _served(home: Path, address: str, door: int, far: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, address, str(door), str(far)],
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if process.stdout.readline() != "open\n":
            raise RuntimeError(f"{address} did not start")
        yield
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def _serve(address: str, door: int, far: int) -> None:
    """Be a desk until standard input is closed."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from wingbeat.channels.mail import receipts, sending, smtp_in, working
    from wingbeat.channels.mail.models import Account
    from wingbeat.desk.conversations.inbox import Inbox
    from wingbeat.desk.journal import sealing

    call_command("migrate", verbosity=0)
    inbox = Inbox.objects.create(name=address, address=address, sends_receipt=True)
    Account.objects.create(inbox=inbox, smtp_host="127.0.0.1", smtp_port=far, smtp_security="none")
    stop = threading.Event()

    def send(stop: threading.Event) -> None:
        while not stop.wait(0.1):
            sealing.seal()
            receipts.send_receipts(timezone.now())
            sending.send_due(timezone.now())

    def listen(stop: threading.Event) -> None:
        asyncio.run(smtp_in.serve(stop, port=door, listening=_say_open))

    threads = [threading.Thread(target=each, args=[stop]) for each in (listen, working.work, send)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join(20)


def _say_open(_port: int) -> None:
    print("open", flush=True)  # noqa: T201  the test waits for it


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
