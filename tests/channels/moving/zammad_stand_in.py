"""A small desk as Zammad keeps it, written from its public sources before the loader was read.

Read for it, in zammad/zammad: `db/migrate/20120101000001_create_base.rb`, `..._create_ticket.rb`,
`db/seeds/ticket_*.rb`, `app/models/{ticket,ticket/article,link,store}.rb`, `checklist.rb`,
`store/provider/file.rb`, `concerns/has_history.rb`, the controllers of tickets and articles, and
`spec/requests/ticket/article_attachments_spec.rb`. In zammad/zammad-documentation: `api/intro.rst`,
`api/ticket/*.rst`, `api/user.rst`, `api/organization.rst`, `api/group.rst`, `api/object.rst`.

One set of rows, three shapes: `as_csv` (what COPY writes), `as_json`, and `zammad_stand_in_api`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Row: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, list[Row]]

BERLIN_CHRISTMAS = dt.datetime(2026, 12, 24, 7, 0)  # noqa: DTZ001 - Zammad stores UTC without saying so
PDF = b"%PDF-1.4\n" + b"a bill\n" * 40
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
LOG = "22 Störungen\n".encode() * 9000
STATE_TYPES = (
    "new|open|pending reminder|pending action|closed|merged|removed|pending review|delegated"
).split("|")
TYPES = (
    "email|sms|chat|fax|phone|twitter status|twitter direct-message|facebook feed post"
    "|facebook feed comment|note|web|telegram personal-message|facebook direct-message"
    "|whatsapp message"
).split("|")
# What an administrator adds under Objects: a column each, named in object_manager_attributes.
CUSTOM = {
    "Ticket": {
        "serial_number": ("Serial number", "input"),
        "affected_area": ("Affected area", "tree_select"),
        "symptoms": ("Symptoms", "multiselect"),
        "under_warranty": ("Under warranty", "boolean"),
        "delivered_on": ("Delivered on", "date"),
    },
    "User": {"customer_no": ("Customer number", "input")},
    "Organization": {"contract": ("Contract", "select")},
}


def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Of March 2026, in UTC and without a zone, as Rails writes it."""
    return dt.datetime(2026, 3, day, hour, minute, 0, 123000)  # noqa: DTZ001


def stamped(row: Row, *, by: int = 1, at: dt.datetime | None = None) -> Row:
    at = at or moment(1, 8)
    return {"created_by_id": by, "updated_by_id": by, "created_at": at, "updated_at": at} | row


def named(names: list[str], **more: Any) -> list[Row]:
    return [
        stamped({"id": number, "name": name, "note": None, "active": True, **more})
        for number, name in enumerate(names, 1)
    ]


def people() -> list[Row]:
    """Whoever is no agent is a customer; the first is the system, whose `-` stands for nobody."""

    def user(number: int, name: str, email: str, *, org: int | None = None, **more: Any) -> Row:
        first, _, last = name.partition(" ")
        row = {
            "id": number,
            "organization_id": org,
            "login": email or f"auto-16958{number}",
            "email": email,
            "firstname": first,
            "lastname": last,
            "phone": "",
            "mobile": "",
            "web": "",
            "note": "",
            "vip": False,
            "active": True,
            "verified": False,
            "customer_no": None,
            "out_of_office": False,
            "preferences": {"locale": "de-de"},
        }
        return stamped(row | more)

    return [
        user(1, "-", "", login="-", active=False, preferences={}),
        user(2, "Nicole Braun", "nicole.braun@zammad.org", org=1),
        user(3, "Anna Berg", "anna.berg@oldshop.example"),
        user(4, "Ben Rask", "ben.rask@oldshop.example", active=False),
        user(5, "Otto Alt", "", phone="+49 30 5551234"),
        user(6, "Nora Lind", "nora.lind@example.org", org=2, customer_no="K-100", vip=True),
        user(7, "", "mailer-daemon@mx.example.net"),
        user(8, "Jürgen Groß, Dr.", "juergen.gross@example.org", org=2, note="prefers <b>mail</b>"),
        user(9, "", "", login="+49301112223", mobile="+49301112223"),
    ]


