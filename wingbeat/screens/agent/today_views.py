"""Today: what one could do for somebody now, and waving it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.care.dismissing import ActKind, Reason, dismiss
from wingbeat.desk.care.today import Act, today_of
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.customers.models import Address
from wingbeat.screens import times
from wingbeat.screens.agent.access import DeskRequest, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.paths import path_to

DO: dict[str, str | Promise] = {
    ActKind.PROMISE: gettext_lazy("Keep what %(who)s was promised"),
    ActKind.SILENCE: gettext_lazy("Answer %(who)s"),
    ActKind.AVOIDANCE: gettext_lazy("Take care of %(who)s yourself"),
    ActKind.LAST_STEP: gettext_lazy("See that it reaches %(who)s"),
    ActKind.BAD_END: gettext_lazy("Write to %(who)s once more"),
    ActKind.FOLLOW_UP: gettext_lazy("Look again at %(who)s"),
    ActKind.THANKS: gettext_lazy("Thank %(helper)s"),
    ActKind.GRANT: gettext_lazy("Say whether %(who)s is given this"),
    ActKind.ARTICLE: gettext_lazy("Look at an article again"),
}
WHY: dict[str, str | Promise] = {
    "promise.near": gettext_lazy("It is due %(at)s; four fifths of the time are over."),
    "promise.late": gettext_lazy("It was due %(at)s. Keep it now, or tell them until when."),
    "silence.newcomer": gettext_lazy(
        "They write for the first time and have waited since %(at)s, longer than promised."
    ),
    "silence.first": gettext_lazy("Nobody has answered since %(at)s, which is past the promise."),
    "silence.next": gettext_lazy("Their last words stand since %(at)s, past the promise."),
    "silence.long": gettext_lazy("They have waited since %(at)s, far longer than promised."),
    "silence.led": gettext_lazy(
        "You lead a team and have answered nobody for four weeks. They have waited since %(at)s."
    ),
    "avoidance": gettext_lazy(
        "For the second time in a month they tried another door, on %(at)s, before we answered."
    ),
    "last_step.reply": gettext_lazy("All had gone well, and then our mail of %(at)s came back."),
    "last_step.automatic": gettext_lazy(
        "All had gone well, and then an automatic mail of %(at)s did not arrive."
    ),
    "bad_end": gettext_lazy("It was not good, they said on %(at)s, and nobody has answered."),
    "follow_up": gettext_lazy("You put it aside until %(at)s, and nothing was said since."),
    "thanks": gettext_lazy(
        "They helped with %(who)s on %(at)s. One line in a note does; nothing thanks by itself."
    ),
    "grant": gettext_lazy("%(helper)s asked for a second person on %(at)s. It waits for a word."),
    "article.links": gettext_lazy("A link in it leads to an article that readers no longer see."),
    "article.steps": gettext_lazy(
        "A reader followed it and was not helped; it wants a look since %(at)s."
    ),
    "article.wording": gettext_lazy(
        "You wanted to look at it by %(at)s, and nobody waits for you now."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An act in words, and where it is done."""

    key: str
    does: str
    why: str
    words: str
    subject: str
    url: str


@for_agents("GET")
def today(request: DeskRequest) -> HttpResponse:
    now = timezone.now()
    acts = today_of(request.user, now=now)
    late = () if acts else Outgoing.objects.in_trouble().visible_to(request.user)[:1]
    context = {"lines": _lines(acts, now), "place": "today", "is_late": bool(late)}
    return respond(request, "agent/today/page.html", context)


@for_agents("POST")
def dismissals(request: DeskRequest) -> HttpResponse:
    """Wave an act away that stands there now; one that is gone needs no word."""
    reason, key = request.POST.get("reason", ""), request.POST.get("act", "")
    if reason not in Reason.values:
        raise BadRequest(_("Say “not now” or “not right”: %(said)r is neither.") % {"said": reason})
    now = timezone.now()
    for act in today_of(request.user, now=now):
        if act.key == key:
            dismiss(act.kind, act.object_id, Reason(reason), by=request.user, at=now)
    return redirect("agent:today")


def _lines(acts: list[Act], now: datetime) -> list[Line]:
    people = [act.conversation.customer for act in acts if act.conversation is not None]
    nameless = [person.pk for person in people if not person.name]
    addresses = Address.objects.first_of(nameless) if nameless else {}
    names = {person.pk: person.name or addresses.get(person.pk, "") for person in people}
    return [_line(act, names, now) for act in acts]


def _line(act: Act, names: dict[int, str], now: datetime) -> Line:
    place = act.conversation
    said = {
        "who": names.get(place.customer_id, "") if place else "",
        "helper": act.helper,
        "at": times.moment(act.at, now),
    }
    why = f"{act.kind}.{act.reason}" if act.reason else str(act.kind)
    return Line(
        key=act.key,
        does=str(DO[act.kind]) % said,
        why=str(WHY[why]) % said,
        words=act.words,
        subject=place.subject if place else "",
        url=_where(act),
    )


def _where(act: Act) -> str:
    if act.conversation is None:
        return path_to("agent:article", act.object_id)
    if act.kind == ActKind.THANKS:
        note = path_to("agent:conversation-composer", act.conversation.pk, "note")
        return f"{note}?{urlencode({'names': act.helper})}"
    if act.kind == ActKind.GRANT:
        return path_to("agent:conversation-grants", act.conversation.pk)
    return path_to("agent:conversation", act.conversation.pk)
