"""Full-text search over what this agent may read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond

NUMBER = re.compile(r"#(\d{1,18})")
BEFORE = 60  # characters shown before the first word that was found


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that holds every word, with the sentence around the first of them."""

    conversation: Conversation
    message_id: int
    at: datetime
    words: SafeString


@require_GET
@for_agents
def search(request: DeskRequest) -> HttpResponse:
    """Find words; `#123` goes straight to that conversation."""
    query = request.GET.get("q", "").strip()[:200]
    number = NUMBER.fullmatch(query)
    if number and conversations(request).filter(pk=int(number[1])).exists():
        return redirect("agent:conversation", pk=int(number[1]))
    found = searching.find(query, agent=request.user) if query else []
    context = {
        "query": query,
        "found": [_hit(message, query) for message in found],
        "is_cut": len(found) >= searching.MOST_HITS,
        "place": "search",
    }
    return respond(request, "agent/search/page.html", "agent/search/_found.html", context)


def _hit(message: Message, query: str) -> Hit:
    text = message.words.text
    folded = text.casefold()
    spots = [folded.find(word.casefold()[:5]) for word in query.split()]
    first = min((spot for spot in spots if spot >= 0), default=0)
    start = max(0, first - BEFORE)
    shown = excerpt_of(text[start:], 240)
    words = f"… {shown}" if start else shown
    return Hit(message.conversation, message.pk, message.at, _marked(words, query))


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
            for piece, hit in _pairs(pieces)
        ),
    )


def _pairs(pieces: list[str]) -> list[tuple[str, str]]:
    return list(zip(pieces[::2], [*pieces[1::2], ""], strict=True))
