"""The thin end of the pipe: hands a mail's bytes to the desk, or puts them where it looks first.

It loads no Django, for a mail server starts it once a mail. The running desk is asked over its
socket in the home folder. Where none answers, the bytes go into the spool, synced; the desk takes
both in under the same name, so that a mail handed over twice is stored once.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

SOCKET = "intake.sock"
SUFFIX = ".mail"
# The desk answers within milliseconds; one that does not is stuck, and the spool is as good.
PATIENCE_SECONDS = 15.0
_LONGEST_LINE = 16_384


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a mail besides its bytes; `name` is its own, whoever hands it over."""

    name: str
    at: str
    envelope_from: str = ""
    envelope_to: str = ""

    @classmethod
    def new(cls, *, envelope_from: str = "", envelope_to: str = "") -> Envelope:
        at = datetime.now(UTC).isoformat()
        return cls(uuid4().hex, at, envelope_from[:254], envelope_to[:254])

    def line(self, size: int) -> bytes:
        """Write it on one line, with the size of what follows."""
        return json.dumps({**asdict(self), "size": size}).encode("ascii") + b"\n"

    @classmethod
    def read(cls, line: bytes) -> tuple[Envelope, int]:
        """Return the envelope and the size of what follows.

        Raises:
            ValueError: if the line is none of ours.
        """
        try:
            said = json.loads(line)
            size = int(said.pop("size"))
            return cls(**{key: str(value) for key, value in said.items()}), size
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError("This line is no envelope.") from error


class NotTaken(OSError):
    """The desk did not say that it has the mail."""


def hand_in(raw: bytes, envelope: Envelope, home: Path) -> str:
    """Make a mail durable; return who has it now: "desk" or "spool".

    Raises:
        OSError: if neither can take it; then the mail server must keep it.
    """
    try:
        hand_over(raw, envelope, home)
    except OSError:
        spool(raw, envelope, home)
        return "spool"
    return "desk"


def hand_over(raw: bytes, envelope: Envelope, home: Path) -> None:
    """Give a mail to the running desk, which answers once it is committed.

    Raises:
        OSError: if no desk answers that it has the mail.
    """
    with address(home) as path, socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE_SECONDS)
        line.connect(path)
        line.sendall(envelope.line(len(raw)))
        line.sendall(raw)
        answer = line.makefile("rb").readline(_LONGEST_LINE)
    if not answer.startswith(b"taken"):
        raise NotTaken(answer.decode("utf-8", "replace").strip() or "The desk hung up.")


def spool(raw: bytes, envelope: Envelope, home: Path) -> Path:
    """Write a mail into the spool, whole and synced; the desk drains it first when it starts.

    Raises:
        OSError: if the disk does not take it.
    """
    folder = home / "spool"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{envelope.at}-{envelope.name}{SUFFIX}"
    part = path.with_suffix(f".{os.getpid()}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(envelope.line(len(raw)))
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        _sync(folder)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
    return path


@contextmanager
def address(home: Path) -> Iterator[str]:
    """Give the path of the desk's socket in a form that is short enough for a socket.

    A socket's path may have 107 bytes only; a longer one is reached through its open folder.
    """
    path = home / "run" / SOCKET
    if len(os.fsencode(path)) < 100:
        yield str(path)
        return
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
