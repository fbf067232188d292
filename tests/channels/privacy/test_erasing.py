"""Erasing a person takes every trace of them, and nothing that belongs to others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from tests import cast
from tests.channels.mail import letters
from wingbeat.channels.api.models import Upload
from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.privacy import before_update, erasing, erasures_log
from wingbeat.channels.privacy.emptying import LeavingNow
from wingbeat.channels.privacy.policy import policy
from wingbeat.desk.conversations import blobs, searching
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, MessageText
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.conversations.splitting import split
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.customers import merging
from wingbeat.desk.customers.models import Address, Customer
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
LATER = cast.after(days=1)
SECRETS = ("nora", "lind", "xylophone")


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    erasures_log.path().unlink(missing_ok=True)
    yield
    erasures_log.path().unlink(missing_ok=True)


def nora() -> Customer:
    return Customer.objects.get(addresses__email=cast.NORA["address"])


def traces() -> set[str]:
    """Every place of the database where something of Nora's is still written."""
    found = set()
    for model in apps.get_models():
        kept = policy()[model._meta.label].kept if model._meta.label in policy() else ()
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey | models.BinaryField) or field.name in kept:
                continue
            if field.name == "password":  # a digest holds any short word now and then
                continue
            for value in model._base_manager.values_list(field.name, flat=True):
                if any(secret in str(value).lower() for secret in SECRETS):
                    found.add(f"{model._meta.label}.{field.name}")
    return found


def a_story() -> Conversation:
    ada = cast.ada()
    inbox = cast.support(ada)
    raw = letters.mail("The xylophone is out of tune.", subject="My xylophone")
    conversation = letters.conversation_of(letters.taken_in(raw))
    conversation.reply(
        cast.letter("Dear Nora Lind, a new xylophone."), by=ada, at=cast.after(hours=1), seen=None,
        undo_for=timedelta(0),
    )  # fmt: skip
    conversation.note(cast.letter("Nora sounds out of tune.", to=()), by=ada, at=LATER)
    Rating.objects.create(
        conversation=conversation, customer=nora(), value=5, comment="xylophone!", at=LATER
    )
    customer = nora()
    customer.details = "Nora plays the xylophone"
    customer.save()
    assert inbox.pk == conversation.inbox_id
    return conversation


def test_no_trace_is_left_anywhere_but_that_it_was() -> None:
    conversation = a_story()
    assert {"customers.Customer.name", "conversations.MessageText.html", "mail.RawMail.sender"} & (
        before := traces()
    ), before
    said = Message.objects.count()
    for copy in (before_update.path(), before_update.part()):
        copy.write_bytes(b"the whole desk, Nora in it")
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    assert traces() == set()
    assert not before_update.path().exists()
    assert not before_update.part().exists(), "an update was cut off while it wrote this"
    assert Message.objects.count() == said
    assert not RawMail.objects.exists()
    conversation.refresh_from_db()
    assert (conversation.subject, conversation.emptying.erasure_id is not None) == ("", True)
    assert searching.find("xylophone", agent=Agent.objects.get(name="Ada Fields")) == []
    assert Outgoing.objects.get().state == Delivery.GIVEN_UP


def test_the_journal_tells_of_it_by_number_only() -> None:
    a_story()
    customer = nora()
    erasing.erase(customer, by=cast.olga(), at=LATER)
    entry = Entry.objects.get(kind="customer.erased")
    assert entry.customer_id == customer.pk
    assert set(entry.facts) == {"erasure", "conversations"}


def test_search_rows_are_gone_from_the_index_itself() -> None:
    before = indexed()
    a_story()
    assert indexed() > before
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    assert indexed() == before


def indexed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_words")
        return int(cursor.fetchone()[0])


def _ottos_with_nora(ada: Agent) -> RawMail:
    """Otto begins a conversation, and Nora says something in it; return Otto's mail."""
    cast.support(ada)
    first = letters.taken_in(
        letters.mail("Otto's own words.", sender=letters.OTTO, Cc=letters.NORA)
    )
    ours = letters.became(first).message_id
    letters.taken_in(letters.answer(ours, "Nora adds a xylophone.", sender=letters.NORA))
    return first


def test_a_conversation_of_others_keeps_their_words() -> None:
    ada = cast.ada()
    first = _ottos_with_nora(ada)
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    texts = [text.text.strip() for text in MessageText.objects.order_by("pk")]
    assert texts == ["Otto's own words.", "(erased)"]
    assert traces() == set()
    assert RawMail.objects.get().became == letters.became(first)


def test_no_word_is_left_where_it_was_split_off() -> None:
    ada = cast.ada()
    _ottos_with_nora(ada)
    whole = Conversation.objects.get()
    part = split(whole, list(whole.messages_to_show()), by=ada, at=LATER)
    assert "xylophone" in part.excerpt
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    assert traces() == set()
    part.refresh_from_db()
    assert part.excerpt == "(erased)"


