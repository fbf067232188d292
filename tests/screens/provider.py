"""A stand-in OpenID Connect provider on loopback: it says whatever a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@contextmanager
def provider(claims: dict[str, Any]) -> Iterator[str]:
    """Serve a provider whose every code is good and whose user has these claims."""

    class Answers(BaseHTTPRequestHandler):
        server: ThreadingHTTPServer

        def _json(self, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            base = f"http://127.0.0.1:{self.server.server_port}"
            asked = urlsplit(self.path)
            if asked.path.startswith("/.well-known/"):
                ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
                found = {f"{name}_endpoint": f"{base}/{path}" for name, path in ends.items()}
                self._json({"issuer": base, "jwks_uri": f"{base}/jwks", **found})
            elif asked.path == "/authorize":
                query = {key: values[0] for key, values in parse_qs(asked.query).items()}
                self.send_response(302)
                back = f"{query['redirect_uri']}?code=good&state={query['state']}"
                self.send_header("Location", back)
                self.end_headers()
            else:
                self._json(claims)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._json({"access_token": "a-token", "token_type": "Bearer"})

        def log_message(self, *_args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
