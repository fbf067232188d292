from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing.bounces.codes import Codes, codes_in
from wingbeat.channels.mail.parsing.bounces.reasons import reason_of, reasons

SAID = [
    ("unknown user", "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown"),
    ("unknown user", "550 No such user (-ERR ada@example.org not found)"),
    ("unknown user", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"),
    ("unknown user", "554 delivery error: dd This user doesn't have a yahoo.com account"),
    ("unknown user", "550 Requested action not taken: mailbox unavailable"),
    ("unknown user", "450 4.1.1 User unknown in virtual alias table"),
    ("unknown user", "550 Adresse d'expéditeur: destinataire inconnu"),
    ("unknown user", "550 5.1.1 Пользователь не найден"),
    ("unknown host", "Host or domain name not found. Name service error for name=x.example"),
    ("unknown host", "DNS type 'mx' lookup of x.example responded with code NXDOMAIN"),
    ("unknown host", "all relevant MX records point to non-existent hosts"),
    ("takes no mail", "556 5.1.10 Recipient address has null MX"),
    ("takes no mail", "No MX record found for domain=x.example"),
    ("moved", "551 User not local; please try <bo@example.org>"),
    ("moved", "550 5.1.6 recipient no longer on server: ada@example.org"),
    ("full", "552 5.2.2 mailbox full"),
    ("full", "452-4.2.2 The email account that you tried to reach is over quota."),
    ("suspended", "550 5.2.1 The email account that you tried to reach is disabled."),
    ("blocked", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen"),
    ("sender", "550 5.1.8 Sender address rejected: Domain not found"),
    ("sender", "550 5.7.1 Client host rejected: cannot find your reverse hostname"),
    ("spam", "550 This message was classified as SPAM"),
    ("size", "552 5.3.4 Message size exceeds fixed limit"),
    ("relay", "554 5.7.1 <ada@example.org>: Relay access denied"),
    ("authentication", "550-5.7.26 Unauthenticated email is not accepted due to DMARC policy"),
    ("unreachable", "connect to mx.example.org[192.0.2.1]:25: Connection timed out"),
    ("loop", "554 5.4.6 Too many hops"),
]
FOR_GOOD = {"unknown user", "unknown host", "takes no mail", "moved"}


@pytest.mark.parametrize(("name", "words"), SAID)
def test_words_lead_to_a_reason_and_only_four_are_for_good(name: str, words: str) -> None:
    reason = reason_of([words], "")
    assert (reason.name, reason.hard) == (name, name in FOR_GOOD)


def test_no_other_reason_is_hard() -> None:
    assert {reason.name for reason in reasons() if reason.hard} == FOR_GOOD


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        ("5.1.1", True),
        ("5.1.2", True),
        ("5.2.2", False),
        ("5.7.1", False),
        ("5.0.0", False),
        ("", False),
    ],
)
def test_a_code_decides_where_the_words_say_nothing(status: str, hard: bool) -> None:
    assert reason_of(["sorry"], status).hard is hard


def test_a_lookup_that_may_succeed_tomorrow_is_soft() -> None:
    assert not reason_of(["Host not found, try again"], "").hard


def test_who_refuses_the_whole_mail_may_be_filtering() -> None:
    words = "550 User unknown (in reply to end of DATA command)"
    assert not reason_of([words], "5.0.0").hard
    assert reason_of([words], "5.1.1").hard


def test_phrases_begin_where_words_begin() -> None:
    assert reason_of(["The marbles are listless"], "").name == "unknown"
    assert reason_of(["listed on an RBL"], "").name == "blocked"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("550 5.1.1 no", Codes("550", "5.1.1")),
        ("host said: 550-5.7.26 no 550 5.7.26 more", Codes("550", "5.7.26")),
        ("550 550 5.1.1 no", Codes("550", "5.1.1")),
        ("554 4.4.7 expired <421 4.4.2 timed out>", Codes("421", "4.4.2")),
        ("sorry (#5.1.1)", Codes("", "5.1.1")),
        ("error 550", Codes("550", "")),
        ("ERROR_CODE :550, ERROR_CODE :5.2.2 full", Codes("550", "5.2.2")),
        ("Mailman 2.0.12 at 192.0.2.25 port 587", Codes("", "")),
        ("within 450 minutes", Codes("450", "")),
        ("", Codes("", "")),
    ],
)
def test_codes_are_read_from_words(text: str, codes: Codes) -> None:
    assert codes_in(text) == codes
