"""Browsers that stay open on a desk: one listens to its live updates, others turn pages."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

PAUSE = 0.2


@dataclass
class Listening:
    """An open page's stream at one web process; it comes back as a browser does."""

    address: str
    cookie: str
    heard: dict[int, float] = field(default_factory=dict)
    openings: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _latest: str = ""
    _thread: threading.Thread | None = None
    _line: http.client.HTTPConnection | None = None

    def __enter__(self) -> Listening:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._line is not None and self._line.sock is not None:
            self._line.sock.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join(20)

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except (OSError, http.client.HTTPException):
                self._over.wait(PAUSE)

    def _listen(self) -> None:
        where = urlsplit(self.address)
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=17)
        self._line = line
        headers = {"Cookie": self.cookie, "Accept": "text/event-stream"}
        if self._latest:
            headers["Last-Event-ID"] = self._latest
        try:
            line.request("GET", "/live", headers=headers)
            answer = line.getresponse()
            if answer.status != 200:
                raise http.client.HTTPException(f"{answer.status}")
            while not self._over.is_set() and (said := answer.readline()):
                self._hear(said)
        finally:
            line.close()

    def _hear(self, said: bytes) -> None:
        if said.startswith(b"id: "):
            self._latest = said[4:].strip().decode()
        elif said == b"event: hello\n":
            self.openings += 1
        elif said.startswith(b"data: ") and (number := json.loads(said[6:]).get("message")):
            self.heard.setdefault(number, time.monotonic())


@dataclass
class Reader:
    """Turns pages, one after the other, at the first process that answers."""

    addresses: list[str]
    cookie: str
    paths: list[str]
    pause: float = 0.25
    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Reader:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(60)

    def _work(self) -> None:
        turn, page = 0, 0
        while not self._over.wait(self.pause):
            address = self.addresses[turn % len(self.addresses)]
            path = self.paths[page % len(self.paths)]
            page += 1
            began = time.monotonic()
            try:
                with urlopen(Request(address + path, headers={"Cookie": self.cookie}), timeout=30):
                    status = 200
            except HTTPError as error:
                status = error.code
            except (OSError, http.client.HTTPException):
                turn += 1
                self.unanswered += 1
                continue
            self.seconds.append(time.monotonic() - began)
            self.statuses[status] = self.statuses.get(status, 0) + 1
