"""A Zammad comes in through its API and out of its tables alike: words, people, states, numbers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.channels.mail.letters import answer, conversation_of, mail, taken_in
from tests.channels.moving.standin import TOKEN, Zammad, answering
from wingbeat.channels.mail.models import Judgement
from wingbeat.channels.moving import running
from wingbeat.channels.moving.zammad import api, reading, tables
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.moving.models import OldNumber
from wingbeat.desk.moving.shapes import Tally

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.support(cast.ada())
    monkeypatch.setattr(api, "PATIENCE", (0.0, 0.0))


@pytest.fixture
def zammad() -> Zammad:
    """Nora's two tickets, one merged into the other; one closed; one removed."""
    zammad = Zammad()
    zammad.user(2, "Ada", "Fields", "ada@desk.example")
    zammad.user(3, "Gone", "Girl", "gone@desk.example")
    zammad.user(10, "Nora", "Lind", "nora@customers.example", "Lind Ltd")
    zammad.ticket(21, "Lamp L-17", owner=2)
    zammad.article(21, 1, "My lamp is <b>dark</b>.")
    picture = '<p>Like this: <img src="/api/v1/ticket_attachment/21/2/77?view=inline"></p>'
    files = [
        {"id": 77, "filename": "lamp.png", "preferences": {"Content-Type": "image/png"}},
        {"id": 78, "filename": "manual.pdf", "preferences": {"Mime-Type": "application/pdf"}},
        {"id": 79, "filename": "message.html", "preferences": {"content-alternative": True}},
    ]
    to = "nora@customers.example"
    zammad.article(21, 2, picture, by=2, to=to, attachments=files, subject="A broken lamp")
    zammad.article(21, 3, "Ask the supplier", by=3, internal=True, type="note", message_id=None)
    zammad.article(21, 4, "And now?")
    zammad.files = {"77": b"png", "78": b"pdf"}
    zammad.tags[21] = ["Lamps"]
    zammad.ticket(22, "Lamp again", state=5, customer_id=10)
    zammad.parents[22] = 21
    zammad.ticket(23, "Invoice", state=4, owner=3, close_at="2026-02-03T08:00:00.000Z")
    zammad.article(23, 5, "Where is my invoice?")
    zammad.ticket(24, "Removed", state=6)
    return zammad


@pytest.fixture
def address(zammad: Zammad) -> Iterator[str]:
    with answering(zammad) as address:
        yield address


def moved_in(address: str, *, is_trial: bool = False, token: str = TOKEN) -> Tally:
    at = cast.after(days=1)
    shelf = api.Api(address, token)
    try:
        rows = reading.conversations(shelf, into=None, groups={})
        desk = running.old_desk("zammad", at=at, is_trial=is_trial)
        return running.move_in(desk, rows, at=at, is_trial=is_trial, reached=shelf.reached)
    finally:
        shelf.close()


def the_whole_of_it() -> None:
    lamp = Conversation.objects.get(subject="Lamp L-17")
    assert lamp.opened_at == datetime(2026, 2, 1, 8, tzinfo=UTC)
    assert (lamp.state, lamp.assignee) == (State.US, cast.ada())
    assert (lamp.customer.name, str(lamp.customer.organization)) == ("Nora Lind", "Lind Ltd")
    said = list(lamp.messages.order_by("at").select_related("words", "agent"))
    assert [one.kind for one in said] == ["customer", "agent", "note", "customer"]
    assert said[0].words.html == "My lamp is <b>dark</b>."
    assert said[1].agent == cast.ada()
    assert said[2].agent is not None
    assert (said[2].agent.name, said[2].agent.is_active) == ("Gone Girl", False)
    picture, manual = said[1].attachments.order_by("name")
    assert (picture.content(), picture.is_inline) == (b"png", True)
    assert f'src="/attachments/{picture.token}/"' in said[1].words.html
    assert (manual.content(), manual.type, manual.is_inline) == (b"pdf", "application/pdf", False)
    assert [tagging.tag.name for tagging in lamp.taggings.all()] == ["lamps"]
    invoice = Conversation.objects.get(subject="Invoice")
    assert (invoice.state, invoice.endings.get().by.name) == (State.ENDED, "Gone Girl")
    numbers = dict(OldNumber.objects.values_list("number", "conversation__subject"))
    assert numbers == {
        "202600021": "Lamp L-17", "202600022": "Lamp L-17", "202600023": "Invoice",
    }  # fmt: skip


