"""Search finds words in four languages, however they are inflected, newest first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db

SAID = {
    "en": "The courier delivered two broken lamps to the neighbors.",
    "de": "Die Bestellung ist nicht da und die Rechnungen sind falsch, für mich ist das ärgerlich.",
    "ru": "Посылку доставили вчера, но коробка была повреждена.",
    "hu": "A csomagokat nem kaptam meg, és a számlát is kérem.",
}


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("en", "courier lamp"),
        ("en", "Delivering NEIGHBOR"),
        ("de", "rechnung bestellungen"),
        ("de", "argerlich"),
        ("ru", "посылка"),
        ("ru", "доставил коробки"),
        ("hu", "csomag"),
        ("hu", "szamla"),
    ],
)
def test_inflected_words_are_found(language: str, asked: str) -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    for text in SAID.values():
        cast.opened(inbox, cast.said(text, subject="x"))
    assert [m.words.text for m in searching.find(asked, agent=ada)] == [SAID[language]]


def test_the_subject_and_the_sender_are_found_too() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada), cast.said(subject="Reflektor 3000"))
    for asked in ("reflektor 3000", "Nora Lind", "nora@customers.example", "lind"):
        assert [m.conversation for m in searching.find(asked, agent=ada)] == [conversation]


def test_newest_comes_first_and_the_rest_is_cut_at_two_hundred() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    for minute in range(203):
        cast.opened(inbox, cast.said(at=cast.after(minutes=minute)))
    found = searching.find("lamp", agent=ada)
    assert len(found) == searching.MOST_HITS
    assert found[0].at == cast.after(minutes=202)
    assert [m.pk for m in found] == sorted((m.pk for m in found), reverse=True)


@pytest.mark.parametrize(
    "asked", ["", "  ", "!!!", '"', "'; DROP TABLE", "a AND", "* OR (", "½", "ab\x00cd"]
)
def test_odd_questions_are_answered_without_complaint(asked: str) -> None:
    ada = cast.ada()
    cast.opened(cast.support(ada))
    assert searching.find(asked, agent=ada) == []


def test_a_message_taken_back_is_not_found() -> None:
    ada = cast.ada()
    message = cast.opened(cast.support(ada)).messages.get()
    searching.forget([message.pk])
    assert searching.find("lamp", agent=ada) == []


def test_whatever_a_customer_once_told_us_can_be_looked_up() -> None:
    ada, system = cast.ada(), Agent.objects.system()
    inbox = cast.support(ada)
    photo = IncomingAttachment("Cracked socket.jpg", "image/jpeg", b"\xff\xd8")
    meter = IncomingAttachment("meter.csv", "text/csv", b"date;kwh\n2026-02-01;4711\n")
    logo = IncomingAttachment("logo.png", "image/png", b"\x89PNG", is_inline=True)
    conversation = cast.opened(inbox, cast.said("> It hummed.\nIt is dark.", attachments=(photo,)))
    told = receive(conversation, cast.said("See here.", attachments=(meter, logo)), by=system)
    note = conversation.note(
        cast.letter("She rang: deliver by the garden gate.", to=()), by=ada, at=cast.NOON
    )
    conversation.end(by=ada, at=cast.after(hours=1), reason="answered")
    cast.opened(inbox, cast.said("Something else.", sender=cast.OTTO))

    first = conversation.messages.earliest("pk")
    for words, message in (
        ("cracked sockets", first),
        ("hummed", first),
        ("dark lind", first),
        ("4711", told),
        ("meter.csv", told),
        ("garden gates", note),
    ):
        for _round in range(2):  # as it was written, and made anew from what is kept
            assert [found.pk for found in searching.find(words, agent=ada)] == [message.pk], words
            searching.rebuild()
    assert searching.find("logo", agent=ada) == []


def test_words_in_quotation_marks_must_stand_together() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    one = cast.opened(inbox, cast.said("I was charged\ntwice."))
    other = cast.opened(inbox, cast.said("Twice I was charged."))
    found = {m.conversation_id for m in searching.find("charged twice", agent=ada)}
    assert found == {one.pk, other.pk}
    for phrase in ('"charged twice"', "“Charged twice”"):
        assert [m.conversation_id for m in searching.find(phrase, agent=ada)] == [one.pk]


@pytest.mark.parametrize("rare", [0, 3, 1_000])
def test_common_and_rare_words_are_found_alike(monkeypatch: pytest.MonkeyPatch, rare: int) -> None:
    """PostgreSQL walks through the newest, or asks the index, or does one after the other."""
    for name, value in (("LONGEST_WALK", 5), ("TELLING_WALK", 3), ("RARE", rare)):
        monkeypatch.setattr(searching, name, value)
    ada = cast.ada()
    inbox = cast.support(ada)
    made = []
    for number in range(24):
        text = "The lamp is broken." if number % 2 else "The bulb."
        word = "rare" if number in {3, 11} else "usual"
        conversation = cast.opened(inbox, cast.said(f"{text} {word}", subject="x"))
        made.append(conversation.messages.get().pk)
    expected = [pk for number, pk in enumerate(made) if number % 2][::-1]
    for most in (1, 3, 50):
        found = [m.pk for m in searching.find("lamp", agent=ada, most=most)]
        assert found == expected[:most]
    below = expected[4]
    assert [m.pk for m in searching.find("lamp", agent=ada, below=below)] == expected[5:]
    assert [m.pk for m in searching.find("lamp rare", agent=ada)] == [made[11], made[3]]
    assert searching.find("nothing", agent=ada) == []


def test_a_small_desk_reads_no_more_than_what_was_found() -> None:
    """What SQLite knows of few conversations must not make it look through all of them."""
    ada = cast.ada()
    inbox = cast.support(ada)
    for _ in range(60):
        cast.opened(inbox, cast.said())
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL rightly reads the whole of a table as small as this")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as asked:
        assert len(searching.places_of("lamp", agent=ada)) == 60
    for one in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plan = [row[3] for row in cursor.fetchall()]
        assert not any(step.startswith("SCAN conversations_conversation") for step in plan), plan
