"""Two desks that confirm every mail write to each other by real SMTP, and come to an end."""

from __future__ import annotations

from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.channels.mail.letters import mail
from tests.channels.mail.two_desks import hand_in, two_desks
from wingbeat.channels.mail.caps import PER_ADDRESS

FIRST = {"sender": "One <desk@one.example>", "to": "desk@two.example"}
NEW_NAMES = iter(range(10**9))
MARKS = (
    "Auto-Submitted",
    "Precedence",
    "X-Auto-Response-Suppress",
    "X-Wingbeat-Loop",
    "In-Reply-To",
    "References",
    "Thread-Index",
    "Thread-Topic",
)


def as_it_is(_mail: EmailMessage) -> None:
    """A server that changes nothing."""


def as_a_bad_gateway(mail: EmailMessage) -> None:
    """A server that takes off every mark by which a machine could tell what this is."""
    for name in MARKS:
        del mail[name]
    number = next(NEW_NAMES)
    mail.replace_header("Message-ID", f"<{number}@gateway.example>")
    mail.replace_header("Subject", f"Message {number} for you")


@pytest.mark.slow
def test_a_receipt_is_answered_by_nobody(tmp_path: Path) -> None:
    with two_desks(tmp_path, as_it_is) as between:
        hand_in(between.doors["two.example"], "desk@one.example", FIRST["to"], mail(**FIRST))
        between.wait_for_silence()
    (receipt,) = between.passed
    assert receipt["To"] == "One <desk@one.example>"
    assert receipt["Auto-Submitted"] == "auto-replied"
    assert receipt["X-Auto-Response-Suppress"] == "All"


@pytest.mark.slow
def test_a_duel_that_hides_its_marks_ends_within_the_caps(tmp_path: Path) -> None:
    with two_desks(tmp_path, as_a_bad_gateway) as between:
        hand_in(between.doors["two.example"], "desk@one.example", FIRST["to"], mail(**FIRST))
        between.wait_for_silence()
    sent = Counter(str(each["To"]) for each in between.passed)
    assert set(sent.values()) == {PER_ADDRESS}, sent
