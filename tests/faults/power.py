"""One run of a desk, recorded: what it did to its disk, and what it promised to whom, when."""

from __future__ import annotations

import random
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.channels.mail.far_server import far_server
from tests.faults.customers import Customers, Letter, letters
from tests.faults.desks import HardDesk, ask, hard_desk, wait_for
from tests.faults.disk import Disk
from tests.faults.tracing import Call, calls, strace

OWN_ID = re.compile(rb"^Message-ID:\s*<wb\.\d+\.(\d+)\.", re.IGNORECASE | re.MULTILINE)
STORED = re.compile(r"Stored as ([\d and]+)")
TO_DO = (
    "SELECT (SELECT count(*) FROM mail_rawmail WHERE judgement = 'stored')"
    " + (SELECT count(*) FROM conversations_outgoing WHERE state IN ('waiting', 'handing_over'))"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the recording at which somebody outside was told something."""

    line: int
    kind: str  # accepted | handing | handed
    name: str  # a mail's Message-ID, or the number of the reply's message


@dataclass
class Recording:
    """One run of a desk: where it began, what it did, and what it promised when."""

    base: Path
    home: Path
    calls: list[Call]
    moments: list[Moment]
    letters: list[Letter]
    replies: int
    smtp_port: int
    far_port: int
    cookie: str

    def promised(self, cut: int, kind: str) -> set[str]:
        return {one.name for one in self.moments if one.kind == kind and one.line < cut}

    def cuts(self, count: int, chance: random.Random) -> list[int]:
        """Choose where power is lost: amid any call, or as soon as something was promised."""
        cuts = []
        for number in range(count):
            call, told = chance.choice(self.calls), chance.choice(self.moments)
            anywhere = chance.randint(call.start, call.end + 1)
            cuts.append(told.line + 1 if number % 5 > 2 else anywhere)
        return cuts

    def disk(self, cut: int, *, heeds_syncs: bool = True) -> Disk:
        disk = Disk(self.base, self.home)
        disk.play(self.calls, cut, heeds_syncs=heeds_syncs)
        return disk


def record(folder: Path, *, mails: int, replies: int, piped: int) -> Recording:
    """Let a desk take mails by SMTP, pipe and spool and hand replies in, all under strace."""
    with far_server() as far, hard_desk(folder / "home") as desk:
        cookie = desk.inside("seed", replies, replies, far.port)
        base = folder / "base"
        shutil.copytree(desk.home, base)
        by_smtp, by_pipe = letters(mails), letters(piped, name="piped")
        _write_out(by_pipe, folder / "piped")
        told = _run(desk, folder, by_smtp, by_pipe)
        names = {number: name for name, (_at, said) in told.items() for number in _numbers(said)}
        log = [call for call in calls(folder / "strace.log") if _counts(call, desk.home)]
        return Recording(
            base, desk.home, log, list(_moments(log, desk.smtp_port, far.port, names)),
            [*by_smtp, *by_pipe], replies, desk.smtp_port, far.port, cookie,
        )  # fmt: skip


def _run(
    desk: HardDesk, folder: Path, by_smtp: Sequence[Letter], by_pipe: Sequence[Letter]
) -> dict[str, tuple[float, str]]:
    half = len(by_pipe) // 2
    driver = [sys.executable, "-m", "tests.faults.driver", str(folder / "piped"), str(half)]
    traced = strace(driver, folder / "strace.log", desk.environment)
    assert traced.stdin is not None
    try:
        with Customers([desk.smtp_port], hands=3) as customers:
            customers.write(by_smtp)
            wait_for(lambda: len(customers.told) == len(by_smtp), "every mail to be taken", 300)
        total = len(by_smtp) + len(by_pipe)
        wait_for(lambda: _done(desk.home, total), "the desk to finish", 300)
        traced.stdin.close()
        assert traced.wait(60) == 0
        return customers.told
    finally:
        traced.kill()
        traced.wait()
        assert traced.stdout is not None
        traced.stdout.close()


def _counts(call: Call, home: Path) -> bool:
    """Leave out what programs do with their own files."""
    return call.path.startswith((str(home), "TCP:", "pipe:")) or not call.path.startswith("/")


def _write_out(by_pipe: Sequence[Letter], folder: Path) -> None:
    folder.mkdir()
    for number, letter in enumerate(by_pipe):
        (folder / f"{number:04} {letter.message_id}").write_bytes(letter.raw)


def _numbers(said: str) -> list[int]:
    found = STORED.search(said)
    return [int(number) for number in re.findall(r"\d+", found[1])] if found else []


def _done(home: Path, mails: int) -> bool:
    with ask(home) as rows:
        (stored,) = rows.execute("SELECT count(*) FROM mail_rawmail").fetchone()
        return bool(stored >= mails and rows.execute(TO_DO).fetchone() == (0,))


def _moments(
    log: Sequence[Call], smtp_port: int, far_port: int, names: dict[int, str]
) -> Iterator[Moment]:
    ours, far = f"TCP:[127.0.0.1:{smtp_port}->", f"->127.0.0.1:{far_port}]"
    telling: dict[str, bytearray] = {}
    for call in log:
        if call.name == "write" and call.content.startswith(b"taken "):
            yield Moment(call.start, "accepted", call.content.decode().split()[1])
        elif call.name == "sendto" and call.path.startswith(ours):
            for number in _numbers(call.content.decode("ascii", "replace")):
                yield Moment(call.start, "accepted", names[number])
        elif call.name == "sendto" and call.path.endswith(far):
            yield from _handing(call, telling)


def _handing(call: Call, telling: dict[str, bytearray]) -> Iterator[Moment]:
    """Follow what is said to the far server; with its last dot a mail may have been taken."""
    if call.content == b"DATA\r\n":
        telling[call.path] = bytearray()
    elif call.path in telling:
        words = telling[call.path]
        is_first = not words
        words += call.content
        if is_first:
            yield Moment(call.start, "handing", number_of(words))
        if words.endswith(b"\r\n.\r\n"):
            del telling[call.path]
            yield Moment(call.start, "handed", number_of(words))


def number_of(content: bytes | bytearray) -> str:
    """Return the number of the message that one of our mails is."""
    found = OWN_ID.search(content)
    assert found is not None
    return found[1].decode()
