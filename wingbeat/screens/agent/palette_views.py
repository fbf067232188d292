"""The palette: everything one can do here and now, by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wingbeat.channels.mail.sending_on import line
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.people_found import people_found
from wingbeat.desk.conversations.view import View
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.lists import KINDS, list_url
from wingbeat.screens.agent.search_views import by_old_number
from wingbeat.screens.keys import ANYWHERE, IN_CONVERSATION, KEYS, Key
from wingbeat.screens.paths import path_to

HERE = re.compile(r"/conversations/(\d{1,18})/")
NUMBER = re.compile(r"#?(\d{1,18})")
MOST = {"commands": 8, "people": 4, "conversations": 5, "proposed": 6}
MOST_VIEWS = 200
SHORTEST = 2  # letters with which people and words are looked for


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to do: its name, its address, and the key that does it on the page one is on."""

    name: str
    url: str
    keys: tuple[str, ...] = ()
    beside: str = ""
    presses: str = ""
    also: str = ""  # goes by these words too, and does not show them


@for_agents("GET")
def palette(request: DeskRequest) -> HttpResponse:
    """What goes by these words, in groups; the best first."""
    asked = " ".join(request.GET.get("q", "").split())[:100]
    groups = [
        (_("Do, or go"), ranked(asked, _commands(request))[: MOST["commands"]]),
        (_("People"), list(_people(asked, request.user))),
        (_("Conversations"), list(_conversations(asked, request))),
    ]
    context = {
        "asked": asked,
        "from": request.GET.get("from", ""),
        "groups": [(name, options) for name, options in groups if options],
        "place": "palette",
    }
    return respond(request, "agent/palette/page.html", context, part="agent/palette/_options.html")


@for_agents("GET")
def addresses(request: DeskRequest) -> HttpResponse:
    """Propose to whom to write: people this agent knows, by the beginning of a name or address."""
    asked = " ".join(request.GET.get("q", "").split())[:100]
    most = MOST["proposed"] if len(asked) >= SHORTEST else 0
    found = people_found(asked, agent=request.user, most=most)
    parties: list[Party] = [{"name": name, "address": address} for _pk, name, address in found]
    options = [(party, line((party,))) for party in parties if party["address"]]
    return render(request, "agent/composer/_people.html", {"options": options})


def ranked(asked: str, options: Iterable[Option]) -> list[Option]:
    """Keep what every word occurs in: names that begin so first, then words that do, then others.

    Among equals the order stays, which is from the nearest to the farthest.
    """
    words = asked.casefold().split()
    found: list[tuple[int, Option]] = []
    for option in options:
        name = option.name.casefold()
        if all(word in f"{name} {option.also}" for word in words):
            begins = [part.startswith(words[0]) for part in name.split()] if words else [True]
            found.append((0 if begins[0] else 1 if any(begins) else 2, option))
    return [option for _rank, option in sorted(found, key=lambda pair: pair[0])]


def _commands(request: DeskRequest) -> Iterator[Option]:
    """Everything with a name of its own: here, then anywhere, inboxes, views, lists."""
    agent = request.user
    here = HERE.match(request.GET.get("from", ""))
    if here and conversations(request).filter(pk=int(here[1])).exists():
        for key in KEYS[IN_CONVERSATION].entries:
            if key.at and _may(agent, key):
                yield _option(key, int(here[1]))
    yield from (_option(key) for key in KEYS[ANYWHERE].entries if key.at and _may(agent, key))
    for inbox in agent.inboxes:
        yield Option(inbox.name, path_to("agent:inbox", inbox.pk), beside=_("Inbox"))
    views = View.objects.visible_to(agent).values_list("pk", "name")[:MOST_VIEWS]
    for pk, name in views:
        yield Option(name, path_to("agent:view", pk), beside=_("View"))
    for kind in KINDS.values():
        yield Option(str(kind.name), list_url(None, kind.key), beside=_("All inboxes"))


def _may(agent: Agent, key: Key) -> bool:
    return (key.for_light or not agent.is_light) and (agent.may_administer or not key.for_admins)


def _option(key: Key, pk: int | None = None) -> Option:
    url = path_to(key.at, pk, *([key.kind] if key.kind else []))
    pressed = " ".join(each for each in key.keys if each != "Shift") if pk else ""
    also = " ".join((key.also, _(key.also))).casefold() if key.also else ""
    return Option(str(key.does), url, keys=key.keys, presses=pressed, also=also)


def _people(asked: str, agent: Agent) -> Iterator[Option]:
    if "@" in asked and not agent.is_light and agent.inboxes:
        words = _("Write to %(address)s") % {"address": asked}
        yield Option(words, f"{path_to('agent:new')}?to={asked}")
    if len(asked) >= SHORTEST and not NUMBER.fullmatch(asked):
        for pk, name, address in people_found(asked, agent=agent, most=MOST["people"]):
            yield Option(name or address, path_to("agent:customer", pk), beside=address)


def _conversations(asked: str, request: DeskRequest) -> Iterator[Option]:
    if number := NUMBER.fullmatch(asked):
        rows = conversations(request).filter(pk=int(number[1]))
        yield from (_conversation(row) for row in rows.select_related("customer"))
    if (old := by_old_number(asked, conversations(request).select_related("customer"))) is not None:
        yield _conversation(old)
    if number:
        return
    if len(asked) < SHORTEST:
        return
    found = searching.find(asked, agent=request.user, most=3 * MOST["conversations"])
    rows_by_pk = {hit.conversation_id: hit.conversation for hit in found}
    yield from (_conversation(row) for row in [*rows_by_pk.values()][: MOST["conversations"]])


def _conversation(row: Conversation) -> Option:
    name = f"{row.customer.name} · {row.subject}" if row.customer.name else row.subject
    return Option(name or f"#{row.pk}", path_to("agent:conversation", row.pk), beside=f"#{row.pk}")
