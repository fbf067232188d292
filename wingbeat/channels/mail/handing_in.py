"""The desk's end of the pipe: takes mails over a socket in the home folder, and from the spool."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from wingbeat.channels.mail import spool
from wingbeat.channels.mail.pipe import SOCKET, Envelope, address

_log = logging.getLogger(__name__)
# The spool is also looked at while the desk runs: a pipe may have found the socket busy.
LOOK_SECONDS = 5.0
READ_SECONDS = 10.0
_LONGEST_LINE = 16_384
_MOST_BYTES = 1 << 30


def serve(stop: threading.Event) -> None:
    """Drain the spool, then take mails over the socket until told to stop."""
    spool.drain()
    home: Path = settings.HOME
    (home / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    with socket.socket(socket.AF_UNIX) as listener, address(home) as path:
        Path(path).unlink(missing_ok=True)  # of a desk that was killed
        listener.bind(path)
        Path(path).chmod(0o600)
        listener.listen(64)
        listener.settimeout(LOOK_SECONDS)
        try:
            while not stop.is_set():
                _accept(listener)
        finally:
            (home / "run" / SOCKET).unlink(missing_ok=True)


def ring(home: Path) -> None:
    """Wake `serve` so that it sees that it must stop."""
    with suppress(OSError), address(home) as path, socket.socket(socket.AF_UNIX) as line:
        line.connect(path)


def _accept(listener: socket.socket) -> None:
    try:
        line, _address = listener.accept()
    except TimeoutError:
        spool.drain()
        return
    with line:
        line.settimeout(READ_SECONDS)
        try:
            _take(line)
        except (OSError, ValueError, EOFError, DatabaseError) as error:
            # whoever hands it in keeps it
            _log.exception("A mail could not be taken over the socket")
            connection.close_if_unusable_or_obsolete()
            with suppress(OSError):
                line.sendall(f"not taken: {type(error).__name__}\n".encode())


def _take(line: socket.socket) -> None:
    with line.makefile("rb") as reading:
        first = reading.readline(_LONGEST_LINE)
        if not first:
            return
        envelope, size = Envelope.read(first)
        raw = reading.read(min(size, _MOST_BYTES))
    if len(raw) != size:
        raise EOFError(f"{len(raw)} bytes of {size} came.")
    row = spool.take(raw, envelope)
    line.sendall(f"taken {row.pk}\n".encode())
