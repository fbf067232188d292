"""The run that is recorded: mails are piped in, a desk comes up, more are piped in, it stops.

    python -m tests.faults.driver FOLDER COUNT

FOLDER holds mails, each named by a number, a blank and its Message-ID; the first COUNT are piped
in before the desk is up. It stops when standard input ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from wingbeat.channels.mail.pipe import SOCKET

WINGBEAT = [sys.executable, "-m", "wingbeat.config.cli"]


def main(folder: str, count: str) -> None:
    mails = sorted(Path(folder).iterdir())
    for path in mails[: int(count)]:
        pipe_in(path)
    with Path(folder).with_name("up.log").open("wb") as log:
        up = subprocess.Popen([*WINGBEAT, "up", "--port", "0"], stdout=log, stderr=log)
    later = threading.Thread(target=pipe_in_later, args=[mails[int(count) :]])
    later.start()
    sys.stdin.read()
    later.join()
    up.terminate()
    sys.exit(up.wait())


def pipe_in_later(mails: list[Path]) -> None:
    while not Path(os.environ["WINGBEAT_HOME"], "run", SOCKET).exists():
        time.sleep(0.05)
    for path in mails:
        pipe_in(path)


def pipe_in(path: Path) -> None:
    """Do as a mail server does: it forgets the mail once the pipe ends with 0."""
    name = path.name.partition(" ")[2]
    command = [*WINGBEAT, "mail", "receive", "--inbox", "support@desk.example"]
    with path.open("rb") as mail:
        subprocess.run(command, stdin=mail, check=True)
    os.write(1, f"taken {name}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
