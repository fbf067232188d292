"""The rows together, and the acts by which they change as Zammad's own acts change them."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from tests.channels.moving.zammad_stand_in import people, seeds
from tests.channels.moving.zammad_stand_in.rows import TYPES, Row, Tables, stamped


class Desk:
    """The rows, put together by acts that do what Zammad's own do."""

    def __init__(self) -> None:
        self.on_disk: dict[str, bytes] = {}
        self.tables: Tables = people.tables() | seeds.tables()

    def add(self, table: str, *, by: int = 1, at: dt.datetime | None = None, **columns: Any) -> int:
        rows = self.tables[table]
        number: int = columns.pop("id", 0) or max((row["id"] for row in rows), default=0) + 1
        rows.append(stamped({"id": number, **columns}, by=by, at=at))
        return number

    def of(self, table: str, number: int) -> Row:
        return next(row for row in self.tables[table] if row["id"] == number)

    def ticket(
        self,
        title: str,
        *,
        at: dt.datetime,
        customer: int = 6,
        group: int = 2,
        state: int = 2,
        owner: int = 1,
        **more: Any,
    ) -> int:
        number = len(self.tables["tickets"]) + 1
        blank = dict.fromkeys(
            "serial_number affected_area symptoms under_warranty delivered_on pending_time "
            "close_at last_close_at last_contact_at escalation_at checklist_id note type".split()
        )
        return self.add(
            "tickets",
            by=customer,
            at=at,
            group_id=group,
            priority_id=2,
            state_id=state,
            number=f"22{number:03}",
            organization_id=self.of("users", customer)["organization_id"],
            title=title,
            owner_id=owner,
            customer_id=customer,
            article_count=0,
            preferences={},
            **(blank | more),
        )

    def article(
        self,
        ticket: int,
        body: str,
        *,
        at: dt.datetime,
        by: int,
        kind: str = "email",
        sender: str = "Customer",
        **more: Any,
    ) -> int:
        columns = {
            "from": "",
            "to": "",
            "cc": "",
            "subject": None,
            "reply_to": None,
            "message_id": None,
            "in_reply_to": None,
            "content_type": "text/plain",
            "internal": False,
            "origin_by_id": None,
            "preferences": {},
            "detected_language": None,
        } | more
        columns["message_id_md5"] = hashlib.md5((columns["message_id"] or "").encode()).hexdigest()
        number = self.add(
            "ticket_articles",
            by=by,
            at=at,
            ticket_id=ticket,
            body=body,
            type_id=TYPES.index(kind) + 1,
            sender_id=["Agent", "Customer", "System"].index(sender) + 1,
            **columns,
        )
        owner = self.of("tickets", ticket)
        owner["article_count"] += 1
        owner["updated_at"] = max(owner["updated_at"], at)
        if kind == "email":
            raw = f"Message-ID: {columns['message_id']}\r\n\r\n{body}".encode()
            self.file(
                number,
                raw,
                f"ticket-{owner['number']}-{number}.eml",
                kind="Ticket::Article::Mail",
                preferences={},
            )
        return number

    def file(
        self,
        article: int | str,
        content: bytes,
        name: str,
        *,
        kind: str = "Ticket::Article",
        provider: str = "DB",
        preferences: Row,
    ) -> int:
        """The same bytes are kept once, whatever they hang on."""
        sha = hashlib.sha256(content).hexdigest()
        kept = next((row["id"] for row in self.tables["store_files"] if row["sha"] == sha), None)
        if kept is None:
            kept = self.add("store_files", sha=sha, provider=provider)
            if provider == "File":
                self.on_disk[sha] = content
            if provider == "DB":
                self.add("store_provider_dbs", sha=sha, data=content)
        kinds = [row["name"] for row in self.tables["store_objects"]]
        return self.add(
            "stores",
            store_object_id=kinds.index(kind) + 1,
            store_file_id=kept,
            o_id=str(article),
            size=str(len(content)),
            filename=name,
            preferences=preferences,
        )

    def tag(self, number: int, *names: str, kind: int = 2) -> None:
        for name in names:
            known = {row["name"]: row["id"] for row in self.tables["tag_items"]}
            item = known.get(name) or self.add("tag_items", name=name, name_downcase=name.lower())
            self.add("tags", tag_item_id=item, tag_object_id=kind, o_id=number)

    def link(self, source: int, target: int, kind: int, *, source_object: int = 2) -> None:
        self.add(
            "links",
            link_type_id=kind,
            link_object_source_id=source_object,
            link_object_source_value=source,
            link_object_target_id=2,
            link_object_target_value=target,
        )

    def merge(self, source: int, target: int, *, at: dt.datetime, by: int = 3) -> None:
        """As Ticket#merge_to does: articles and links move; a note, a link and history tell it."""
        for row in self.tables["ticket_articles"]:
            row["ticket_id"] = target if row["ticket_id"] == source else row["ticket_id"]
        for row in self.tables["links"]:
            for side in ("source", "target"):
                if (row[f"link_object_{side}_id"], row[f"link_object_{side}_value"]) == (2, source):
                    row[f"link_object_{side}_value"] = target
        for kind, ticket in ((4, target), (3, source)):
            self.add(
                "histories", by=by, at=at, history_type_id=kind, history_object_id=1, o_id=ticket,
                id_to=target, id_from=source,
            )  # fmt: skip
        self.article(source, "merged", at=at, by=by, kind="note", sender="Agent")
        self.link(target, source, 2)
        self.of("tickets", source).update(state_id=5, owner_id=1, updated_at=at)
        self.of("tickets", target)["updated_at"] = at
