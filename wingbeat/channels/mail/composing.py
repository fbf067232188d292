"""Composing: a reply with its words, files and place in the thread becomes a mail's bytes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from wingbeat.channels.mail.mime import (
    File,
    Part,
    file_part,
    ids_header,
    multipart,
    parties_header,
    raw_header,
    text_header,
    text_part,
)
from wingbeat.channels.mail.thread_headers import references
from wingbeat.desk.conversations.words import Party


@dataclass(frozen=True, slots=True)
class Post:
    """Everything a mail says. Message-IDs stand without their brackets; `at` has the sender's zone.

    `answers` are the Message-IDs of the thread, oldest first; the last one is what is answered.
    Bcc is nowhere in a mail: those addresses are in its envelope only.
    """

    sender: Party
    to: tuple[Party, ...]
    subject: str
    at: datetime
    message_id: str
    html: str
    text: str
    cc: tuple[Party, ...] = ()
    reply_to: str = ""
    answers: tuple[str, ...] = ()
    thread_index: str = ""
    thread_topic: str = ""
    loop_mark: str = ""
    is_automatic: bool = False
    pictures: tuple[File, ...] = ()
    files: tuple[File, ...] = ()


def compose(post: Post) -> bytearray:
    """Return the mail as it goes over the wire, all ASCII but for international addresses."""
    mail = bytearray()
    for header in _headers(post):
        mail += header
    for piece in _body(post):
        mail += piece
    return mail


def _headers(post: Post) -> Iterator[bytes]:
    yield parties_header("From", [post.sender])
    if post.to:
        yield parties_header("To", post.to)
    elif not post.cc:
        yield raw_header("To", "undisclosed-recipients:;")
    if post.cc:
        yield parties_header("Cc", post.cc)
    if post.reply_to:
        yield parties_header("Reply-To", [{"name": post.sender["name"], "address": post.reply_to}])
    yield text_header("Subject", post.subject)
    yield raw_header("Date", format_datetime(post.at))
    yield ids_header("Message-ID", [post.message_id])
    answered = references(post.answers)
    if answered:
        yield ids_header("In-Reply-To", answered[-1:])
        yield ids_header("References", answered)
    if post.thread_index:
        yield raw_header("Thread-Index", post.thread_index)
        yield text_header("Thread-Topic", post.thread_topic)
    yield raw_header("X-Wingbeat-Loop", post.loop_mark)
    if post.is_automatic:
        yield raw_header("Auto-Submitted", "auto-replied")
        yield raw_header("X-Auto-Response-Suppress", "All")
        yield raw_header("Precedence", "bulk")
    yield raw_header("MIME-Version", "1.0")


def _body(post: Post) -> Part:
    """Nest as mail programs expect: files beside (words as text, or as HTML with its pictures)."""
    seed = post.message_id
    page = text_part("html", post.html)
    if post.pictures:
        shown = [page, *map(file_part, post.pictures)]
        page = multipart("related", shown, seed=seed, extra='; type="text/html"')
    words = multipart("alternative", [text_part("plain", post.text), page], seed=seed)
    if not post.files:
        return words
    return multipart("mixed", [words, *map(file_part, post.files)], seed=seed)
