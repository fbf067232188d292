from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from wingbeat.channels.mail.parsing.forwarded import Forwarded, original_of, without_mark
from wingbeat.channels.mail.parsing.parsed import NamedAddress

ADA = NamedAddress("Ada Lovelace", "ada@example.org")

FORWARDS = {
    "Gmail": """\
Can somebody look at this?

---------- Forwarded message ---------
From: Ada Lovelace <ada@example.org>
Date: Mon, Mar 4, 2024 at 10:12 AM
Subject: The lamp
To: <max@example.com>


It is broken.
""",
    "Gmail in German": """\
---------- Forwarded message ---------
Von: Ada Lovelace <ada@example.org>
Date: Mo., 4. März 2024 um 10:12 Uhr
Subject: The lamp
To: <max@example.com>

It is broken.
""",
    "Apple Mail": """\
Please.

> Begin forwarded message:
>
> From: Ada Lovelace <ada@example.org>
> Subject: The lamp
> Date: 4 March 2024 at 10:12:00 CET
> To: max@example.com
>
> It is broken.
""",
    "Thunderbird": """\
-------- Forwarded Message --------
Subject: \tThe lamp
Date: \tMon, 4 Mar 2024 10:12:00 +0000
From: \tAda Lovelace <ada@example.org>
To: \tmax@example.com


It is broken.
""",
    "Outlook": """\
FYI

________________________________
From: Ada Lovelace <ada@example.org>
Sent: Monday, March 4, 2024 10:12 AM
To: Max <max@example.com>
Subject: The lamp

It is broken.
""",
    "old Outlook": """\
-----Original Message-----
From: Ada Lovelace [mailto:ada@example.org]
Sent: Monday, March 4, 2024 10:12 AM
To: Max
Subject: The lamp

It is broken.
""",
    "Outlook in German": """\
Von: Ada Lovelace <ada@example.org>
Gesendet: Montag, 4. März 2024 10:12
An: Max <max@example.com>
Betreff: The lamp

It is broken.
""",
    "French": """\
De : Ada Lovelace <ada@example.org>
Envoyé : lundi 4 mars 2024 10:12
À : Max <max@example.com>
Objet : The lamp

It is broken.
""",
    "Spanish": """\
---------- Mensaje reenviado ----------
De: Ada Lovelace <ada@example.org>
Fecha: 4 de marzo de 2024, 10:12
Asunto: The lamp
Para: max@example.com

It is broken.
""",
    "Italian": """\
Inizio messaggio inoltrato:

Da: Ada Lovelace <ada@example.org>
Oggetto: The lamp
Data: 4 marzo 2024 10:12
A: max@example.com

It is broken.
""",
    "Dutch": """\
Van: Ada Lovelace <ada@example.org>
Verzonden: maandag 4 maart 2024 10:12
Aan: Max
Onderwerp: The lamp

It is broken.
""",
    "Polish": """\
---------- Wiadomość przekazana dalej ----------
Od: Ada Lovelace <ada@example.org>
Data: 4 marca 2024 10:12
Temat: The lamp
Do: max@example.com

It is broken.
""",
    "Portuguese": """\
---------- Mensagem encaminhada ----------
De: Ada Lovelace <ada@example.org>
Data: segunda-feira, 4 de março de 2024
Assunto: The lamp
Para: max@example.com

It is broken.
""",
    "Russian": """\
-------- Пересылаемое сообщение --------
От: Ada Lovelace <ada@example.org>
Дата: 4 марта 2024 г., 10:12
Тема: The lamp
Кому: max@example.com

It is broken.
""",
    "Hungarian": """\
-------- Továbbított üzenet --------
Feladó: Ada Lovelace <ada@example.org>
Dátum: 2024. március 4. 10:12
Tárgy: The lamp
Címzett: max@example.com

It is broken.
""",
}


@pytest.mark.parametrize("program", FORWARDS)
def test_a_forwarded_mail_is_found_in_the_text(program: str) -> None:
    found = original_of("Fwd: The lamp", FORWARDS[program], None)
    assert found is not None
    assert (found.sender, found.subject, found.text) == (ADA, "The lamp", "It is broken.")
    assert found.sent