class Desk:
    """The rows, put together by acts that do what Zammad's own do."""

    def __init__(self) -> None:
        self.on_disk: dict[str, bytes] = {}
        self.tables: Tables = {
            "users": people(),
            "roles": named(["Admin", "Agent", "Customer"]),
            "roles_users": [
                {"user_id": u, "role_id": r}
                for u, r in ((2, 3), (3, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 3), (8, 3), (9, 3))
            ],
            "organizations": [
                stamped(
                    {
                        "id": 1,
                        "name": "Zammad Foundation",
                        "shared": True,
                        "domain": "",
                        "domain_assignment": False,
                        "active": True,
                        "note": "",
                        "contract": None,
                    }
                ),
                stamped(
                    {
                        "id": 2,
                        "name": "Lind & Söhne",
                        "shared": True,
                        "domain": "example.org",
                        "active": True,
                        "domain_assignment": True,
                        "note": "",
                        "contract": "gold",
                    }
                ),
            ],
            "organizations_users": [{"user_id": 6, "organization_id": 1}],
            "email_addresses": [
                stamped(
                    {
                        "id": 1,
                        "channel_id": 1,
                        "name": "Oldshop Service",
                        "active": True,
                        "email": "service@oldshop.example",
                        "note": None,
                        "preferences": {},
                    }
                )
            ],
            "groups": [
                stamped(
                    {
                        "id": number,
                        "name": name,
                        "name_last": name.rpartition("::")[2],
                        "parent_id": parent,
                        "signature_id": None,
                        "email_address_id": 1,
                        "assignment_timeout": None,
                        "active": active,
                        "follow_up_possible": "yes",
                        "follow_up_assignment": True,
                        "note": None,
                    }
                )
                for number, name, parent, active in (
                    (1, "Users", None, True),
                    (2, "Service", None, True),
                    (3, "Service::Pumps", 2, True),
                    (4, "Archive", None, False),
                )
            ],
            "ticket_state_types": named(list(STATE_TYPES)),
            "ticket_states": [
                stamped(
                    {
                        "id": number,
                        "name": name,
                        "state_type_id": kind,
                        "next_state_id": after,
                        "active": kind != 7,
                        "ignore_escalation": kind > 2,
                        "default_create": number == 1,
                        "default_close": number == 4,
                        "default_follow_up": number == 2,
                        "note": None,
                    }
                )
                for number, name, kind, after in (
                    (1, "new", 1, None),
                    (2, "open", 2, None),
                    (3, "pending reminder", 3, None),
                    (4, "closed", 5, None),
                    (5, "merged", 6, None),
                    (6, "removed", 7, None),
                    (7, "pending close", 4, 4),
                    (8, "waiting for the supplier", 3, None),
                    (9, "Erledigt (Lager)", 5, None),
                )
            ],
            "ticket_priorities": named(["1 low", "2 normal", "3 high"]),
            "ticket_article_types": named(TYPES),
            "ticket_article_senders": named(["Agent", "Customer", "System"]),
            "tag_objects": [
                {"id": 1, "name": "KnowledgeBase::Answer::Translation"},
                {"id": 2, "name": "Ticket"},
            ],
            "link_types": named(["normal", "parent", "child"]),
            "link_objects": named(["KnowledgeBase::Answer::Translation", "Ticket"]),
            "store_objects": named(["UploadCache", "Ticket::Article", "Ticket::Article::Mail"]),
            "history_types": named(["created", "updated", "merged_into", "received_merge"]),
            "history_objects": named(["Ticket", "Ticket::Article"]),
            "object_lookups": named(list(CUSTOM)),
            "object_manager_attributes": [],
        }
        for name in (
            "tickets ticket_articles tags tag_items links stores store_files "
            "store_provider_dbs histories mentions checklists checklist_items "
            "ticket_time_accountings ticket_article_flags"
        ).split():
            self.tables[name] = []
        for lookup, attributes in enumerate(CUSTOM.values(), 1):
            for name, (display, kind) in attributes.items():
                self.add(
                    "object_manager_attributes",
                    object_lookup_id=lookup,
                    name=name,
                    display=display,
                    data_type=kind,
                    editable=True,
                    active=True,
                    position=100,
                )

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
        self.add(
            "histories",
            by=by,
            at=at,
            history_type_id=4,
            history_object_id=1,
            o_id=target,
            id_to=target,
            id_from=source,
        )
        self.add(
            "histories",
            by=by,
            at=at,
            history_type_id=3,
            history_object_id=1,
            o_id=source,
            id_to=target,
            id_from=source,
        )
        self.article(source, "merged", at=at, by=by, kind="note", sender="Agent")
        self.link(target, source, 2)
        self.of("tickets", source).update(state_id=5, owner_id=1, updated_at=at)
        self.of("tickets", target)["updated_at"] = at


