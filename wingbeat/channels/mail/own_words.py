"""What an agent wrote, made fit to store and send: clean HTML and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import nh3

from wingbeat.channels.mail.parsing.html import html_of, text_of
from wingbeat.desk.conversations.brand import pictured_as, signed_as
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.knowledge.models import ArticlePicture
from wingbeat.desk.people.models import Agent

TAGS = frozenset("a b blockquote br code del div em h1 i img li ol p pre s strong u ul".split())
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "*": {"dir"}}
OWN_FILE = re.compile(r"/attachments/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/")


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines under a reply, and below them each picture once."""

    lines: str
    pictures: tuple[ArticlePicture, ...]


def cleaned(html: str) -> str:
    """Return only what our own editor can write; pictures only from the desk itself."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_own_pictures_only,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    ).strip()


def from_plain(text: str) -> str:
    """Return paragraphs and links for what was typed into a plain field."""
    return html_of(text.strip())


def for_editor(html: str) -> str:
    """Return the words as the editor writes them: it knows lines and no paragraphs."""
    lines = re.sub(r"</p>\s*(?=<p\b|<div\b|<blockquote\b|<[ou]l\b)", "<br><br>", html)
    return re.sub(r"</?p\b[^>]*>", "", lines)


def text_in(html: str) -> str:
    return text_of(html)[0].strip()


def signature_of(agent: Agent | None, inbox: Inbox) -> Signature:
    """Return what stands under a reply: an agent's own above the inbox's; machines have none."""
    lines = agent.signature if agent else "", signed_as(inbox)
    pictures = agent.signature_picture if agent else None, pictured_as(inbox)
    return Signature(
        "\n\n".join(part.strip() for part in lines if part.strip()),
        tuple(dict.fromkeys(one for one in pictures if one is not None)),
    )


def _own_pictures_only(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        found = OWN_FILE.search(value)
        return found[0] if found else None
    return value
