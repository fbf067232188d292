"""A person gets all we hold about them, in words they can read; nobody more than they may see."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from tests import cast
from tests.channels.mail import letters
from wingbeat.channels.privacy.exporting import export
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db


def _export(by: object = None) -> tuple[zipfile.ZipFile, int]:
    file = io.BytesIO()
    left_out = export(
        Customer.objects.get(addresses__email=cast.NORA["address"]), file,
        by=by or cast.olga(), at=cast.after(days=1),  # type: ignore[arg-type]  # an agent
    )  # fmt: skip
    return zipfile.ZipFile(file), left_out


def test_it_holds_words_mails_files_and_what_tables_lead_to() -> None:
    ada = cast.ada()
    cast.support(ada)
    raw = letters.mail("My lamp is out.")
    conversation = letters.conversation_of(letters.taken_in(raw))
    conversation.reply(
        cast.letter("A new one comes."), by=ada, at=cast.NOON, seen=None, undo_for=timedelta(0)
    )
    conversation.note(cast.letter("A note <about> Nora.", to=()), by=ada, at=cast.NOON)
    Rating.objects.create(
        conversation=conversation, customer=conversation.customer, value=5, comment="Quick!",
        at=cast.NOON,
    )  # fmt: skip
    file = IncomingAttachment(name="../photo é.jpg", type="image/jpeg", content=b"pixels")
    cast.opened(cast.support(), cast.said(attachments=(file,)))
    archive, left_out = _export()
    page = archive.read("person.html").decode()
    told = json.loads(archive.read("person.json"))
    for words in ("My lamp is out.", "A new one comes.", "A note &lt;about&gt; Nora.", "Quick!"):
        assert words in page
    assert [len(one["messages"]) for one in told["conversations"]] == [3, 1]
    assert told["addresses"][0]["email"] == "nora@customers.example"
    names = archive.namelist()
    assert [archive.read(name) for name in names if name.startswith("mails/")] == [raw]
    [photo] = [name for name in names if name.startswith("files/")]
    assert archive.read(photo) == b"pixels"
    assert ".." not in photo.partition("-")[0]
    assert photo.count("/") == 1
    assert left_out == 0
    assert Entry.objects.get(kind="customer.exported").facts["conversations"] == 2


def test_words_of_others_are_not_given_away() -> None:
    cast.support(cast.ada())
    first = letters.taken_in(letters.mail("Otto's secret.", sender=letters.OTTO, Cc=letters.NORA))
    number = letters.became(first).message_id
    letters.taken_in(letters.answer(number, "Nora was here.", sender=letters.NORA))
    archive, _left_out = _export()
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Nora was here." in everything
    assert b"Otto's secret." not in everything.replace(b"&#x27;", b"'")


def test_what_is_closed_to_the_exporter_is_not_in_it_and_is_counted() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada), cast.said("Between us."))
    conversation.restrict(to=[ada], by=ada, at=cast.NOON)
    archive, left_out = _export()
    assert left_out == 1
    assert b"Between us." not in archive.read("person.json")
    assert _export(ada)[1] == 0
