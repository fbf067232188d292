"""What Zammad says in its own words, as conversations here.

The shapes are those of its documentation (https://docs.zammad.org/en/latest/api/ticket/index.html,
`articles.html`, `states.html`, `tags.html`, `links.html` beside it) and of its migrations
(`db/migrate/20120101000001_create_base.rb`, `..10_create_ticket.rb`, `..30_create_storage.rb`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from wingbeat.channels.mail.incoming import storable
from wingbeat.channels.moving.wording import parties_in, words_of
from wingbeat.channels.moving.zammad.telling import TRUE, OwnFields, Row, details_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import CameBy, MessageKind
from wingbeat.desk.conversations.words import Incoming, IncomingAttachment, Party
from wingbeat.desk.moving.shapes import Beside, OldConversation, OldMessage, OldPerson, Skipped

NOBODY = 1  # the user that Zammad calls "-": nobody's tickets are its own
# What the pages of its API show in place of a `cid:`.
PICTURE = re.compile(r"/api/v1/ticket_attachment/\d+/\d+/(\d+)[^\"'\s>]*")
_POSTMAN = re.compile(r"(?:mailer-daemon|postmaster)@")
OVER, LATER = {"closed"}, {"pending reminder", "pending action"}


class Shelf(Protocol):
    """Where rows of a Zammad come from. Relations are told by name, as with `?expand=true`."""

    def tickets(self) -> Iterator[Row]: ...
    def user(self, pk: int) -> Row | None: ...
    def articles(self, ticket: int) -> Sequence[Row]: ...
    def tags(self, ticket: int) -> Sequence[str]: ...
    def merged_into(self, ticket: int) -> int | None: ...
    def fields(self) -> Sequence[Row]: ...
    def organization(self, pk: int) -> Row | None: ...
    def followers(self, ticket: int) -> Sequence[int]: ...
    def checklist(self, ticket: Row) -> Row | None: ...
    def content(self, ticket: int, article: int, attachment: Row) -> bytes: ...


def conversations(
    shelf: Shelf, *, into: Inbox | None, groups: Mapping[str, str]
) -> Iterator[OldConversation | Skipped]:
    """Yield the tickets of a Zammad; `groups` says which inbox takes a group, by its address."""
    inboxes = {} if into else {inbox.address: inbox for inbox in Inbox.objects.all()}
    by_name = {inbox.name: inbox for inbox in inboxes.values()}
    own = OwnFields(shelf.fields())
    for ticket in shelf.tickets():
        group = str(ticket["group"])
        inbox = into or inboxes.get(groups.get(group, "").lower()) or by_name.get(group)
        if inbox is None:
            yield Skipped(ticket["number"], f"no inbox is named for its group {group}: use --group")
        elif ticket["state_type"] == "removed":
            yield Skipped(ticket["number"], "it was removed there")
        else:
            yield _Ticket(shelf, ticket, inbox, own).conversation()


class _Ticket:
    def __init__(self, shelf: Shelf, row: Row, inbox: Inbox, own: OwnFields) -> None:
        self._shelf, self._row, self._inbox, self._pk = shelf, row, inbox, int(row["id"])
        self._own = own

    def conversation(self) -> OldConversation | Skipped:
        row, kind = self._row, self._row["state_type"]
        target = self._shelf.merged_into(self._pk) if kind == "merged" else None
        if kind == "merged" and target is None:
            return Skipped(row["number"], "it was merged, and nothing says into which")
        owner = int(row["owner_id"] or NOBODY)
        ended = row.get("last_close_at") or row.get("close_at") or row["updated_at"]
        return OldConversation(
            ref=str(self._pk),
            inbox=self._inbox,
            customer=self._person(row["customer_id"]),
            subject=storable(row["title"] or ""),
            opened_at=time_of(row["created_at"]),
            load=self._messages,
            mark=str(row["updated_at"]),
            number=str(row["number"]),
            ended_at=time_of(ended) if kind in OVER else None,
            owner=None if owner == NOBODY else self._person(owner),
            beside=Beside if target else self._beside,
            wakes_at=time_of(row["pending_time"])
            if kind in LATER and row.get("pending_time")
            else None,
            merged_into=str(target or ""),
            ends=_ends(row),
        )

    def _beside(self) -> Beside:
        tags = tuple(self._shelf.tags(self._pk))
        return Beside(
            tags=tags,
            told=self._own.told("Ticket", self._row),
            followers=tuple(map(self._person, self._shelf.followers(self._pk))),
            is_spam="spam" in {tag.lower() for tag in tags},  # it has no state for it
        )

    def _person(self, pk: Any) -> OldPerson:
        row = self._shelf.user(int(pk)) or {}
        name = f"{row.get('firstname') or ''} {row.get('lastname') or ''}".strip()
        email = storable(row.get("email") or "").strip().lower()
        whole = (
            self._shelf.organization(row["organization_id"])
            if self._own.of_organizations(row)
            else None
        )
        return OldPerson(
            ref=str(pk),
            name=storable(name or ("" if email else row.get("login") or "")),
            email=email,
            organization=storable(row.get("organization") or ""),
            details=details_of(row),
            told=self._own.told("User", row),
            organization_told=self._own.told("Organization", whole or {}),
        )

    def _messages(self) -> list[OldMessage]:
        said = [self._message(row) for row in self._shelf.articles(self._pk)]
        checklist = self._shelf.checklist(self._row)
        return [*said, self._listed(checklist)] if checklist else said

    def _listed(self, row: Row) -> OldMessage:
        """Return a checklist as a note: what was to be done, and what of it is."""
        done = [f"{'☑' if one['checked'] in TRUE else '☐'} {one['text']}" for one in row["items"]]
        words = words_of("\n".join(filter(None, [row["name"], *done])), is_html=False)
        by = self._person(row["created_by_id"])
        said = Incoming(
            sender={"name": by.name, "address": by.email},
            at=time_of(row["created_at"]),
            subject="",
            html=words.html,
            text=words.text,
            text_new=words.text_new,
        )
        return OldMessage(f"checklist {row['id']}", MessageKind.NOTE, said, by)

    def _message(self, row: Row) -> OldMessage:
        by = self._person(row.get("origin_by_id") or row["created_by_id"])
        is_theirs = row["sender"] == "Customer"
        is_note = row["internal"] or row["type"] == "note"
        kind = (
            MessageKind.CUSTOMER if is_theirs
            else MessageKind.NOTE if is_note else MessageKind.AGENT
        )  # fmt: skip
        files = self._files(row)
        body = PICTURE.sub(lambda found: f"cid:{found[1]}", row["body"] or "")
        words = words_of(body, is_html=row["content_type"] == "text/html")
        said = Incoming(
            sender=self._sender(row, by),
            at=time_of(row["created_at"]),
            subject=storable(row.get("subject") or ""),
            html=words.html,
            text=words.text,
            text_new=words.text_new,
            to=parties_in(row.get("to") or ""),
            cc=parties_in(row.get("cc") or ""),
            attachments=files,
            automatic="" if is_note else _automatic(row),
            message_id=storable(row.get("message_id") or "").strip().strip("<>"),
            came_by=CameBy.PHONE if row["type"] == "phone" else "",
        )
        return OldMessage(str(row["id"]), kind, said, None if row["sender"] == "System" else by)

    def _sender(self, row: Row, by: OldPerson) -> Party:
        written = parties_in(row.get("from") or "") if row["type"] == "email" else ()
        customer = self._person(self._row["customer_id"]) if not by.email else by
        return written[0] if written else {"name": customer.name, "address": customer.email}

    def _files(self, row: Row) -> tuple[IncomingAttachment, ...]:
        """Return an article's files; the page it was made of is the body, and no file."""
        files, body = [], row["body"] or ""
        for one in row.get("attachments") or ():
            says = one.get("preferences") or {}
            if says.get("content-alternative") in TRUE:
                continue
            own, pk = str(says.get("Content-ID") or "").strip("<>"), str(one["id"])
            is_pictured = pk in PICTURE.findall(body)
            files.append(
                IncomingAttachment(
                    name=storable(one["filename"]),
                    type=str(says.get("Mime-Type") or says.get("Content-Type") or "").split(";")[0]
                    or "application/octet-stream",
                    content=self._shelf.content(self._pk, int(row["id"]), one),
                    is_inline=is_pictured or bool(own and f"cid:{own}" in body),
                    content_id=pk if is_pictured else own,
                )
            )
        return tuple(files)


def _automatic(row: Row) -> str:
    """Say what kind of machine wrote an article, if one did; Zammad notes it as a mail comes."""
    says = row.get("preferences")
    robot = isinstance(says, Mapping) and says.get("is-auto-response") in TRUE
    if not robot:
        return "reply" if row["sender"] == "System" else ""
    writers = parties_in(row.get("from") or "")
    return "bounce" if any(_POSTMAN.match(one["address"]) for one in writers) else "reply"


def _ends(row: Row) -> tuple[datetime, ...]:
    """Return the first and the latest time at which a ticket was closed: it keeps no others."""
    told = {time_of(row[one]) for one in ("close_at", "last_close_at") if row.get(one)}
    return tuple(sorted(told))


def time_of(value: str | datetime) -> datetime:
    """Return a time as Zammad writes it; its database keeps UTC without saying so."""
    told = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
