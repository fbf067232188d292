"""Gathering: what the desk knows of a reply, from its rows, put together as a post to compose."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone as django_timezone, translation
from django.utils.formats import date_format

from wingbeat.channels.mail import identity
from wingbeat.channels.mail.composing import Post
from wingbeat.channels.mail.dressing import Dressed, Quoted, dress
from wingbeat.channels.mail.foot import choices_of, foot_of
from wingbeat.channels.mail.mime import File
from wingbeat.channels.mail.own_words import signature_of
from wingbeat.channels.mail.subjects import is_answer
from wingbeat.channels.mail.thread_headers import thread_index
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.brand import sender_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.searching import TELLING
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.knowledge.models import ArticlePicture

# Ukrainian, Serbian and others have letters beyond these.
RUSSIAN = re.compile("[а-яё]+")
ATTRIBUTIONS = Path(__file__).with_name("attributions.toml")
# A reply deep in a long thread names its nearest ancestors; the limit of References cuts further.
MOST_ANSWERED = 60


@dataclass(frozen=True, slots=True)
class Thread:
    """What was said before a reply, as its headers and its quotation need it."""

    answers: tuple[str, ...]
    answered: Message | None
    thread_index: str


def post_of(outgoing: Outgoing) -> Post:
    """Return everything that the mail of a reply will say; reads rows, changes none."""
    message = outgoing.message
    conversation, inbox = message.conversation, message.conversation.inbox
    thread = thread_before(message)
    parties = message.words.recipients
    shown, files = _dressed(message, thread, recipients_of(outgoing))
    return Post(
        sender={"name": sender_name(message, inbox), "address": inbox.address},
        to=tuple(parties["to"]),
        cc=tuple(parties["cc"]),
        reply_to=_reply_to(inbox, conversation),
        subject=subject_of(message, conversation, answers=thread.answered is not None),
        at=message.at.astimezone(zone_of(inbox)),
        message_id=message_id_of(message, inbox),
        answers=thread.answers,
        thread_index=thread_index(
            thread.thread_index,
            root=f"{identity.desk_id()} {conversation.pk}",
            began_at=conversation.opened_at,
            at=message.at,
        ),
        thread_topic=conversation.subject,
        loop_mark=identity.desk_id(),
        is_automatic=bool(message.automatic),
        html=shown.html,
        text=shown.text,
        pictures=shown.pictures,
        files=files,
    )


def _dressed(
    message: Message, thread: Thread, recipients: Sequence[str]
) -> tuple[Dressed, tuple[File, ...]]:
    """Return the words as mail programs show them, and the files that stand beside them."""
    inbox, language = message.conversation.inbox, _language_to(message, thread)
    quoted = _quoted(message, thread.answered)
    rows = _files(message, thread.answered if quoted else None)
    signature = signature_of(None if message.automatic else message.agent, inbox)
    signing = {one.sha256: _signing(one, _domain(inbox)) for one in signature.pictures}
    names = {row.pk: f"{row.token}@{_domain(inbox)}" for row in rows}
    # what comes back to us in a quotation goes out under the name that it has below our words
    names |= {row.pk: signing[row.sha256].content_id for row in rows if row.sha256 in signing}
    pictures = {str(row.token): _file(row, names[row.pk]) for row in rows if row.is_picture}
    asked = choices_of(message, recipients, language=language, at=message.at)
    shown = dress(
        message.words.html,
        signature=signature.lines,
        signing=tuple(signing.values()),
        quoted=quoted,
        picture=pictures.get,
        foot=foot_of(message, recipients, language=language, at=message.at),
        choices=asked if inbox.asks_rating else None,
    )
    in_page = {picture.content_id for picture in shown.pictures}
    own = [row for row in rows if row.message_id == message.pk]
    return shown, tuple(_file(row) for row in own if names[row.pk] not in in_page)


def _language_to(message: Message, thread: Thread) -> str:
    """Return the language in which a mail speaks by itself to its customer."""
    conversation, answered = message.conversation, thread.answered
    said = answered.words.text_new if answered is not None else ""
    return language_of(conversation.customer, conversation.inbox, said)


def thread_before(message: Message) -> Thread:
    """Return the thread that a reply continues: what people let in have said, and we ourselves."""
    earlier = Message.objects.filter(
        conversation_id__in=message.conversation.parts(), in_margin=False, pk__lt=message.pk
    ).exclude(kind=MessageKind.NOTE)
    newest = list(
        earlier.filter(automatic="")
        .select_related("words", "address__customer")
        .order_by("-at", "-pk")[:MOST_ANSWERED]
    )
    answered = next((one for one in newest if one.kind == MessageKind.CUSTOMER), None)
    ids = [one.message_id for one in reversed(newest) if one.message_id]
    last = answered.message_id if answered is not None else ""
    index = next((one.words.thread_index for one in newest if one.words.thread_index), "")
    return Thread(tuple([*ids, last] if last else ids), answered, index)


def recipients_of(outgoing: Outgoing) -> list[str]:
    """Return the addresses of the envelope: everyone, or those who do not have it yet."""
    if outgoing.still_to:
        return list(outgoing.still_to)
    parties = outgoing.message.words.recipients
    everyone = [*parties["to"], *parties["cc"], *parties["bcc"]]
    gone = outgoing.refused
    found = dict.fromkeys(p["address"] for p in everyone if p["address"])
    return [address for address in found if address not in gone]


def message_id_of(message: Message, inbox: Inbox) -> str:
    """Return the reply's Message-ID without brackets: given once, kept at every attempt."""
    return message.message_id or identity.message_id(
        conversation_id=message.conversation_id, message_id=message.pk, domain=_domain(inbox)
    ).strip("<>")


