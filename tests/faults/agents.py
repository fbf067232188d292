"""Agents at their desk: they answer through its pages, and press again when no answer comes."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import Request, urlopen

FIELD = re.compile(r'name="(csrfmiddlewaretoken|seen|to)" value="([^"]*)"')
PAUSE = 0.1


@dataclass
class Agents:
    """Answer conversations by number, each with words of its own, until the desk has said yes."""

    addresses: list[str]
    cookie: str
    hands: int = 2
    done: set[int] = field(default_factory=set)
    pressed: dict[int, float] = field(default_factory=dict)
    again: int = 0
    _waiting: queue.Queue[int] = field(default_factory=queue.Queue)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Agents:
        for number in range(self.hands):
            thread = threading.Thread(target=self._work, args=[number], daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def answer(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._waiting.put(number)

    def _work(self, turn: int) -> None:
        while not self._over.is_set():
            try:
                number = self._waiting.get(timeout=0.1)
            except queue.Empty:
                continue
            try:
                self._reply(self.addresses[turn % len(self.addresses)], number)
                self.done.add(number)
            except (OSError, HTTPException, ValueError):
                turn += 1
                self.again += 1
                self._waiting.put(number)
                self._over.wait(PAUSE)

    def _reply(self, address: str, number: int) -> None:
        """Open the composer as a browser without scripts does, write, and press Send.

        Raises:
            OSError, HTTPException, ValueError: unless the desk took it.
        """
        one = f"{address}conversations/{number + 1}/"
        with urlopen(Request(f"{one}composer/reply/", headers={"Cookie": self.cookie})) as page:
            said = page.headers.get_all("Set-Cookie") or []
            fields = {name: unescape(value) for name, value in FIELD.findall(page.read().decode())}
        token = "; ".join(line.partition(";")[0] for line in said)
        form = {**fields, "kind": "reply", "format": "plain", "text": f"Answer {number}."}
        asked = Request(
            f"{one}replies/", urlencode(form).encode(),
            {"Cookie": f"{self.cookie}; {token}", "Referer": one},
        )  # fmt: skip
        self.pressed[number] = time.monotonic()
        with urlopen(asked, timeout=60) as page:
            if f"Answer {number}." not in page.read().decode():
                raise ValueError("the page does not show it")