def test_all_of_it_comes_in_by_the_api(address: str) -> None:
    tally = moved_in(address)
    the_whole_of_it()
    assert {name: count for name, count in tally.counts.items() if count} == {
        "new": 2, "merged": 1, "messages": 5, "files": 2, "customers": 1, "agents": 1,
    }  # fmt: skip
    assert [(one.ref, one.why) for one in tally.skipped] == [("202600024", "it was removed there")]


def test_a_second_look_reads_only_what_has_changed(address: str, zammad: Zammad) -> None:
    moved_in(address)
    zammad.asked.clear()
    zammad.article(23, 6, "Hello?")
    zammad.tickets[23] |= {"state": "open", "state_id": 2, "updated_at": "2026-02-09T08:00:00Z"}
    tally = moved_in(address)
    assert [path for path in zammad.asked if "by_ticket" in path] == [
        "/api/v1/ticket_articles/by_ticket/23?expand=true"
    ]
    assert (tally.counts["grown"], tally.counts["messages"]) == (1, 1)
    invoice = Conversation.objects.get(subject="Invoice")
    assert (invoice.state, invoice.messages.count()) == (State.US, 2)


def test_what_is_merged_there_later_is_read_as_one_here(address: str, zammad: Zammad) -> None:
    moved_in(address)
    zammad.articles[21] += zammad.articles[23]
    zammad.articles[23] = []
    zammad.parents[23] = 21
    zammad.tickets[23] |= {"state": "merged", "state_id": 5, "updated_at": "2026-02-09T08:00:00Z"}
    zammad.tickets[21]["updated_at"] = "2026-02-09T08:00:00Z"
    moved_in(address)
    lamp, invoice = Conversation.objects.order_by("pk")
    assert invoice.merged_into == lamp
    assert Message.objects.count() == 5


def test_a_trial_reads_all_and_writes_nothing(address: str) -> None:
    tally = moved_in(address, is_trial=True)
    assert (tally.counts["new"], tally.counts["messages"], tally.counts["merged"]) == (2, 5, 1)
    assert (Conversation.objects.count(), OldNumber.objects.count()) == (0, 0)


def test_busy_it_is_asked_again(address: str, zammad: Zammad) -> None:
    zammad.busy = 2
    assert moved_in(address).counts["new"] == 2


def test_a_wrong_token_is_told(address: str) -> None:
    with pytest.raises(api.ZammadFailed, match="the token is not valid there"):
        moved_in(address, token="wrong")


def test_answers_to_its_mails_come_home(address: str) -> None:
    moved_in(address)
    by_reference = taken_in(answer("2@zammad.example", subject="AW: A broken lamp"), days=2)
    by_number = taken_in(mail(subject="Re: [Ticket#202600022] what now"), days=2)
    for raw in (by_reference, by_number):
        assert (raw.judgement, conversation_of(raw).subject) == (Judgement.JOINED, "Lamp L-17")


