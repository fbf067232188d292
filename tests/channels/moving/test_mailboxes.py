"""An old mailbox comes in once, whole, with nobody told; and answers to its mails come home."""

from __future__ import annotations

import mailbox
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests import cast
from tests.channels.mail.letters import OTTO, answer, conversation_of, mail, taken_in
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.models import Judgement
from wingbeat.channels.moving import mailboxes, running
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.moving.models import OldDesk
from wingbeat.desk.moving.shapes import Tally
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db

ADA = "Ada Fields <ada@desk.example>"
TEAM = "Lamps & Co <support@desk.example>"
FIRST = mail(message_id="<1@nora.example>")
OUR_ANSWER = mail(
    "We send you a new one.", sender=TEAM, to="nora@customers.example",
    message_id="<2@desk.example>", subject="Re: A broken lamp", In_Reply_To="<1@nora.example>",
)  # fmt: skip
THANKS = mail(
    "Thank you!", message_id="<3@nora.example>", subject="Re: A broken lamp",
    References="<1@nora.example> <2@desk.example>",
)  # fmt: skip
OTHER = mail("Where is my parcel?", sender=OTTO, subject="Parcel", message_id="<4@otto.example>")
MAILS = (FIRST, OUR_ANSWER, THANKS, OTHER)


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


def mbox(path: Path, mails: Sequence[bytes]) -> Path:
    box = mailbox.mbox(path)
    for one in mails:
        box.add(one)
    box.close()
    return path


def moved_in(path: Path, *, is_trial: bool = False, into: Inbox | None = None) -> Tally:
    at = cast.after(days=1)
    desk = running.old_desk("old mailbox", at=at, is_trial=is_trial)
    with mailboxes.reading(path, door=Door.open(), into=into, at=at) as rows:
        return running.move_in(desk, rows, at=at, is_trial=is_trial)


def rows() -> tuple[int, int, int]:
    return Conversation.objects.count(), Message.objects.count(), Customer.objects.count()


def test_threads_become_conversations_with_their_words_and_writers(
    inbox: Inbox, tmp_path: Path
) -> None:
    tally = moved_in(mbox(tmp_path / "old", MAILS))
    assert (tally.counts["new"], tally.counts["messages"], tally.skipped) == (2, 4, [])
    conversation = Conversation.objects.get(subject="A broken lamp")
    kinds = list(conversation.messages.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["customer", "agent", "customer"]
    assert conversation.customer.name == "Nora Lind"
    assert conversation.opened_at == cast.NOON
    ours = conversation.messages.get(kind="agent")
    assert ours.agent is not None
    assert (ours.agent.name, ours.agent.is_active) == ("Lamps & Co", False)
    assert ours.words.text_new == "We send you a new one."


def test_an_agent_who_works_here_stays_the_author(inbox: Inbox, tmp_path: Path) -> None:
    theirs = OUR_ANSWER.replace(TEAM.encode(), ADA.encode())
    moved_in(mbox(tmp_path / "old", [FIRST, theirs]))
    assert Message.objects.get(kind="agent").agent == cast.ada()
    assert Agent.objects.filter(is_active=False).exclude(role="system").count() == 0


def test_nothing_is_sent_and_nothing_fires(inbox: Inbox, tmp_path: Path) -> None:
    moved_in(mbox(tmp_path / "old", MAILS))
    assert Outgoing.objects.count() == 0
    assert set(Entry.objects.values_list("kind", flat=True)) == {"conversation.imported"}


def test_twice_brings_nothing_in_twice(inbox: Inbox, tmp_path: Path) -> None:
    path = mbox(tmp_path / "old", [*MAILS, FIRST])
    moved_in(path)
    before = rows()
    again = moved_in(path)
    assert rows() == before == (2, 4, 2)
    assert (again.counts["same"], again.counts["messages"]) == (2, 0)


def test_a_mailbox_that_grew_adds_what_is_new(inbox: Inbox, tmp_path: Path) -> None:
    moved_in(mbox(tmp_path / "old", MAILS[:2]))
    conversation = Conversation.objects.get()
    assert conversation.state == State.CUSTOMER
    moved_in(mbox(tmp_path / "old", MAILS[2:]))
    assert rows() == (2, 4, 2)
    assert conversation.messages.count() == 3


def test_a_trial_counts_exactly_that_and_changes_nothing(inbox: Inbox, tmp_path: Path) -> None:
    path = mbox(tmp_path / "old", MAILS)
    before = rows()
    trial = moved_in(path, is_trial=True)
    assert rows() == before
    assert not OldDesk.objects.exists()
    real = moved_in(path)
    for name in ("new", "messages", "files", "grown", "same"):
        assert trial.counts[name] == real.counts[name]


def test_what_is_left_out_is_told_with_its_reason(inbox: Inbox, tmp_path: Path) -> None:
    elsewhere = mail("Hello", to="somebody@else.example", message_id="<9@x.example>")
    tally = moved_in(mbox(tmp_path / "old", [*MAILS, elsewhere]))
    assert [one.ref for one in tally.skipped] == ["9@x.example"]
    assert "no inbox here has one of its addresses (such as 9@x.example)" in "\n".join(
        tally.lines()
    )


def test_whoever_waits_has_waited_since_they_wrote_and_is_promised_from_now(
    inbox: Inbox, tmp_path: Path
) -> None:
    moved_in(mbox(tmp_path / "old", [OTHER]))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.waits_for_us_since) == (State.US, cast.NOON)
    assert conversation.due_at is not None
    assert conversation.due_at > cast.after(days=1)


