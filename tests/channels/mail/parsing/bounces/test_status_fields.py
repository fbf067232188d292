from __future__ import annotations

import base64
import email

from tests.channels.mail.parsing.bounces.notices import (
    SENT_ID,
    only,
    plain,
    read,
    recipients,
    report,
)
from wingbeat.channels.mail.parsing.bounces.fields import groups_of

UNKNOWN = """\
Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ada@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: no mailbox here
 of that name
"""


def test_a_standard_report_gives_every_field() -> None:
    found = read(report(UNKNOWN))
    (bounce,) = found.bounces
    assert bounce.recipient == "ada@example.org"
    assert (bounce.action, bounce.status, bounce.reply_code) == ("failed", "5.1.1", "550")
    assert bounce.diagnostic == "550 5.1.1 <ada@example.org>: no mailbox here of that name"
    assert bounce.hard
    assert found.original_message_id == SENT_ID


def test_the_address_we_wrote_to_wins_over_where_it_leads() -> None:
    fields = UNKNOWN.replace(
        "Final-Recipient", "Original-Recipient: rfc822;team@example.org\nFinal-Recipient"
    )
    assert recipients(report(fields)) == ["team@example.org"]


def test_several_recipients_are_told_apart_and_keep_their_order() -> None:
    fields = UNKNOWN + (
        "\nFinal-Recipient: rfc822; bo@example.org\nAction: delayed\nStatus: 4.4.1\n"
        "\nFinal-Recipient: rfc822; cy@example.org\nAction: delivered\nStatus: 2.0.0\n"
    )
    found = read(report(fields)).bounces
    assert [(one.recipient[:2], one.action, one.hard) for one in found] == [
        ("ad", "failed", True),
        ("bo", "delayed", False),
        ("cy", "delivered", False),
    ]


def test_recipients_without_blank_lines_between_them_are_told_apart() -> None:
    fields = (
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Final-Recipient: rfc822; bo@example.org\nAction: failed\nStatus: 5.2.2\n"
    )
    assert recipients(report(fields)) == ["ada@example.org", "bo@example.org"]


def test_blank_lines_inside_a_recipient_do_not_lose_it() -> None:
    fields = "\n\nAction: failed\n\nFinal-Recipient: rfc822;ada@example.org\n\nStatus: 5.1.1\n"
    bounce = only(report(fields))
    assert (bounce.recipient, bounce.status, bounce.hard) == ("ada@example.org", "5.1.1", True)


def test_the_same_recipient_twice_is_one_and_the_failure_counts() -> None:
    fields = (
        "Final-Recipient: rfc822; Ada@example.org\nAction: delayed\nStatus: 4.4.1\n\n"
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n"
    )
    bounce = only(report(fields))
    assert (bounce.action, bounce.hard) == ("failed", True)


def test_addresses_are_read_in_every_dress() -> None:
    dressed = {
        "rfc822;ada@example.org": "ada@example.org",
        "rfc822; <ada@example.org>": "ada@example.org",
        "RFC822; lmtp:ada@example.org": "ada@example.org",
        "<ada@example.org>": "ada@example.org",
        "ada@example.org": "ada@example.org",
        "utf-8; д@пример.рф": "д@пример.рф",
        r"utf-8; \x{434}@example.org": "д@example.org",
        'rfc822; "a b"@example.org': '"a b"@example.org',
        "x400; /c=us/; smtp=ada@example.org;": "ada@example.org",
        "rfc822; o'brien@example.org": "o'brien@example.org",
        "rfc822; ada@[192.0.2.1]": "ada@[192.0.2.1]",
        "rfc822; no address at all": "",
    }
    for value, address in dressed.items():
        (group,) = groups_of(f"Final-Recipient: {value}\nAction: failed\n")
        assert group.recipient == address


def test_a_precise_code_in_the_diagnostic_beats_a_vague_status() -> None:
    bounce = only(report(UNKNOWN.replace("Status: 5.1.1", "Status: 5.0.0")))
    assert bounce.status == "5.1.1"


def test_where_the_fields_say_little_the_words_help() -> None:
    fields = "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.0.0\n"
    words = "This is the mail system at host mx.\n\n<ada@example.org>: 550 5.2.2 mailbox full"
    bounce = only(report(fields, words=words))
    assert (bounce.status, bounce.reply_code, bounce.hard) == ("5.2.2", "550", False)


def test_a_recipient_that_the_fields_garble_is_taken_from_the_words() -> None:
    fields = "Final-Recipient: rfc822; @mx.example.org\nAction: failed\nStatus: 5.1.2\n"
    words = "----- The following addresses had permanent fatal errors -----\n<ada@example.org>"
    assert recipients(report(fields, words=words)) == ["ada@example.org"]


def test_fields_inside_plain_words_count_too() -> None:
    assert recipients(plain(f"Your mail failed. Technical report:\n\n{UNKNOWN}")) == [
        "ada@example.org"
    ]


def test_fields_in_base64_are_read() -> None:
    encoded = base64.encodebytes(UNKNOWN.encode()).decode()
    message = report(UNKNOWN)
    status = message.get_payload()[1]  # type: ignore[index]
    status["Content-Transfer-Encoding"] = "base64"  # type: ignore[index]
    block = email.message_from_string("")
    block.set_payload(encoded)
    status.set_payload([block])  # type: ignore[union-attr]
    assert recipients(message) == ["ada@example.org"]


def test_a_report_whose_parts_never_come_is_read_as_words() -> None:
    body = "The following addresses had permanent fatal errors\n<ada@example.org>\n\n" + UNKNOWN
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="nowhere"'
    assert recipients(plain(body, kind)) == ["ada@example.org"]


def test_the_original_is_found_in_headers_alone() -> None:
    body = (
        f"--edge\nContent-Type: message/delivery-status\n\n{UNKNOWN}\n"
        f"--edge\nContent-Type: text/rfc822-headers\n\nMessage-ID: {SENT_ID}\n--edge--\n"
    )
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"'
    assert read(plain(body, kind)).original_message_id == SENT_ID


def test_without_the_returned_mail_the_answered_one_is_the_original() -> None:
    body = f"--edge\nContent-Type: message/delivery-status\n\n{UNKNOWN}\n--edge--\n"
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"'
    assert read(plain(body, kind, f"In-Reply-To: {SENT_ID}")).original_message_id == SENT_ID
    references = f"References: <other@x.example> {SENT_ID}"
    assert read(plain(body, kind, references)).original_message_id == SENT_ID


def test_a_complaint_lists_no_bounce_but_names_its_mail() -> None:
    body = (
        "--edge\nContent-Type: text/plain\n\nThis is an abuse report.\n"
        "--edge\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        "Original-Rcpt-To: ada@example.org\n"
        f"--edge\nContent-Type: message/rfc822\n\nMessage-ID: {SENT_ID}\n\nHello\n--edge--\n"
    )
    kind = 'Content-Type: multipart/report; report-type=feedback-report; boundary="edge"'
    found = read(plain(body, kind))
    assert (found.bounces, found.original_message_id) == ((), SENT_ID)


def test_a_receipt_lists_no_bounce() -> None:
    body = (
        "--edge\nContent-Type: text/plain\n\nYour message to ada@example.org was displayed.\n"
        "--edge\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; ada@example.org\nDisposition: manual-action; displayed\n--edge--"
    )
    kind = 'Content-Type: multipart/report; report-type=disposition-notification; boundary="edge"'
    assert read(plain(body, kind)).bounces == ()