def test_all_of_it_comes_out_of_its_tables(zammad: Zammad, tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    written(zammad, folder)
    shelf = tables.in_folder(folder, files=None, scratch=tmp_path)
    at = cast.after(days=1)
    rows = reading.conversations(shelf, into=None, groups={})
    running.move_in(running.old_desk("tables", at=at), rows, at=at, ours=shelf.addresses())
    shelf.close()
    the_whole_of_it()


def test_a_folder_without_its_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(tables.WrongTables, match="lacks these tables of Zammad: groups, org"):
        tables.in_folder(tmp_path, files=None, scratch=tmp_path)


def test_files_on_disk_are_found_by_their_hash(tmp_path: Path) -> None:
    sha = "0123456789abcdef" * 4
    place = tmp_path / "0123" / "4567" / "89abc" / "def01" / "2345678" / "9abcdef"
    place.mkdir(parents=True)
    (place / sha[32:]).write_bytes(b"on disk")
    shelf = tables.Tables(lambda _question, _values: [], lambda: None, tmp_path)
    assert shelf.content(1, 2, {"sha": sha, "provider": "File"}) == b"on disk"


STATES = {1: "new", 2: "open", 3: "pending reminder", 5: "closed", 6: "merged", 7: "removed"}
KINDS, SENDERS = ["email", "note"], ["Agent", "Customer", "System"]
Rows = dict[str, list[dict[str, object]]]


def written(zammad: Zammad, folder: Path) -> None:
    """The same Zammad as `COPY ... TO ... CSV HEADER` writes its tables; one of them as JSON."""
    folder.mkdir()
    rows = what_never_changes() | what_it_holds(zammad)
    for article in (one for many in zammad.articles.values() for one in many):
        add_article(rows, dict(article), zammad)
    (folder / "users.json").write_text(json.dumps(rows.pop("users")))
    for name, many in rows.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, many[0].keys())
            writer.writeheader()
            writer.writerows(many)


def what_never_changes() -> Rows:
    """The tables that only name things, and those that articles are added to."""
    return {
        "organizations": [{"id": 1, "name": "Lind Ltd"}],
        "groups": [{"id": 1, "name": "Support"}],
        "ticket_states": [
            {"id": 2, "name": "open", "state_type_id": 2},
            {"id": 4, "name": "closed", "state_type_id": 5},
            {"id": 5, "name": "merged", "state_type_id": 6},
            {"id": 6, "name": "removed", "state_type_id": 7},
        ],
        "ticket_state_types": [{"id": pk, "name": name} for pk, name in STATES.items()],
        "ticket_article_types": [{"id": n, "name": name} for n, name in enumerate(KINDS, 1)],
        "ticket_article_senders": [{"id": n, "name": name} for n, name in enumerate(SENDERS, 1)],
        "tag_objects": [{"id": 1, "name": "Ticket"}],
        "tag_items": [{"id": 1, "name": "Lamps"}],
        "tags": [{"id": 1, "tag_item_id": 1, "tag_object_id": 1, "o_id": 21}],
        "link_types": [{"id": 1, "name": "parent"}],
        "links": [
            {
                "id": 1, "link_type_id": 1, "link_object_source_value": 21,
                "link_object_target_value": 22,
            }
        ],
        "store_objects": [{"id": 1, "name": "Ticket::Article"}],
        "email_addresses": [{"id": 1, "email": "support@desk.example"}],
        "ticket_articles": [], "stores": [], "store_files": [], "store_provider_dbs": [],
    }  # fmt: skip


def what_it_holds(zammad: Zammad) -> Rows:
    return {
        "users": [
            {**user, "organization_id": 1 if user.pop("organization") else None}
            for user in map(dict, zammad.users.values())
        ],
        "tickets": [
            {key: value for key, value in one.items() if key not in {"group", "state"}}
            for one in zammad.tickets.values()
        ],
    }


def add_article(rows: Rows, own: dict[str, Any], zammad: Zammad) -> None:
    for file in own.pop("attachments"):
        add_file(rows, file, own["id"], zammad.files.get(str(file["id"]), b"<p></p>"))
    own["type_id"] = KINDS.index(own.pop("type")) + 1
    own["sender_id"] = SENDERS.index(own.pop("sender")) + 1
    own["internal"] = "t" if own["internal"] else "f"
    rows["ticket_articles"].append(own)


def add_file(rows: Rows, file: dict[str, Any], article: object, content: bytes) -> None:
    """Add a file as Zammad stores one: where it belongs, its hash, and its bytes apart."""
    says = "--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n" + "".join(
        f"{key}: {str(value).lower()}\n" for key, value in file["preferences"].items()
    )
    at = {"id": file["id"], "filename": file["filename"], "preferences": says}
    here = {"store_file_id": file["id"], "store_object_id": 1, "o_id": article}
    rows["stores"].append(at | here)
    sha = f"sha{file['id']}"
    rows["store_files"].append({"id": file["id"], "sha": sha, "provider": "DB"})
    rows["store_provider_dbs"].append({"id": file["id"], "sha": sha, "data": f"\\x{content.hex()}"})
