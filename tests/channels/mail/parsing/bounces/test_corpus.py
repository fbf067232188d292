from __future__ import annotations

import pytest

from tests.channels.mail.parsing.bounces.expectations import (
    HARD,
    ORDINARY,
    QUIET,
    SENT_BY_SYSTEMS,
    rows,
    settled,
)
from tests.channels.mail.parsing.samples import archive
from wingbeat.channels.mail.parsing import parse

pytestmark = pytest.mark.corpus


def test_real_bounces_name_their_recipients_and_whether_for_good() -> None:
    mails = dict(archive("sisimai-bounces"))
    own = settled()
    counted = named = judged = hard = 0
    for name, expected in rows("sisimai-bounces").items():
        mail = parse(mails[f"bsd/{name}"])
        counted += len(expected)
        if expected[0]["reason"] in QUIET:
            named += len(expected) * (mail.bounces == ())
            continue
        named += len(expected) * (len(mail.bounces) == len(expected))
        for row, bounce in zip(expected, mail.bounces, strict=False):
            _, is_hard, _ = own.get((name, bounce.recipient), ("", row["reason"] in HARD, ""))
            judged += 1
            hard += bounce.hard == is_hard
    assert counted == 320
    assert named / counted >= 0.97
    assert hard / judged >= 0.97


def test_what_is_settled_against_a_label_stands_in_the_mails_own_words() -> None:
    mails = dict(archive("sisimai-bounces"))
    labels = rows("sisimai-bounces")
    assert settled()
    for (name, recipient), (label, is_hard, words) in settled().items():
        assert label in {row["reason"] for row in labels[name]}, name
        assert is_hard != (label in HARD), f"{name}: the label says so already"
        written = " ".join(mails[f"bsd/{name}"].decode("utf-8", "replace").split())
        assert words in written, name
        # "unknown" from a server that had already taken the address may be its filter
        assert label != "filtered" or words_before_data(written), name
        assert recipient in {bounce.recipient for bounce in parse(mails[f"bsd/{name}"]).bounces}


def words_before_data(written: str) -> bool:
    return not any(sign in written.lower() for sign in ("end of data", "command data"))


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
