"""The stand-in's rows as Zammad's REST API answers; `zammad_stand_in` names what was read."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.channels.moving.zammad_stand_in import Desk, Row

TOKEN = "a-token-of-an-agent-who-may-read-all"
TABLES = {  # the plain lists of the API, and the names that expand=true adds for their ids
    "users": {"organization": "organizations"},
    "organizations": {},
    "groups": {"email_address": "email_addresses"},
    "roles": {},
    "ticket_states": {"state_type": "ticket_state_types"},
    "ticket_priorities": {},
    "object_manager_attributes": {},
    "email_addresses": {},
    "tickets": {
        "group": "groups",
        "state": "ticket_states",
        "priority": "ticket_priorities",
        "owner": "users",
        "customer": "users",
        "organization": "organizations",
    },
}


class File(NamedTuple):
    content: bytes
    kind: str
    shown: str


class Api:
    """What each address answers; `None` is 404."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asked: list[str] = []
        self.refused: tuple[str, ...] = ()
        self.routes: list[tuple[str, Callable[..., Any]]] = [
            (r"users/me", lambda q: self.plain("users", self.desk.of("users", 3), q)),
            (rf"({'|'.join(TABLES)})", self.page),
            (rf"({'|'.join(TABLES)})/(\d+)", self.one),
            (r"ticket_articles/by_ticket/(\d+)", self.articles),
            (
                r"ticket_articles/(\d+)",
                lambda q, number: self.article(self.desk.of("ticket_articles", int(number))),
            ),
            (r"ticket_attachment/(\d+)/(\d+)/(\d+)", self.attachment),
            (r"ticket_article_plain/(\d+)", self.mail),
            (r"tags", self.tags),
            (r"links", self.links),
            (r"ticket_history/(\d+)", self.history),
            (
                r"mentions",
                lambda q: {"mentions": [self.json(row) for row in self.desk.tables["mentions"]]},
            ),
        ]

    def answer(self, url: str) -> Any:
        parts = urlsplit(url)
        self.asked.append(parts.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        for pattern, respond in self.routes:
            if found := re.fullmatch("/api/v1/" + pattern, parts.path):
                return respond(query, *found.groups())
        return None

    def json(self, row: Row) -> Row:
        def told(value: object) -> object:
            if isinstance(value, dt.datetime):
                return value.isoformat(timespec="milliseconds") + "Z"
            return value.isoformat() if isinstance(value, dt.date) else value

        return {key: told(value) for key, value in row.items()}

    def name(self, table: str, number: int | None) -> str | None:
        if number is None:
            return None
        row = self.desk.of(table, number)
        return row.get("name", row.get("login"))

    def plain(self, table: str, row: Row, query: dict[str, str]) -> Row:
        shown = self.json(row)
        if table == "object_manager_attributes":
            shown["object"] = self.name("object_lookups", row["object_lookup_id"])
        if table == "users":
            shown["role_ids"] = [
                r["role_id"] for r in self.desk.tables["roles_users"] if r["user_id"] == row["id"]
            ]
            shown["organization_ids"] = [
                r["organization_id"]
                for r in self.desk.tables["organizations_users"]
                if r["user_id"] == row["id"]
            ]
        if query.get("expand") == "true":
            shown |= {name: self.name(of, row[f"{name}_id"]) for name, of in TABLES[table].items()}
            if table == "users":
                shown["roles"] = [self.name("roles", number) for number in shown["role_ids"]]
        return shown

    def page(self, query: dict[str, str], table: str) -> list[Row]:
        """Tickets come a hundred at most, whatever one asks for; of all else any number."""
        limit = int(query.get("per_page", 500))
        limit = min(limit, 100) if table == "tickets" else limit
        start = (int(query.get("page", 1)) - 1) * limit
        return [
            self.plain(table, row, query) for row in self.desk.tables[table][start : start + limit]
        ]

    def one(self, query: dict[str, str], table: str, number: str) -> Row | None:
        try:
            return self.plain(table, self.desk.of(table, int(number)), query)
        except StopIteration:
            return None

    def stored(self, article: int, kind: str) -> list[Row]:
        kinds = [row["name"] for row in self.desk.tables["store_objects"]]
        number = kinds.index(kind) + 1
        return [
            row
            for row in self.desk.tables["stores"]
            if (row["store_object_id"], row["o_id"]) == (number, str(article))
        ]

    def articles(self, query: dict[str, str], ticket: str) -> list[Row]:
        rows = self.desk.tables["ticket_articles"]
        return [self.article(row) for row in rows if row["ticket_id"] == int(ticket)]

    def article(self, row: Row) -> Row:
        """Pictures within the words are no attachments: `Article.insert_urls` takes them out."""
        files = self.stored(row["id"], "Ticket::Article")
        shown = self.json(row) | {
            "type": self.name("ticket_article_types", row["type_id"]),
            "sender": self.name("ticket_article_senders", row["sender_id"]),
            "created_by": self.name("users", row["created_by_id"]),
        }
        for file in list(files):
            inside = "cid:" + str(file["preferences"].get("Content-ID", "-")).strip("<>")
            if row["content_type"] == "text/html" and inside in shown["body"]:
                address = f"/api/v1/ticket_attachment/{row['ticket_id']}/{row['id']}/{file['id']}"
                shown["body"] = shown["body"].replace(inside, address)
                files.remove(file)
        shown["attachments"] = [
            {key: file[key] for key in ("id", "filename", "size", "preferences")} for file in files
        ]
        return shown

    def content(self, store: Row) -> bytes:
        sha = self.desk.of("store_files", store["store_file_id"])["sha"]
        kept = {row["sha"]: row["data"] for row in self.desk.tables["store_provider_dbs"]}
        return kept[sha] if sha in kept else self.desk.on_disk[sha]

    def attachment(self, query: Row, ticket: str, article: str, number: str) -> File | None:
        """As `send_data` answers: the bytes, with their name and type in the headers."""
        files = self.stored(int(article), "Ticket::Article")
        if self.desk.of("ticket_articles", int(article))["ticket_id"] != int(ticket):
            return None
        found = next((row for row in files if row["id"] == int(number)), None)
        if found is None:
            return None
        says = found["preferences"]
        kind = says.get("Mime-Type") or says.get("Content-Type") or "application/octet-stream"
        name = quote(found["filename"])
        return File(self.content(found), kind, f"inline; filename=\"_\"; filename*=UTF-8''{name}")

    def mail(self, query: Row, article: str) -> File | None:
        mails = self.stored(int(article), "Ticket::Article::Mail")
        return File(self.content(mails[0]), "message/rfc822", "inline") if mails else None

    def tags(self, query: dict[str, str]) -> Row:
        kinds = {row["id"]: row["name"] for row in self.desk.tables["tag_objects"]}
        return {
            "tags": [
                self.name("tag_items", row["tag_item_id"])
                for row in self.desk.tables["tags"]
                if (kinds[row["tag_object_id"]], str(row["o_id"]))
                == (query["object"], query["o_id"])
            ]
        }

    def links(self, query: dict[str, str]) -> Row:
        """As Link.list: seen from a ticket, what it is the parent of is its `child`."""
        other, listed = {"normal": "normal", "parent": "child", "child": "parent"}, []
        for near, far in (("source", "target"), ("target", "source")):
            for row in self.desk.tables["links"]:
                kinds = {
                    side: self.name("link_objects", row[f"link_object_{side}_id"])
                    for side in (near, far)
                }
                if (kinds[near], str(row[f"link_object_{near}_value"])) != (
                    query["link_object"],
                    query["link_object_value"],
                ):
                    continue
                kind = str(self.name("link_types", row["link_type_id"]))
                listed.append(
                    {
                        "link_type": other[kind] if near == "source" else kind,
                        "link_object": kinds[far],
                        "link_object_value": row[f"link_object_{far}_value"],
                    }
                )
        return {"links": listed, "assets": {}}

    def history(self, query: dict[str, str], ticket: str) -> Row:
        return {
            "history": [
                {
                    "type": self.name("history_types", row["history_type_id"]),
                    "object": "Ticket",
                    "o_id": row["o_id"],
                    "id_to": row["id_to"],
                    "id_from": row["id_from"],
                    "created_by_id": row["created_by_id"],
                    "created_at": self.json(row)["created_at"],
                }
                for row in self.desk.tables["histories"]
                if row["o_id"] == int(ticket)
            ],
            "assets": {},
        }


class Server:
    """The API at an address of this machine, for as long as the block lasts."""

    def __init__(self, desk: Desk) -> None:
        api = self.api = Api(desk)

        class Asked(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.headers["Authorization"] != f"Token token={TOKEN}":
                    return self.told(401, {"error": "Invalid token!"})
                if self.path.split("?")[0].endswith(api.refused or ("/nothing",)):
                    return self.told(403, {"error": "Not authorized (user)!"})
                answer = api.answer(self.path)
                if answer is None:
                    return self.told(404, {"error": "No route matches [GET] " + self.path})
                return self.told(200, answer)

            def told(self, status: int, answer: Any) -> None:
                file = answer if isinstance(answer, File) else None
                raw = file.content if file else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", file.kind if file else "application/json")
                if file:
                    self.send_header("Content-Disposition", file.shown)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
                """Say nothing into the tests' output."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def __enter__(self) -> Server:
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.http.shutdown()
        self.http.server_close()
