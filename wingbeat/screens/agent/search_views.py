"""Full-text search over what this agent may read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
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
from wingbeat.screens.numbers import number_of
from wingbeat.screens.paths import place_of

NUMBER = re.compile(r"#(\d{1,18})")
OLD_NUMBER = re.compile(r"#?([A-Za-z0-9-]*\d[A-Za-z0-9-]*)")
HITS = 30  # conversations on one page
PLACES = 6  # of one conversation that are told
BEFORE = 60  # characters shown before the first word that was found


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation with messages that hold every word, and the best of their sentences."""

    url: str
    who: str
    subject: str
    at: datetime
    words: SafeString
    count: int
    places: list[tuple[str, datetime]]
    more: str  # where those stand that are not told


@for_agents("GET")
def search(request: DeskRequest) -> HttpResponse:
    """Find words; `#123` goes straight to that conversation, and so does an old desk's number."""
    query = request.GET.get("q", "").strip()[:200]
    number = NUMBER.fullmatch(query)
    if number and conversations(request).filter(pk=int(number[1])).exists():
        return redirect("agent:conversation", pk=int(number[1]))
    if (old := by_old_number(query, conversations(request))) is not None:
        return redirect("agent:conversation", pk=old.pk)
    below, after = number_of(request.GET.get("below", "")), number_of(request.GET.get("after", ""))
    below, after = below or searching.NEWEST, after or 0
    found = searching.places_of(query, agent=request.user, below=below) if query else {}
    places: dict[int, list[int]] = {}
    for pk, place in found.items():
        places.setdefault(place, []).append(pk)
    older = {"q": query, "below": below, "after": after + HITS}
    if len(places) <= after + HITS:  # what is older than all these hits begins anew
        older = {"q": query, "below": min(found)} if len(found) == searching.MOST_HITS else {}
    context = {
        "query": query,
        "found": _hits(dict(islice(places.items(), after, after + HITS)), query),
        "older": urlencode(older),
        "place": "search",
    }
    return respond(request, "agent/search/page.html", context, part="agent/search/_found.html")


def by_old_number(asked: str, visible: ConversationQuerySet) -> Conversation | None:
    """Return which of these had a number on the desk that was used before."""
    number = OLD_NUMBER.fullmatch(asked)
    return OldNumber.objects.seen_in(visible, number[1]) if number else None


def _hits(found: dict[int, list[int]], query: str) -> list[Hit]:
    told = [pk for hits in found.values() for pk in hits[:PLACES]]
    by_pk = Message.objects.for_search().in_bulk(told)
    people = [message.conversation.customer for message in by_pk.values()]
    nameless = [customer.pk for customer in people if not customer.name]
    addresses = Address.objects.first_of(nameless) if nameless else {}
    return [_hit(place, hits, by_pk, query, addresses) for place, hits in found.items()]


def _hit(
    place: int, hits: list[int], by_pk: dict[int, Message], query: str, addresses: dict[int, str]
) -> Hit:
    """Tell a conversation by the newest message in which most words stand as they were asked."""
    messages = [by_pk[pk] for pk in hits[:PLACES]]
    spots_of = {one.pk: _spots(one.words.text, query) for one in messages}
    message = max(messages, key=lambda one: sum(spot >= 0 for spot in spots_of[one.pk]))
    text, conversation, spots = message.words.text, message.conversation, spots_of[message.pk]
    first = min((spot for spot in spots if spot >= 0), default=0)
    start = max(0, first - BEFORE)
    shown = excerpt_of(text[start:], 240)
    return Hit(
        url=place_of(place, message.pk),
        who=conversation.customer.name or addresses.get(conversation.customer_id, ""),
        subject=conversation.subject,
        at=messages[0].at,
        words=_marked(f"… {shown}" if start else shown, query),
        count=len(hits),
        places=[(place_of(place, one.pk), one.at) for one in messages if hits[1:]],
        more=place_of(place, hits[PLACES]) if hits[PLACES:] else "",
    )


def _spots(text: str, query: str) -> list[int]:
    folded = text.casefold()
    return [folded.find(word.casefold()[:5]) for word in query.split()]


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
