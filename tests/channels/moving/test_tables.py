"""The documented table: every column arrives, and a wrong one is told by its name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests import cast
from tests.channels.mail.letters import conversation_of, mail, taken_in
from wingbeat.channels.mail.models import Judgement
from wingbeat.channels.moving import running, tables
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.moving.models import OldNumber
from wingbeat.desk.moving.shapes import Tally

pytestmark = pytest.mark.django_db

ROW = {
    "conversation": "A1", "at": "2026-02-01T09:00:00+01:00", "kind": "customer",
    "from": "Nora Lind <nora@customers.example>", "to": "support@desk.example",
    "subject": "Invoice", "text": "My invoice is wrong.", "html": "", "number": "10017",
    "state": "ended", "owner": "Max Stone <max@desk.example>", "tags": "Billing, urgent",
    "message_id": "<a1@nora.example>", "inbox": "support@desk.example", "organization": "Lind Ltd",
}  # fmt: skip
NOTE = ROW | {
    "at": "2026-02-01T10:00:00+01:00", "kind": "note", "from": "Max Stone <max@desk.example>",
    "text": "", "html": "<p>Ask <b>accounting</b><script>x()</script></p>", "message_id": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def inbox() -> Inbox:
    cast.max_()
    return cast.support(cast.ada())


def written(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def moved_in(path: Path) -> Tally:
    at = cast.after(days=1)
    desk = running.old_desk("table", at=at)
    return running.move_in(desk, tables.conversations(path, into=None), at=at)


def test_every_column_arrives(tmp_path: Path) -> None:
    moved_in(written(tmp_path / "old.csv", ROW, NOTE))
    conversation = Conversation.objects.get()
    assert (conversation.subject, conversation.state) == ("Invoice", State.ENDED)
    assert conversation.assignee == cast.max_()
    assert sorted(t.tag.name for t in conversation.taggings.all()) == ["billing", "urgent"]
    assert str(conversation.customer.organization) == "Lind Ltd"
    note = Message.objects.get(kind="note")
    assert note.agent == cast.max_()
    assert note.words.html == "<p>Ask <b>accounting</b></p>"
    assert OldNumber.objects.get().conversation == conversation


def test_an_old_number_in_a_subject_brings_a_known_sender_home(tmp_path: Path) -> None:
    moved_in(written(tmp_path / "old.csv", ROW))
    raw = taken_in(mail(subject="AW: [Ticket#10017] something else"), days=2)
    assert (raw.judgement, conversation_of(raw).subject) == (Judgement.JOINED, "Invoice")
    eve = taken_in(mail(subject="[Ticket#10017] Invoice", sender="Eve <eve@evil.example>"), days=2)
    assert (eve.judgement, conversation_of(eve).subject) == (
        Judgement.OPENED, "[Ticket#10017] Invoice",
    )  # fmt: skip


def test_a_row_that_cannot_be_read_is_told_and_the_others_come(tmp_path: Path) -> None:
    wrong = ROW | {"at": "yesterday"}
    tally = moved_in(written(tmp_path / "old.csv", ROW, wrong))
    assert Message.objects.count() == 1
    assert [one.why for one in tally.skipped] == ["at is no time such as 2026-03-02T12:00:00+01:00"]


def test_a_table_of_another_shape_is_told_by_its_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "old.csv", {"conversation": "1", "body": "x"})
    with pytest.raises(
        tables.WrongTable, match="needs at, kind, from, text and has no use for body"
    ):
        moved_in(path)
