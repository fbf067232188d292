from __future__ import annotations

import json

import pytest

from tests.channels.mail.parsing.bounces.notices import SENT_ID, only, plain, read, recipients
from wingbeat.channels.mail.parsing.bounces.dialects import told_by

COPY = f"\nMessage-ID: {SENT_ID}\nFrom: support@desk.example.com\nTo: ada@example.org\n\nHello\n"

NOTICES = {
    "Postfix": """\
This is the mail system at host mx.example.net.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<ada@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1
    <ada@example.org>: Recipient address rejected: User unknown (in reply to
    RCPT TO command)
""",
    "Exim": """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.org
    host mx.example.org [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ada@example.org>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------
""",
    "1&1": """\
A message that you sent could not be delivered to one or more of
its recipients. The following addresses failed:

<ada@example.org>:
SMTP error from remote server after RCPT command:
host mx.example.org[192.0.2.1]
550 5.1.1 User unknown

--- The header of the original message is following. ---
""",
    "qmail": """\
Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.org>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.
""",
    "sendmail": """\
   ----- The following addresses had permanent fatal errors -----
<ada@example.org>
    (reason: 550 5.1.1 <ada@example.org>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx.example.org.:
>>> DATA
<<< 550 5.1.1 <ada@example.org>... User unknown
550 5.1.1 <ada@example.org>... User unknown

   ----- Original message follows -----
""",
    "old sendmail": """\
   ----- Transcript of session follows -----
While talking to mx.example.org:
>>> RCPT To:<ada@example.org>
<<< 550 5.1.1 <ada@example.org>... User unknown
550 5.1.1 <ada@example.org>... User unknown

   ----- Unsent message follows -----
""",
    "Gmail": """\
Delivery to the following recipient failed permanently:

     ada@example.org

Technical details of permanent failure:
The error that the other server returned was:
550 550 5.1.1 unknown user

----- Original message -----
""",
    "Gmail of today": """\
** Address not found **

Your message wasn't delivered to ada@example.org because the address couldn't be found.

The response was:

550 5.1.1 The email account that you tried to reach does not exist.
""",
    "Exchange": """\
Delivery has failed to these recipients or groups:

Ada Lovelace<mailto:ada@example.org>
The email address you entered couldn't be found.

Diagnostic information for administrators:

Generating server: mx.example.net

ada@example.org
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##

Original message headers:
""",
    "Exchange in German": """\
Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:

ada@example.org<mailto:ada@example.org>
Die eingegebene E-Mail-Adresse konnte nicht gefunden werden.

Remote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'

Kopfzeilen der ursprünglichen Nachricht:
""",
    "old Exchange": """\
Your message

  To:      support
  Subject: Hello

did not reach the following recipient(s):

ada@example.org on Thu, 4 Oct 2007 16:51:51 -0500
    The recipient name is not recognized
    550 5.1.1 Unknown Recipient
""",
    "Domino": """\
Your message

  Subject: Hello

was not delivered to:

  ada@example.org

because:

  550 5.1.1 User ada (ada@example.org) not listed in Domino Directory
""",
    "mail.ru": """\
Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:

  ada@example.org
    host mx.example.org [192.0.2.1]: 550 5.1.1 no such user
""",
    "Yahoo": """\
Sorry, we were unable to deliver your message to the following address.

<ada@example.org>:
Remote host said: 550 5.1.1 <ada@example.org>... User unknown [RCPT_TO]

--- Below this line is a copy of the message.
""",
    "OpenSMTPD": """\
    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

ada@example.org: 550 5.1.1 user unknown

    Below is a copy of the original message:
""",
    "MailFoundry": """\
This is a message from the MailFoundry at mx.example.net.
Unable to deliver message to: <ada@example.org>
Delivery failed for the following reason:
Server mx.example.org[192.0.2.1] failed with: 550 5.1.1 No such user here
""",
    "Yandex and other systems": """\
This message was generated by the mail server. Your message could not be
delivered to the following recipients:

  * <ada@example.org>: 550 5.1.1 No such user!
""",
}


@pytest.mark.parametrize("system", NOTICES)
def test_a_system_that_only_talks_is_understood(system: str) -> None:
    found = read(plain(NOTICES[system] + COPY))
    (bounce,) = found.bounces
    assert bounce.recipient == "ada@example.org"
    assert (bounce.action, bounce.reply_code, bounce.status) == ("failed", "550", "5.1.1")
    assert bounce.hard
    assert found.original_message_id == SENT_ID


