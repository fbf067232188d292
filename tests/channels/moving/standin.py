"""A Zammad that answers as its documentation shows: tickets, articles, users, tags, files."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-of-ada"
STATES = {1: "new", 2: "open", 3: "pending reminder", 4: "closed", 5: "merged", 6: "removed"}
TYPE_OF = {1: 1, 2: 2, 3: 3, 4: 5, 5: 6, 6: 7}


@dataclass
class Zammad:
    """Its rows, as the API shows them with `expand=true`."""

    users: dict[int, dict[str, Any]] = field(default_factory=dict)
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    articles: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    tags: dict[int, list[str]] = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    busy: int = 0  # so many requests it refuses before it answers again

    def user(self, pk: int, first: str, last: str, email: str, organization: str = "") -> None:
        self.users[pk] = {
            "id": pk, "login": email, "firstname": first, "lastname": last, "email": email,
            "organization": organization or None, "active": True,
        }  # fmt: skip

    def ticket(self, pk: int, title: str, *, state: int = 2, owner: int = 1, **more: Any) -> None:
        self.tickets[pk] = {
            "id": pk, "group_id": 1, "group": "Support", "priority_id": 2, "state_id": state,
            "state": STATES[state], "number": f"2026{pk:05}", "title": title, "owner_id": owner,
            "customer_id": 10, "close_at": None, "pending_time": None,
            "created_at": "2026-02-01T08:00:00.000Z", "updated_at": "2026-02-02T08:00:00.000Z",
            **more,
        }  # fmt: skip
        self.articles.setdefault(pk, [])

    def article(self, ticket: int, pk: int, body: str, *, by: int = 10, **more: Any) -> None:
        sender = more.pop("sender", "Customer" if by >= 10 else "Agent")
        writer = self.users[by]
        row = {
            "id": pk, "ticket_id": ticket, "from": f"{writer['firstname']} <{writer['email']}>",
            "to": "support@desk.example", "cc": "", "subject": self.tickets[ticket]["title"],
            "message_id": f"<{pk}@zammad.example>", "content_type": "text/html", "body": body,
            "internal": False, "type": "email", "sender": sender, "created_by_id": by,
            "origin_by_id": None, "attachments": [],
            "created_at": f"2026-02-01T{8 + pk % 10:02}:00:00.000Z", **more,
        }  # fmt: skip
        self.articles[ticket].append(row)

    def answer(self, path: str, asked: dict[str, str]) -> tuple[int, Any]:
        body: Any = None
        match path.removeprefix("/api/v1/").split("/"):
            case ["ticket_states"]:
                body = [
                    {"id": pk, "name": name, "state_type_id": TYPE_OF[pk]}
                    for pk, name in STATES.items()
                ]
            case ["tickets"]:
                size, page = int(asked["per_page"]), int(asked["page"])
                rows = [self.tickets[pk] for pk in sorted(self.tickets)]
                body = rows[size * (page - 1) : size * page]
            case ["users", pk]:
                body = self.users.get(int(pk))
            case ["ticket_articles", "by_ticket", pk]:
                body = self.articles[int(pk)]
            case ["tags"]:
                body = {"tags": self.tags.get(int(asked["o_id"]), [])}
            case ["links"]:
                parent = self.parents.get(int(asked["link_object_value"]))
                link = {"link_type": "parent", "link_object": "Ticket", "link_object_value": parent}
                body = {"links": [link] if parent else [], "assets": {}}
            case ["ticket_attachment", _ticket, _article, pk]:
                body = self.files[pk]
        return (404, {"error": "not found"}) if body is None else (200, body)


@contextmanager
def answering(zammad: Zammad) -> Iterator[str]:
    """Serve it on a free port of this machine as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            zammad.asked.append(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            status, body = zammad.answer(parts.path, asked)
            if self.headers["Authorization"] != f"Token token={TOKEN}":
                status, body = 401, {"error": "Invalid token"}
            elif zammad.busy:
                zammad.busy -= 1
                status, body = 503, {}
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
