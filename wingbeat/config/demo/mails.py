"""The example's messages as the world sees them: raw mails of customers, words of agents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from hashlib import sha256

from wingbeat.channels.mail.mime import UNFOLDED
from wingbeat.config.demo.files import File, file_of
from wingbeat.config.demo.quoting import Answered, Letter, plain, program, rich
from wingbeat.config.demo.shapes import Customer, Demo, Message, Thread
from wingbeat.config.demo.times import HERE, filled, stamps


class NotSentYet(LookupError):
    """A mail answers a message of an agent that has no Message-ID yet."""


def said(demo: Demo, thread: Thread, message: Message, start: datetime) -> str:
    """Return the words of a message with its dates filled in."""
    return filled(
        message.text, start + message.at, _language(demo, thread, message), demo.company.zone
    )


def subject_of(demo: Demo, thread: Thread, message: Message, start: datetime) -> str:
    """Return the subject of a message: its own, or the thread's with "Re:" from the second on."""
    if message.subject:
        return message.subject
    first = thread.messages[0]
    subject = filled(thread.subject, start + first.at, thread.language, demo.company.zone)
    return subject if message is first else f"Re: {subject}"


def files_of(message: Message, start: datetime) -> list[File]:
    """Return the files that hang on a message."""
    return [file_of(attachment, start) for attachment in message.attachments]


def message_id_of(demo: Demo, message: Message) -> str:
    """Return the Message-ID that a customer's mail program gives to this mail, always the same."""
    name = sha256(message.key.encode()).hexdigest()[:24]
    return f"<{name}@{_address(demo, message).rpartition('@')[2]}>"


def mail_of(
    demo: Demo, thread: Thread, message: Message, *, start: datetime, sent: Mapping[str, str]
) -> bytes:
    """Write the raw mail of a customer's message, as it would arrive at the inbox.

    `start` is the aware time at which the example began. `sent` holds the Message-IDs that the
    desk gave to the agents' earlier messages, by message key ("box-moved/2"); raises `NotSentYet`
    when the one that this mail answers is missing.
    """
    earlier = _earlier(thread, message)
    if message.automatic == "bounce":
        return _bounce(demo, thread, message, earlier, start=start, sent=sent)
    mail = EmailMessage(policy=SMTP)
    _address_it(mail, demo, thread, message)
    mail["Subject"] = _shown_subject(demo, thread, message, start)
    mail["Date"] = format_datetime(_written(demo, message, start))
    mail["Message-ID"] = message_id_of(demo, message)
    if earlier and not message.forwarded_by:
        ids = [_id_of(demo, one, sent) for one in earlier]
        mail["In-Reply-To"] = ids[-1]
        mail["References"] = " ".join(ids)
    _mark(mail, message)
    letter = _letter(demo, thread, message, earlier, start)
    _fill(mail, letter, files_of(message, start), _charset(demo, message))
    _bound(mail, message_id_of(demo, message))
    return mail.as_bytes(policy=UNFOLDED)


def _bound(mail: EmailMessage, message_id: str) -> None:
    """Set the boundaries between parts, so that the same message is always the same bytes."""
    name = message_id.strip("<").partition("@")[0]
    for number, part in enumerate(one for one in mail.walk() if one.is_multipart()):
        part.set_boundary(f"{name}-{number}")


def _earlier(thread: Thread, message: Message) -> list[Message]:
    """Return what the writer of a mail has seen of the conversation."""
    before = thread.messages[: thread.messages.index(message)]
    return [one for one in before if one.kind != "note" and not (one.in_margin or one.automatic)]


def _id_of(demo: Demo, message: Message, sent: Mapping[str, str]) -> str:
    if message.kind == "mail":
        return sent.get(message.key) or message_id_of(demo, message)
    if message.key not in sent:
        raise NotSentYet(f"{message.key} has no Message-ID; send it first and pass its id")
    return sent[message.key]


def _language(demo: Demo, thread: Thread, message: Message) -> str:
    """Return the language a message is in; colleagues write their notes in English."""
    customer = demo.customers.get(message.who)
    own = customer.language if customer else thread.language
    return "en" if message.kind == "note" else own


def _address(demo: Demo, message: Message) -> str:
    if message.forwarded_by:
        return demo.agents[message.forwarded_by].address
    writer = demo.writer(message)
    return message.address or (
        writer.addresses[0] if isinstance(writer, Customer) else writer.address
    )


def _named(demo: Demo, key: str) -> str:
    person = demo.people[key]
    address = person.addresses[0] if isinstance(person, Customer) else person.address
    return formataddr((person.name, address))


def _written(demo: Demo, message: Message, start: datetime) -> datetime:
    writer = demo.writer(message)
    zone = writer.zone if isinstance(writer, Customer) else demo.company.zone
    return (start + message.at).astimezone(zone).replace(microsecond=0)


def _charset(demo: Demo, message: Message) -> str:
    writer = demo.customers.get(message.who)
    return writer.charset if writer and not message.forwarded_by else "utf-8"