def desk() -> Desk:  # noqa: PLR0915 - sixteen tickets, one after the other, each for one thing that real desks hold
    d = Desk()
    ours, nora, anna = (
        '"Oldshop Service" <service@oldshop.example>',
        "Nora Lind <nora.lind@example.org>",
        3,
    )
    via = "Anna Berg via Oldshop Service <service@oldshop.example>"
    one = d.ticket("Welcome to Zammad!", at=moment(1, 8), customer=2, group=1, state=1)
    d.article(
        one,
        "Welcome!",
        at=moment(1, 8),
        by=2,
        kind="phone",
        **{"from": "Zammad Feedback <feedback@zammad.org>"},
    )

    two = d.ticket(
        "Pump drips",
        at=moment(2, 9),
        owner=anna,
        serial_number="P-7/0815",
        affected_area="Pumps::Indoor",
        symptoms=["drips", "loud, at night"],
        under_warranty=True,
        delivered_on=dt.date(2026, 2, 14),
    )
    first = d.article(
        two,
        'It <b>drips</b>.<br><img src="cid:photo@nora" style="width:1px;"><script>x()</script>',
        at=moment(2, 9),
        by=6,
        content_type="text/html",
        message_id="<one@mail.example.org>",
        subject="Pump drips",
        to='"Groß, Dr. Jürgen" <juergen.gross@example.org>, service@oldshop.example',
        **{"from": nora},
    )
    d.file(
        first,
        PNG,
        "photo.png",
        preferences={
            "Content-Type": "image/png",
            "Mime-Type": "image/png",
            "Content-ID": "<photo@nora>",
            "Content-Disposition": "inline",
        },
    )
    d.file(
        first,
        PDF,
        "Rechnung Nr. 5 ä.pdf",
        provider="File",
        preferences={"Mime-Type": "application/pdf"},
    )
    d.file(
        first,
        b"<p>It drips.</p>",
        "message.html",
        preferences={
            "content-alternative": True,
            "original-format": True,
            "Mime-Type": "text/html",
        },
    )
    d.article(
        two,
        "We have your mail, [Ticket#22002].",
        at=moment(2, 9, 1),
        by=1,
        sender="System",
        to=nora,
        subject="Re",
        message_id="<20260302090100.2.a@tickets.oldshop.example>",
        **{"from": ours},
    )
    d.article(
        two,
        '<a href="/#user/profile/4" data-mention-user-id="4" rel="nofollow">Ben Rask</a> known?',
        at=moment(2, 10),
        by=anna,
        kind="note",
        sender="Agent",
        internal=True,
        content_type="text/html",
        **{"from": "Anna Berg"},
    )
    d.add("mentions", by=3, mentionable_type="Ticket", mentionable_id=two, user_id=4)
    d.add("mentions", by=3, mentionable_type="Ticket", mentionable_id=two, user_id=3)
    reply = d.article(
        two,
        'Please turn the valve.<div data-signature="true" data-signature-id="1">Anna</div>',
        at=moment(2, 11),
        by=anna,
        sender="Agent",
        content_type="text/html",
        to=nora,
        cc="juergen.gross@example.org",
        subject="RE: Pump drips [Ticket#22002]",
        message_id="<20260302110000.2.b@tickets.oldshop.example>",
        in_reply_to="<one@mail.example.org>",
        **{"from": via},
    )
    d.file(reply, PDF, "Rechnung.pdf", preferences={"Content-Type": "application/pdf"})
    d.article(
        two,
        "It still drips.",
        at=moment(3, 9),
        by=6,
        message_id="<two@mail.example.org>",
        to=ours,
        in_reply_to="<20260302110000.2.b@tickets.oldshop.example>",
        subject="Re: Pump drips",
        **{"from": nora},
    )
    d.tag(two, "pump", "Gewährleistung, alt")
    d.tag(two, "only of a knowledge base answer", kind=1)
    d.of("tickets", two)["checklist_id"] = 1
    d.add(
        "checklists",
        by=anna,
        at=moment(2, 12),
        name="Before we send one",
        sorted_item_ids=["2", "1"],
    )
    d.add("checklist_items", checklist_id=1, text="Ask for the bill", checked=True, ticket_id=None)
    d.add(
        "checklist_items", checklist_id=1, text="Look at the photo", checked=False, ticket_id=None
    )
    d.add(
        "ticket_time_accountings",
        ticket_id=two,
        ticket_article_id=reply,
        time_unit="12.50",
        type_id=None,
    )
    d.add("ticket_article_flags", ticket_article_id=reply, key="seen", value="true")

    three = d.ticket(
        "Wait for Christmas", at=moment(3, 8), state=3, owner=4, pending_time=BERLIN_CHRISTMAS
    )
    d.article(
        three,
        "Deliver it on Christmas.",
        at=moment(3, 8),
        by=6,
        message_id="three@mail.example.org",
        **{"from": nora},
    )

    early = d.ticket("Pump again", at=moment(4, 8))
    d.article(
        early,
        "Once more",
        at=moment(4, 8),
        by=6,
        message_id="<four@mail.example.org>",
        **{"from": nora},
    )
    middle = d.ticket("Pump a third time", at=moment(4, 9))
    d.article(
        middle,
        "And again",
        at=moment(4, 9),
        by=6,
        message_id="<five@mail.example.org>",
        **{"from": nora},
    )
    whole = d.ticket(
        "Pump, all of it",
        at=moment(4, 10),
        state=4,
        close_at=moment(5, 12),
        last_close_at=moment(5, 12),
    )
    d.article(
        whole,
        "Everything",
        at=moment(4, 10),
        by=6,
        message_id="<six@mail.example.org>",
        **{"from": nora},
    )
    d.article(
        whole,
        "Done, Nora.",
        at=moment(5, 11),
        by=anna,
        sender="Agent",
        to=nora,
        **{"from": via},
        message_id="<20260305110000.6.c@tickets.oldshop.example>",
    )
    d.link(two, early, 2)  # a parent by hand, not by a merge
    d.merge(early, middle, at=moment(4, 12))
    d.merge(middle, whole, at=moment(4, 13))

    phone = d.ticket("Otto called", at=moment(6, 8), customer=5)
    d.article(
        phone,
        "He asks for a new bill.",
        at=moment(6, 8),
        by=anna,
        kind="phone",
        origin_by_id=5,
        **{"from": "Otto Alt"},
    )
    d.article(
        phone,
        "Called back, all is well.",
        at=moment(6, 9),
        by=anna,
        kind="phone",
        sender="Agent",
        to="Otto Alt",
        **{"from": "Anna Berg"},
    )

    gone = d.ticket("Removed", at=moment(6, 10), state=6)
    d.article(gone, "Spam", at=moment(6, 10), by=6, **{"from": nora})
    closing = d.ticket(
        "Closes by itself", at=moment(7, 8), state=7, owner=anna, pending_time=moment(20, 8)
    )
    d.article(
        closing,
        "Thank you!",
        at=moment(7, 8),
        by=6,
        message_id="<nine@mail.example.org>",
        **{"from": nora},
    )
    supplier = d.ticket("Own state, no time", at=moment(7, 9), state=8, customer=8, group=3)
    d.article(
        supplier,
        "Where is my part?",
        at=moment(7, 9),
        by=8,
        message_id="<ten@mail.example.org>",
        **{"from": '"Groß, Dr. Jürgen" <Juergen.Gross@example.org>'},
    )
    stock = d.ticket("Own closed state", at=moment(7, 10), state=9, group=4)
    d.article(stock, "In stock?", at=moment(7, 10), by=6, kind="web", **{"from": nora})
    out = d.ticket("We wrote first", at=moment(8, 8), owner=anna)
    d.article(
        out,
        "<p>Your order left.</p>",
        at=moment(8, 8),
        by=anna,
        sender="Agent",
        to=nora,
        content_type="text/html",
        message_id="<20260308080000.12.d@tickets.oldshop.example>",
        **{"from": via},
    )
    text = d.ticket("sms", at=moment(8, 9), customer=9, state=1)
    d.article(
        text, "Ruf an", at=moment(8, 9), by=9, kind="sms", to="+4930999", **{"from": "+49301112223"}
    )
    bounce = d.ticket("Undelivered Mail Returned to Sender", at=moment(8, 10), customer=7, state=1)
    d.article(
        bounce,
        "550 no such user",
        at=moment(8, 10),
        by=7,
        message_id="<b@mx.example.net>",
        preferences={"send-auto-response": False, "is-auto-response": True},
        **{"from": "Mail Delivery System <MAILER-DAEMON@mx.example.net>"},
    )
    bare = d.ticket("-", at=moment(8, 11), state=1)
    words = d.article(
        bare, "", at=moment(8, 11), by=6, message_id="<bare@mail.example.org>", **{"from": nora}
    )
    d.file(words, LOG, "störung.log", provider="File", preferences={"Mime-Type": "text/plain"})
    d.file("8d2c6e1e-form", b"half an upload", "lost.txt", kind="UploadCache", preferences={})
    d.ticket("No article at all", at=moment(8, 12), state=1)
    d.link(out, phone, 1)
    d.link(2, out, 1, source_object=1)
    return d