def subject_of(message: Message, conversation: Conversation, *, answers: bool) -> str:
    typed: str = message.words.subject
    if typed or not answers or is_answer(conversation.subject):
        return typed or conversation.subject
    return f"Re: {conversation.subject}".strip()


def sender_name(message: Message, inbox: Inbox) -> str:
    """Return the name a customer sees: the inbox's, after the agent's where that is set."""
    name = sender_of(inbox)
    if inbox.shows_agent_name and message.agent is not None and not message.automatic:
        return f"{message.agent.name} ({name})"
    return name


def language_of(customer: Customer, inbox: Inbox, words: str = "") -> str:
    """Return the language to address a customer in: as set, as they write, or as the inbox does."""
    default: str = inbox.language or settings.LANGUAGE_CODE
    return customer.language or told_by(words) or default


def told_by(words: str) -> str:
    """Return the language that the commonest short words of a text tell, or the empty string.

    >>> told_by("Guten Tag, ich habe das Paket nicht bekommen und bitte um Hilfe.")
    'de'
    >>> told_by("Bonjour, je n'ai pas reçu mon colis.")
    ''
    """
    found = [word.casefold() for word in re.findall(r"[^\W\d_]+", words[:4_000])]
    if not found:
        return ""
    russian = sum(bool(RUSSIAN.fullmatch(word)) for word in found)
    if russian * 2 > len(found):
        return "ru"
    told = sorted(
        ((len(set(found) & telling), language) for language, telling in TELLING.items()),
        reverse=True,
    )
    (most, language), (second, _other) = told[:2]
    return language if most >= 2 and most > second else ""


def zone_of(inbox: Inbox) -> tzinfo:
    return _zone(inbox.zone) or django_timezone.get_default_timezone()


def clock_of(customer: Customer, inbox: Inbox) -> tzinfo:
    """Return a customer's clock as far as it is known, else ours."""
    return own_clock(customer) or zone_of(inbox)


def own_clock(customer: Customer) -> tzinfo | None:
    """Return a customer's clock: the zone somebody set, else what their newest mail's date said."""
    if customer.mail_offset_minutes is None:
        return _zone(customer.zone)
    return _zone(customer.zone) or timezone(timedelta(minutes=customer.mail_offset_minutes))


def who_wrote(name: str, at: datetime, language: str) -> str:
    """Return the line above a quotation. `at` has the reader's zone.

    >>> from datetime import UTC
    >>> who_wrote("Nora", datetime(2026, 3, 2, 12, tzinfo=UTC), "de")
    'Am 2. März 2026 um 12:00 schrieb Nora:'
    """
    lines = _attributions()
    language = language.partition("-")[0]
    language = language if language in lines else "en"
    with translation.override(language):
        day = date_format(at, "DATE_FORMAT")
    return lines[language].format(day=day, clock=f"{at:%H:%M}", name=name)


def _quoted(message: Message, answered: Message | None) -> Quoted | None:
    """Quote the words answered, unless they would reach only people who are not their author."""
    if answered is None or answered.address is None or message.automatic:
        return None
    email, inbox = answered.address.email, message.conversation.inbox
    parties = message.words.recipients
    theirs = {email, *(one["address"] for one in answered.words.recipients.get("reply_to", ()))}
    if not any(party["address"] in theirs for role in ("to", "cc") for party in parties[role]):
        return None
    author = answered.address.customer
    at = answered.at.astimezone(clock_of(author, inbox))
    text = answered.words.text_new or answered.words.text
    line = who_wrote(author.name or email, at, language_of(author, inbox, text))
    return Quoted(line, answered.words.html, text)


def _files(message: Message, quoted: Message | None) -> list[Attachment]:
    """Return the files of a reply and of the words it quotes: what its page may show."""
    messages = [one.pk for one in (message, quoted) if one is not None]
    return list(Attachment.objects.filter(message_id__in=messages).without_content())


def _file(row: Attachment, content_id: str = "") -> File:
    return File(row.name, row.type, row.content, content_id)


def _signing(picture: ArticlePicture, domain: str) -> File:
    name = f"signature.{picture.type.removeprefix('image/')}"
    return File(name, picture.type, picture.content, f"{picture.token}@{domain}")


def _reply_to(inbox: Inbox, conversation: Conversation) -> str:
    return identity.plus_address(inbox.address, conversation.pk) if inbox.uses_plus_address else ""


def _domain(inbox: Inbox) -> str:
    domain = inbox.address.rpartition("@")[2]
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


@cache
def _attributions() -> dict[str, str]:
    return tomllib.loads(ATTRIBUTIONS.read_text(encoding="utf-8"))