@pytest.mark.parametrize(
    ("program", "note"),
    [("Gmail", "Can somebody look at this?"), ("Apple Mail", "Please."), ("Dutch", "")],
)
def test_the_agents_own_words_are_kept_apart(program: str, note: str) -> None:
    found = original_of("Fwd: The lamp", FORWARDS[program], None)
    assert found is not None
    assert found.note == note


def test_only_a_date_with_a_zone_becomes_an_instant() -> None:
    programs = ("Thunderbird", "Gmail", "Outlook")
    found = [original_of("Fwd: x", FORWARDS[name], None) for name in programs]
    instant = datetime(2024, 3, 4, 10, 12, tzinfo=UTC)
    assert [one and one.date for one in found] == [instant, None, None]


def test_an_attached_mail_is_the_surest_source() -> None:
    attached = (
        b"From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>\nSubject: Old\n"
        b"Date: Mon, 4 Mar 2024 10:12:00 +0000\n\nIt is dark.\n"
    )
    found = original_of("Fwd: The lamp", FORWARDS["Gmail"], attached)
    assert found is not None
    assert found.sender == NamedAddress("Zoë", "zoe@example.org")
    assert (found.subject, found.text.strip()) == ("Old", "It is dark.")
    assert found.date == datetime(2024, 3, 4, 10, 12, tzinfo=UTC)


def test_an_attached_file_without_a_sender_leaves_the_text() -> None:
    found = original_of("Fwd: The lamp", FORWARDS["Gmail"], b"nothing")
    assert found is not None
    assert found.sender == ADA


@pytest.mark.parametrize("program", FORWARDS)
def test_an_answer_to_a_forwarding_is_none(program: str) -> None:
    quoted = "\n".join(f"> {line}" for line in FORWARDS[program].splitlines())
    assert original_of("Re: Fwd: The lamp", f"Thanks!\n\nMax wrote:\n{quoted}", None) is None


def test_a_marker_line_is_enough_where_the_subject_was_rewritten() -> None:
    for program in ("Gmail", "Apple Mail", "Thunderbird", "Russian"):
        found = original_of("The lamp of Ada", FORWARDS[program], None)
        assert found is not None
        assert found.sender == ADA


@pytest.mark.parametrize("program", ["Outlook", "old Outlook", "Outlook in German", "Dutch"])
def test_a_quoted_answer_is_not_a_forwarding(program: str) -> None:
    assert original_of("Re: The lamp", FORWARDS[program], None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please look at the forwarded message.",
        "From: Berlin\nTo: Paris\nDate: May",
        "---- Forwarded message ----\nFrom: Ada Lovelace\nSubject: The lamp\nDate: May\n\nHi",
    ],
)
def test_what_names_no_sender_with_an_address_is_no_forwarding(text: str) -> None:
    assert original_of("Fwd: The lamp", text, None) is None


def test_only_the_outermost_mail_is_taken() -> None:
    inner = FORWARDS["Outlook"].replace("Ada Lovelace <ada@", "Bo <bo@")
    found = original_of("Fwd: FW: The lamp", FORWARDS["Gmail"] + inner, None)
    assert found is not None
    assert found.sender == ADA
    assert "bo@example.org" in found.text


@pytest.mark.parametrize(
    "subject",
    [
        "Fwd: The lamp",
        "FW: WG: The lamp",
        "TR : The lamp",
        "Doorst: The lamp",
        "Továbbítás: The lamp",
    ],
)
def test_marks_of_forwarding_come_off_a_subject(subject: str) -> None:
    assert without_mark(subject) == "The lamp"


@given(st.text(), st.text(), st.none() | st.binary())
def test_nothing_makes_it_raise(subject: str, text: str, attached: bytes | None) -> None:
    assert isinstance(original_of(subject, text, attached), Forwarded | None)


@pytest.mark.parametrize("piece", ["From: a@b\n", "> ", "-----\n", "a", "\n", "Subject:\n"])
def test_a_megabyte_of_nonsense_takes_no_time(piece: str) -> None:
    started = time.process_time()
    original_of("Fwd: x", piece * (1_000_000 // len(piece)), None)
    assert time.process_time() - started < 3