def test_in_their_own_conversation_too_what_others_said_stays() -> None:
    cast.support(cast.ada())
    first = letters.taken_in(letters.mail("Nora's xylophone.", Cc=letters.OTTO))
    ours = letters.became(first).message_id
    letters.taken_in(letters.answer(ours, "Otto agrees.", sender=letters.OTTO))
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    texts = [text.text.strip() for text in MessageText.objects.order_by("pk")]
    assert texts == ["(erased)", "Otto agrees."]


def test_every_record_of_a_merged_person_goes() -> None:
    a_story()
    other = cast.opened(
        cast.support(),
        cast.said("xylophone", sender={"name": "Nora", "address": "n@other.example"}),
    ).customer
    merging.merge(other, into=nora(), by=cast.olga(), at=cast.NOON)
    erasing.erase(other, by=cast.olga(), at=LATER)
    assert traces() == set()


def _large(content: bytes, sender: str) -> None:
    file = IncomingAttachment(name="a.jpg", type="image/jpeg", content=content)
    party = cast.NORA if sender == "nora" else cast.OTTO
    cast.opened(cast.support(), cast.said(sender=party, attachments=(file,)))
    for path in Path(settings.BLOBS).rglob("*"):
        os.utime(path, (0, 0))


def test_a_file_stays_while_another_message_names_it() -> None:
    content = os.urandom(blobs.IN_ROW_LIMIT + 1)
    _large(content, "nora")
    _large(content, "otto")
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    assert Attachment.objects.get().content() == content


def test_a_file_that_nobody_names_any_more_is_gone_from_the_disk() -> None:
    _large(os.urandom(blobs.IN_ROW_LIMIT + 1), "nora")
    path = blobs.path_of(Attachment.objects.get().sha256)
    assert path.exists()
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    assert not path.exists()


def test_a_file_that_was_wanted_this_minute_waits_for_the_sweep() -> None:
    _large(os.urandom(blobs.IN_ROW_LIMIT + 1), "nora")
    path = blobs.path_of(Attachment.objects.get().sha256)
    blobs.keep_file(path.name, b"the same content arrives again")
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    assert path.exists()


def test_the_sweep_leaves_what_a_program_has_sent_and_no_reply_has_named_yet() -> None:
    content = os.urandom(blobs.IN_ROW_LIMIT + 1)
    sent = Upload(agent=cast.ada(), name="a.bin", type="application/octet-stream", at=LATER)
    sent.put(content)
    sent.save()
    os.utime(blobs.path_of(sent.sha256), (0, 0))
    assert erasing.drop_blobs([sent.sha256]) == 0
    assert sent.content() == content


def test_words_that_are_being_handed_over_stop_it_and_nothing_is_lost() -> None:
    a_story()
    Outgoing.objects.update(state=Delivery.HANDING_OVER)
    with pytest.raises(LeavingNow, match="leaving right now"):
        erasing.erase(nora(), by=cast.olga(), at=LATER)
    assert nora().name == "Nora Lind"
    assert not erasures_log.path().exists()


def test_the_log_holds_salted_hashes_outside_the_database() -> None:
    a_story()
    erasing.erase(nora(), by=cast.olga(), at=LATER)
    log = erasures_log.path().read_text()
    assert "nora" not in log
    salt, erased = erasures_log.read(erasures_log.path())
    assert erased == {erasures_log.hashed(cast.NORA["address"], salt): LATER}
    assert erasures_log.hashed(cast.NORA["address"], "00" * 16) not in erased


def test_a_replay_erases_who_came_back_and_leaves_who_wrote_anew() -> None:
    cast.opened(cast.support(), cast.said(sender=cast.OTTO, at=cast.after(days=9)))
    a_story()
    erasures_log.append([cast.NORA["address"], cast.OTTO["address"]], at=LATER)
    assert erasing.replay(erasures_log.path(), by=Agent.objects.system()) == 1
    assert traces() == set()
    assert Address.objects.filter(email=cast.OTTO["address"]).exists()
    assert erasing.replay(erasures_log.path(), by=Agent.objects.system()) == 0


def test_a_broken_log_is_told_by_its_line(tmp_path: Path) -> None:
    erasures_log.append(["a@b.example"], at=LATER)
    log = tmp_path / "erasures.log"
    log.write_text(erasures_log.path().read_text() + "half a li")
    with pytest.raises(erasures_log.Unreadable, match="line 3"):
        erasures_log.read(log)
    log.write_text("2026")
    with pytest.raises(erasures_log.Unreadable, match="does not begin with its salt"):
        erasures_log.read(log)


def test_of_several_logs_the_newest_counts(tmp_path: Path) -> None:
    erasures_log.append(["a@b.example"], at=cast.NOON)
    old = tmp_path / "old.log"
    old.write_text(erasures_log.path().read_text())
    erasures_log.append(["c@b.example"], at=LATER)
    assert erasures_log.newest([old, erasures_log.path()]) == erasures_log.path()
    assert erasures_log.newest([tmp_path / "none.log"]) is None