def test_old_threads_are_over(inbox: Inbox, tmp_path: Path) -> None:
    path = mbox(tmp_path / "old", [OTHER])
    at = cast.NOON + mailboxes.OPEN_FOR + timedelta(days=1)
    with mailboxes.reading(path, door=Door.open(), into=None, at=at) as found:
        running.move_in(running.old_desk("old", at=at), found, at=at)
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.endings.count()) == (State.ENDED, 1)


@pytest.mark.parametrize("answered", ["1@nora.example", "2@desk.example"])
def test_an_answer_to_any_old_mail_joins_its_conversation(
    inbox: Inbox, tmp_path: Path, answered: str
) -> None:
    moved_in(mbox(tmp_path / "old", MAILS))
    Conversation.objects.update(state=State.ENDED, waits_for_us_since=None, subject="Lamp, L-17")
    raw = taken_in(answer(answered), days=2)
    assert (raw.judgement, conversation_of(raw).subject) == (Judgement.JOINED, "Lamp, L-17")


def test_it_joins_also_where_another_inbox_takes_the_answer(inbox: Inbox, tmp_path: Path) -> None:
    archive = Inbox.objects.create(name="Archive", address="archive@desk.example")
    moved_in(mbox(tmp_path / "old", MAILS), into=archive)
    raw = taken_in(answer("2@desk.example"), inbox=inbox, days=2)
    assert conversation_of(raw).inbox == archive


def test_a_stranger_who_names_an_old_mail_does_not_come_in(inbox: Inbox, tmp_path: Path) -> None:
    moved_in(mbox(tmp_path / "old", MAILS))
    raw = taken_in(answer("2@desk.example", sender="Eve <eve@evil.example>"), days=2)
    assert raw.judgement == Judgement.OPENED
    assert conversation_of(raw).customer.name == "Eve"


def test_the_same_mail_fetched_by_ourselves_stands_here_once(inbox: Inbox, tmp_path: Path) -> None:
    moved_in(mbox(tmp_path / "old", MAILS))
    assert taken_in(FIRST, days=2).judgement == Judgement.DUPLICATE
    eve = mail("Other words", sender="Eve <eve@elsewhere.example>", message_id="<1@nora.example>")
    assert taken_in(eve, days=2).judgement == Judgement.OPENED


def test_mail_that_came_by_itself_is_not_brought_in_again(inbox: Inbox, tmp_path: Path) -> None:
    first = conversation_of(taken_in(FIRST))
    moved_in(mbox(tmp_path / "old", MAILS))
    assert rows()[:2] == (2, 4)
    assert first.messages.count() == 3


def test_a_maildir_is_read_as_well(inbox: Inbox, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "mails")
    for one in MAILS:
        box.add(one)
    box.close()
    moved_in(tmp_path / "mails")
    assert rows()[:2] == (2, 4)


def test_what_is_no_mailbox_is_told(inbox: Inbox, tmp_path: Path) -> None:
    with pytest.raises(mailboxes.NoMailbox, match="an mbox file, or a maildir"):
        moved_in(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_sqlite_syncs_less_only_while_it_runs(inbox: Inbox, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such setting")
    seen: list[int] = []

    def level() -> int:
        with connection.cursor() as cursor:
            return int(cursor.execute("PRAGMA synchronous").fetchone()[0])

    path, at = mbox(tmp_path / "old", MAILS), cast.NOON
    with mailboxes.reading(path, door=Door.open(), into=None, at=at) as rows:
        desk = running.old_desk("old", at=at)
        running.move_in(desk, rows, at=at, tell=lambda _tally: seen.append(level()))
    assert (seen, level()) == ([1], 2)
