from __future__ import annotations

import pytest

from tests.channels.mail.parsing.bounces.expectations import (
    HARD,
    ORDINARY,
    QUIET,
    SENT_BY_SYSTEMS,
    rows,
)
from tests.channels.mail.parsing.samples import archive
from wingbeat.channels.mail.parsing import parse

pytestmark = pytest.mark.corpus


def test_real_bounces_name_their_recipients_and_whether_for_good() -> None:
    mails = dict(archive("sisimai-bounces"))
    counted = named = judged = hard = 0
    for name, expected in rows("sisimai-bounces").items():
        mail = parse(mails[f"bsd/{name}"])
        counted += len(expected)
        if expected[0]["reason"] in QUIET:
            named += len(expected) * (mail.bounces == ())
            continue
        named += len(expected) * (len(mail.bounces) == len(expected))
        for row, bounce in zip(expected, mail.bounces, strict=False):
            # One table calls the same sentence "filtered" here and "user unknown" there.
            if row["reason"] != "filtered":
                judged += 1
                hard += bounce.hard == (row["reason"] in HARD)
    assert counted == 320
    assert named / counted >= 0.97
    assert hard / judged >= 0.97


def test_bounces_of_mailing_lists_name_their_recipients() -> None:
    expected = rows("flufl-bounces")
    right = asked = 0
    for name, raw in archive("flufl-bounces"):
        wanted = {a.lower() for row in expected[name] for a in row["bounced_addresses"].split()}
        asked += 1
        right += {bounce.recipient.lower() for bounce in parse(raw).bounces} == wanted
    assert asked == 57
    assert right / asked >= 0.97


def test_complaints_and_absences_are_told_from_bounces() -> None:
    mails = dict(archive("sisimai-bounces"))
    kinds = {"feedback": "report", "vacation": "reply"}
    for name, expected in rows("sisimai-bounces").items():
        kind = kinds.get(expected[0]["reason"])
        if kind:
            assert parse(mails[f"bsd/{name}"]).automatic.kind == kind, name


@pytest.mark.parametrize("name", [*ORDINARY, "sisimai-bounces"])
def test_ordinary_mail_reports_no_bounce(name: str) -> None:
    people = 0
    for path, raw in archive(name):
        if name == "sisimai-bounces" and not path.startswith("not/"):
            continue
        mail = parse(raw)
        if mail.sender.address and not mail.sender.address.startswith(SENT_BY_SYSTEMS):
            people += 1
            assert mail.bounces == (), path
    assert people


def test_the_same_mail_with_other_line_ends_says_the_same() -> None:
    mails = dict(archive("sisimai-bounces"))
    pairs = [
        (raw, mails[f"bsd/{path.partition('/')[2]}"])
        for path, raw in mails.items()
        if path.startswith("dos/") and f"bsd/{path.partition('/')[2]}" in mails
    ]
    assert pairs
    for windows, unix in pairs:
        found, expected = parse(windows).bounces, parse(unix).bounces
        assert [(one.recipient, one.hard) for one in found] == [
            (one.recipient, one.hard) for one in expected
        ]
