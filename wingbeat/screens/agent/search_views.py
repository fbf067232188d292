"""Full-text search over what this agent may read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.desk.customers.models import Address
from wingbeat.desk.moving.models import OldNumber
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.paths import place_of

NUMBER = re.compile(r"#(\d{1,18})")
OLD_NUMBER = re.compile(r"#?([A-Za-z0-9-]*\d[A-Za-z0-9-]*)")
BELOW = re.compile(r"[0-9]{1,18}")
HITS = 30  # on one page
BEFORE = 60  # characters shown before the first word that was found


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that holds every word, with the sentence around the first of them."""

    url: str
    who: str
    subject: str
    at: datetime
    words: SafeString


@for_agents("GET")
def search(request: DeskRequest) -> HttpResponse:
    """Find words; `#123` goes straight to that conversation, and so does an old desk's number."""
    query = request.GET.get("q", "").strip()[:200]
    number = NUMBER.fullmatch(query)
    if number and conversations(request).filter(pk=int(number[1])).exists():
        return redirect("agent:conversation", pk=int(number[1]))
    if (old := by_old_number(query, conversations(request))) is not None:
        return redirect("agent:conversation", pk=old.pk)
    asked = request.GET.get("below", "")
    below = int(asked) if BELOW.fullmatch(asked) else searching.NEWEST
    found = searching.find(query, agent=request.user, below=below, most=HITS + 1) if query else []
    context = {
        "query": query,
        "found": _hits(found[:HITS], query),
        "older": urlencode({"q": query, "below": found[HITS - 1].pk}) if found[HITS:] else "",
        "place": "search",
    }
    return respond(request, "agent/search/page.html", context, part="agent/search/_found.html")


def by_old_number(asked: str, visible: ConversationQuerySet) -> Conversation | None:
    """Return which of these had a number on the desk that was used before."""
    number = OLD_NUMBER.fullmatch(asked)
    return OldNumber.objects.seen_in(visible, number[1]) if number else None


def _hits(found: list[Message], query: str) -> list[Hit]:
    nameless = [m.conversation.customer_id for m in found if not m.conversation.customer.name]
    addresses = Address.objects.first_of(nameless) if nameless else {}
    return [_hit(message, query, addresses) for message in found]


def _hit(message: Message, query: str, addresses: dict[int, str]) -> Hit:
    text, conversation = message.words.text, message.conversation
    folded = text.casefold()
    spots = [folded.find(word.casefold()[:5]) for word in query.split()]
    first = min((spot for spot in spots if spot >= 0), default=0)
    start = max(0, first - BEFORE)
    shown = excerpt_of(text[start:], 240)
    return Hit(
        url=place_of(conversation.pk, message.pk),
        who=conversation.customer.name or addresses.get(conversation.customer_id, ""),
        subject=conversation.subject,
        at=message.at,
        words=_marked(f"… {shown}" if start else shown, query),
    )


def _marked(words: str, query: str) -> SafeString:
    """Mark what begins like a word that was asked for; endings differ from language to language."""
    starts = [re.escape(word[: max(4, len(word) - 2)]) for word in re.findall(r"\w+", query)]
    if not starts:
        return conditional_escape(words)
    pieces = re.split(rf"(\b(?:{'|'.join(starts)})\w*)", words, flags=re.IGNORECASE)
    return format_html_join(
        "",
        "{}{}",
        (
            (piece, format_html("<mark>{}</mark>", hit) if hit else "")
            for piece, hit in zip(pieces[::2], [*pieces[1::2], ""], strict=True)
        ),
    )