def as_csv(folder: Path, tables: Tables) -> None:
    """As `COPY ... TO ... CSV HEADER` does: nothing for NULL, two quotes for an empty text."""

    def told(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, dict):
            return quoted(as_yaml(value))
        text = sql(value)
        return quoted(text) if text == "" or re.search(r'[",\n\r\\{}]', text) else text

    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        if rows:
            lines = [
                ",".join(rows[0]),
                *(",".join(told(row[column]) for column in rows[0]) for row in rows),
            ]
            (folder / f"{name}.csv").write_text(
                "\n".join(lines) + "\n", encoding="utf-8", newline=""
            )


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def sql(value: object) -> str:
    """A value as PostgreSQL writes it into a text."""
    match value:
        case bool():
            return "t" if value else "f"
        case bytes():
            return "\\x" + value.hex()
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case list():
            return (
                "{"
                + ",".join(f'"{item}"' if re.search(r"[ ,]", item) else item for item in value)
                + "}"
            )
    return str(value)


def as_yaml(preferences: Row) -> str:
    lines = [
        f"{key}: {'true' if value is True else 'false' if value is False else json.dumps(value)}"
        for key, value in preferences.items()
    ]
    return "\n".join(["--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess", *lines, ""])


def as_json(folder: Path, tables: Tables) -> None:
    """As `SELECT json_agg(t) FROM table t` writes it."""

    def told(value: object) -> object:
        if isinstance(value, dt.datetime):
            return value.isoformat(timespec="milliseconds")
        if isinstance(value, dict):
            return as_yaml(value)
        return sql(value) if isinstance(value, bytes | dt.date) else value

    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        text = json.dumps([{key: told(value) for key, value in row.items()} for row in rows])
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def put_files(folder: Path, desk: Desk) -> None:
    """As Store::Provider::File: the hash, cut into 4, 4, 5, 5, 7 and 7 letters and the rest."""
    for sha, content in desk.on_disk.items():
        at, rest = folder, sha
        for length in (4, 4, 5, 5, 7, 7):
            at, rest = at / rest[:length], rest[length:]
        at.mkdir(parents=True, exist_ok=True)
        (at / rest).write_bytes(content)
