"""A mail server that pipes: it starts `wingbeat mail receive` for a mail until that ends with 0."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.faults.customers import INBOX, Letter


@dataclass
class Pipe:
    """Pipes mails in one after the other, whether a desk runs or not."""

    environ: Mapping[str, str]
    taken: set[str] = field(default_factory=set)
    codes: list[int] = field(default_factory=list)
    _waiting: queue.Queue[Letter | None] = field(default_factory=queue.Queue)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Pipe:
        self._threads = [threading.Thread(target=self._work, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._waiting.put(None)
        self._threads[0].join(60)

    @property
    def again(self) -> int:
        return sum(code != 0 for code in self.codes)

    def write(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            self._waiting.put(letter)

    def _work(self) -> None:
        while (letter := self._waiting.get()) is not None:
            code = pipe_in(letter.raw, self.environ)
            self.codes.append(code)
            if code == 0:
                self.taken.add(letter.message_id)
            else:
                self._waiting.put(letter)


def pipe_in(raw: bytes, environ: Mapping[str, str]) -> int:
    """Pipe one mail in; return the exit code."""
    command = [sys.executable, "-m", "wingbeat.config.cli", "mail", "receive", "--inbox", INBOX]
    return subprocess.run(
        command, input=raw, env=dict(environ), stderr=subprocess.DEVNULL, check=False
    ).returncode
