from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest

from tests.channels.mail.parsing.mutations import mutated
from tests.channels.mail.parsing.samples import mail, multipart
from wingbeat.channels.mail.parsing import ParsedMail, parse
from wingbeat.channels.mail.parsing.command import describe

MAILS = [
    mail("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "To: a@example.com, B <b@example.com>"),
    mail("Content-Type: text/html; charset=utf-8", body="<p>Hi</p><blockquote>old</blockquote>"),
    multipart(
        "Content-Type: text/plain; charset=utf-8\n\nHello\n\nOn Monday Otto wrote:\n> old\n",
        "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<b>=E4</b>",
        kind="alternative",
    ),
    multipart(
        "Content-Type: text/plain\n\nsee file",
        "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0x",
        "Content-Type: message/rfc822\n\nSubject: older\n\nbody",
    ),
    multipart(
        "Content-Type: text/plain\n\nYour mail could not be delivered.",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        "Final-Recipient: rfc822; otto@example.com\nAction: failed\nStatus: 5.1.1",
        kind="report",
    ),
]


def check(parsed: ParsedMail) -> None:
    """Fail where a parsed mail would break what reads it."""
    assert not any("broke off" in one or "could not be read" in one for one in parsed.defects)
    json.dumps(describe(parsed, "x"), ensure_ascii=False).encode("utf-8")
    shown = [parsed.subject, parsed.sender.name, parsed.sender.address, parsed.message_id]
    shown += [one.name for one in parsed.attachments] + [value for _, value in parsed.headers]
    shown += [one.address + one.name for one in (*parsed.to, *parsed.cc, *parsed.reply_to)]
    assert not any(
        ord(letter) < 32 or letter in "\x7f\u2028\u2029" for value in shown for letter in value
    )
    assert not set(parsed.text) & {"\x00", "\r", "\x1b"}
    assert all(0 <= one.start < one.end <= len(parsed.text) for one in parsed.folds)
    assert all(one.end <= two.start for one, two in pairwise(parsed.folds))
    assert all("/" not in one.name and one.name for one in parsed.attachments)


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_mail_never_breaks_the_parser(seed: int) -> None:
    for raw in mutated(MAILS, 250, seed):
        begun = time.process_time()
        check(parse(raw))
        assert time.process_time() - begun < 2