@pytest.mark.parametrize("system", NOTICES)
def test_line_ends_make_no_difference(system: str) -> None:
    for line_end in ("\r\n", "\r"):
        words = NOTICES[system].replace("\n", line_end)
        assert recipients(plain(words)) == ["ada@example.org"]


def test_several_recipients_keep_their_own_words() -> None:
    words = """\
This message was created automatically by mail delivery software.
The following address(es) failed:

  ada@example.org
    550 5.2.2 mailbox full
  bo@example.org
    550 5.1.1 user unknown
"""
    found = read(plain(words)).bounces
    assert [(one.recipient, one.status, one.hard) for one in found] == [
        ("ada@example.org", "5.2.2", False),
        ("bo@example.org", "5.1.1", True),
    ]


def test_a_warning_is_a_delay_and_never_hard() -> None:
    words = """\
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its recipients.
The address to which the message has not yet been delivered is:

  ada@example.org
    host lookup did not complete: unknown host

No action is required on your part. Delivery attempts will continue for some time.
"""
    bounce = only(plain(words))
    assert (bounce.recipient, bounce.action, bounce.hard) == ("ada@example.org", "delayed", False)


def test_what_the_returned_mail_says_is_not_reported() -> None:
    words = NOTICES["Postfix"] + "\n--- Below this line is a copy of the message.\n"
    assert recipients(plain(words + "\n<bo@example.org>: 550 user unknown")) == ["ada@example.org"]


def test_headers_without_a_separator_begin_the_returned_mail() -> None:
    words = NOTICES["Postfix"] + "\nReceived: from desk by mx\n\tid 1 for <bo@example.org>; Mon\n"
    assert recipients(plain(words + "To: bo@example.org\n\n<bo@example.org>: x")) == [
        "ada@example.org"
    ]


def test_only_a_header_naming_the_failed_is_enough() -> None:
    found = plain("Es ging nicht.", "X-Failed-Recipients: ada@example.org, bo@example.org")
    assert recipients(found) == ["ada@example.org", "bo@example.org"]


def test_without_any_name_the_one_recipient_of_the_returned_mail_failed() -> None:
    words = "Transcript of session follows\n421 example.org... Deferred: Connection timed out\n\n"
    returned = (
        f"----- Unsent message follows -----\nMessage-ID: {SENT_ID}\nTo: Ada <ada@example.org>\n"
    )
    assert recipients(plain(words + returned, subject="Returned mail")) == ["ada@example.org"]
    two = returned.replace("To: Ada", "To: bo@example.org, Ada")
    assert recipients(plain(words + two, subject="Returned mail")) == []


def test_a_postmasters_copy_of_a_notification_is_read() -> None:
    inner = f"From: MAILER-DAEMON@mx.example.org\nTo: x\nSubject: failure\n\n{NOTICES['Postfix']}"
    words = f"Your report is forwarded.\n\n-----Original Message-----\n{inner}"
    assert recipients(plain(words)) == ["ada@example.org"]


def test_japanese_that_nobody_announced_is_read() -> None:
    words = "Failure Reasons\n\nディレクトリのリストにありません\nada@example.org\n"
    message = plain(words.encode("iso2022_jp").decode("ascii"))
    assert only(message).hard


def test_a_sending_service_reports_in_json() -> None:
    told = {
        "notificationType": "Bounce",
        "bounce": {
            "bouncedRecipients": [
                {
                    "emailAddress": "ada@example.org",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
            ]
        },
        "mail": {"commonHeaders": {"messageId": SENT_ID}},
    }
    body = json.dumps({"Type": "Notification", "Message": json.dumps(told)})
    found = read(plain(body, sender="no-reply@sns.amazonaws.com", subject="AWS Notification"))
    assert [(one.recipient, one.status, one.hard) for one in found.bounces] == [
        ("ada@example.org", "5.1.1", True)
    ]
    assert found.original_message_id == SENT_ID
    assert recipients(plain(body, sender="nora@example.org", subject="Look at this")) == []


def test_the_html_text_serves_where_no_plain_part_speaks() -> None:
    message = plain("<p>see</p>", "Content-Type: text/html")
    found = told_by(NOTICES["Postfix"], own=frozenset(), is_sure=True)
    assert found.dialect == "Postfix"
    assert recipients(message) == []
