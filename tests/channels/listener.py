"""A real HTTP server on loopback that keeps what it is sent and answers as told."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Listener:
    """What came, and what is answered to it."""

    url: str = ""
    status: int = 200
    body: bytes = b"thanks"
    location: str = ""
    waits_for: float = 0.0  # seconds before anything comes
    drips_for: float = 0.0  # seconds in which a byte comes now and then
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.heard.append((self.path, headers, body))
            time.sleep(listener.waits_for)
            self.send_response(listener.status)
            if listener.location:
                self.send_header("Location", listener.location)
            self.end_headers()
            with contextlib.suppress(OSError):
                until = time.monotonic() + listener.drips_for
                while time.monotonic() < until:
                    self.wfile.write(b".")
                    time.sleep(0.05)
                self.wfile.write(listener.body)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener.url = f"http://127.0.0.1:{server.server_port}/wingbeat"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