def _address_it(mail: EmailMessage, demo: Demo, thread: Thread, message: Message) -> None:
    writer = demo.people[message.forwarded_by or message.who]
    inbox = demo.inboxes[thread.inbox]
    address = _address(demo, message)
    mail["Return-Path"] = f"<{address}>"
    mail["From"] = formataddr((writer.name, address))
    others = [_named(demo, key) for key in message.to]
    mail["To"] = ", ".join([formataddr((inbox.name, inbox.address)), *others])
    if message.cc:
        mail["Cc"] = ", ".join(_named(demo, key) for key in message.cc)
    domain = address.rpartition("@")[2]
    result = message.authentication
    mail["Authentication-Results"] = (
        f"{demo.company.authserv}; dkim={result} header.d={domain}; "
        f"spf={result} smtp.mailfrom={domain}; dmarc={result} header.from={domain}"
    )


def _shown_subject(demo: Demo, thread: Thread, message: Message, start: datetime) -> str:
    subject = subject_of(demo, thread, message, start)
    return f"Fwd: {subject}" if message.forwarded_by else subject


def _mark(mail: EmailMessage, message: Message) -> None:
    """Add the headers by which programs tell what no person wrote."""
    marks = {
        "reply": {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
        "list": {
            "List-Id": f"<news.{mail['From'].addresses[0].domain}>",
            "List-Unsubscribe": f"<https://{mail['From'].addresses[0].domain}/leave>",
            "Precedence": "bulk",
        },
        "spam": {"X-Spam-Flag": "YES", "X-Spam-Status": "Yes, score=14.2 required=5.0"},
    }
    for name, value in marks.get(message.automatic, {}).items():
        mail[name] = value


def _letter(
    demo: Demo, thread: Thread, message: Message, earlier: list[Message], start: datetime
) -> Letter:
    customer = demo.customers[message.who]
    text = said(demo, thread, message, start)
    if message.forwarded_by:
        text = _forwarded(demo, thread, message, start)
        return Letter(text, "gmail", customer.language)
    quotes = earlier and message.quotes and not message.automatic
    return Letter(
        text=text,
        client=message.client or customer.client,
        language=customer.language,
        signature="" if message.automatic else customer.signature,
        html=filled(message.html, start + message.at, customer.language, demo.company.zone),
        answered=_answered(demo, thread, earlier[-1], start) if quotes else None,
    )


def _answered(demo: Demo, thread: Thread, message: Message, start: datetime) -> Answered:
    inbox = demo.inboxes[thread.inbox]
    customer = demo.customers[thread.customer]
    ours = message.kind == "reply"
    return Answered(
        name=demo.writer(message).name,
        address=inbox.address if ours else _address(demo, message),
        to=customer.name if ours else inbox.address,
        subject=subject_of(demo, thread, message, start),
        at=_written(demo, message, start),
        text=said(demo, thread, message, start),
    )


def _forwarded(demo: Demo, thread: Thread, message: Message, start: datetime) -> str:
    """Quote a customer's mail the way an agent's mail program forwards it."""
    customer, agent = demo.customers[message.who], demo.agents[message.forwarded_by]
    pieces = stamps(_written(demo, message, start), "en")
    lines = [
        "---------- Forwarded message ---------",
        f"From: {customer.name} <{customer.addresses[0]}>",
        "Date: {wday}, {mon} {d}, {yyyy} at {time12}".format(**pieces),
        f"Subject: {subject_of(demo, thread, message, start)}",
        f"To: {agent.name} <{agent.address}>",
    ]
    return "\n".join([*lines, "", said(demo, thread, message, start)])


def _fill(mail: EmailMessage, letter: Letter, files: list[File], charset: str) -> None:
    mail_program = program(letter.client)
    if mail_program:
        mail["X-Mailer"] = mail_program
    mail.set_content(plain(letter) + "\n", charset=charset)
    html = rich(letter)
    if html:
        mail.add_alternative(html, subtype="html", charset=charset)
    for file in files:
        kind, _, subtype = file.type.partition("/")
        if file.content_id and html:
            page = mail.get_body(("html",))
            assert isinstance(page, EmailMessage)  # noqa: S101 - added above
            page.add_related(
                file.content, kind, subtype, cid=f"<{file.content_id}>", filename=file.name
            )
    for file in files:
        kind, _, subtype = file.type.partition("/")
        if not (file.content_id and html):
            mail.add_attachment(file.content, kind, subtype, filename=file.name)


def _bounce(
    demo: Demo,
    thread: Thread,
    message: Message,
    earlier: list[Message],
    *,
    start: datetime,
    sent: Mapping[str, str],
) -> bytes:
    """Write the report of a mail server that could not deliver an agent's answer."""
    answer = earlier[-1]
    report = (HERE / "bounce.txt").read_text(encoding="utf-8")
    report = report.format(
        daemon=_address(demo, message),
        inbox=demo.inboxes[thread.inbox].address,
        date=format_datetime(_written(demo, message, start)),
        message_id=message_id_of(demo, message),
        words=said(demo, thread, message, start),
        server=demo.company.authserv,
        to=message.bounced,
        host=message.bounced.rpartition("@")[2],
        answer_id=_id_of(demo, answer, sent),
        subject=subject_of(demo, thread, answer, start),
    )
    return report.replace("\n", "\r\n").encode("utf-8")
