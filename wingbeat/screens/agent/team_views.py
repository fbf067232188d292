"""The Team screen: what waits with whom now, who is here, and handing over a day's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings as options
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from wingbeat.desk.automation import handing
from wingbeat.desk.automation.availability import (
    MOST,
    AwayAlready,
    Presence,
    WrongReturn,
    be,
    here_now,
    pause,
    pausing,
)
from wingbeat.desk.automation.handing import HandOver, UndoneAlready, may_hand_over
from wingbeat.desk.automation.routing import loads_of
from wingbeat.desk.people.models import Agent, Membership
from wingbeat.screens import times
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.numbers import number_of
from wingbeat.screens.refusing import told_on_page
from wingbeat.screens.times import time_in

UNDONE_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a team now. Nothing here tells of yesterday."""

    agent: Agent
    is_lead: bool
    is_here: bool
    words: str
    load: int
    most: int
    may_change: bool


@for_agents("GET")
def team(request: DeskRequest) -> HttpResponse:
    not_for_light(request)
    now = timezone.now()
    context = {
        "teams": _teams(request, now),
        "hand_overs": _lately(request.user, now),
        "place": "team",
    }
    return respond(request, "agent/team/page.html", context)


@for_agents("POST")
def presence(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that somebody is here, away or has protected time; five minutes are one's own to take."""
    agent, at = _theirs(request, pk), timezone.now()
    wanted = request.POST.get("presence", "")
    typed = request.POST.get("until", "")
    until = time_in(typed)
    if typed and until is None:
        raise BadRequest(_("That is no day and time."))
    own_pause = wanted == "pause" and agent == request.user
    if wanted not in Presence.values and not own_pause:
        raise BadRequest(_("Choose here, away or protected time."))
    with told_on_page(request, WrongReturn, AwayAlready):
        if own_pause:
            pause(agent, at=at)
        else:
            be(agent, Presence(wanted), until=until, by=request.user, at=at)
    return redirect("agent:team")


@for_agents("GET", "POST")
def day(request: DeskRequest, pk: int) -> HttpResponse:
    """Show who would take what of somebody's day; a POST does what the page showed."""
    agent = _theirs(request, pk)
    now = timezone.now()
    if request.method == "POST":
        words = request.POST.get("words", "")
        done = handing.hand_over(agent, _takers(request), by=request.user, at=now, words=words)
        count = done.items.count()
        told = ngettext(
            "%(n)d conversation went to colleagues.",
            "%(n)d conversations went to colleagues.",
            count,
        )
        messages.info(request, told % {"n": count})
        return redirect("agent:team")
    plan = handing.plan(agent, by=request.user, now=now)
    return respond(request, "agent/team/day.html", {"agent": agent, "plan": plan, "place": "team"})


@for_agents("POST")
def undoing(request: DeskRequest, pk: int) -> HttpResponse:
    row = HandOver.objects.select_related("agent").filter(pk=pk).first()
    if row is None or not may_hand_over(request.user, row.agent):
        raise Http404
    with told_on_page(request, UndoneAlready):
        given = handing.take_back(row, by=request.user, at=timezone.now())
        told = ngettext("%(n)d conversation came back.", "%(n)d conversations came back.", given)
        messages.info(request, told % {"n": given})
    return redirect("agent:team")


def _teams(request: DeskRequest, now: datetime) -> list[tuple[str, list[Member]]]:
    viewer = request.user
    rows = Membership.objects.filter(agent__is_active=True)
    if not viewer.may_administer:
        rows = rows.filter(team__memberships__agent=viewer)
    if not options.WINGBEAT["staff_views"]:
        rows = rows.filter(agent=viewer)
    rows = rows.select_related("team", "agent", "agent__here", "agent__capacity")
    members = list(rows.order_by("team__name", "team_id", "agent__name", "pk").distinct())
    ids = {row.agent_id for row in members}
    loads = loads_of(conversations(request), ids)
    at_work = Agent.objects.at_work().filter(pk__in=ids).values_list("pk", flat=True)
    here, pauses = set(at_work.filter(here_now(now))), set(at_work.filter(pausing()))
    led = {row.team_id for row in members if row.agent_id == viewer.pk and row.is_lead}
    teams: dict[int, tuple[str, list[Member]]] = {}
    for row in members:
        may = viewer.may_administer or row.agent_id == viewer.pk or row.team_id in led
        open_ = here if row.agent_id == viewer.pk else here | pauses
        member = _member(row, loads, open_, may_change=may, now=now)
        teams.setdefault(row.team_id, (row.team.name, []))[1].append(member)
    return list(teams.values())


def _member(
    row: Membership, loads: dict[int, int], here: set[int], *, may_change: bool, now: datetime
) -> Member:
    agent = row.agent
    state = getattr(agent, "here", None)
    is_here = agent.pk in here
    words = ""
    if state is not None and not is_here:
        words = str(state.get_presence_display())
        if state.until:
            words = _("%(state)s until %(at)s") % {
                "state": words, "at": times.moment(state.until, now)
            }  # fmt: skip
    capacity = getattr(agent, "capacity", None)
    most = capacity.most if capacity is not None else MOST
    load = loads.get(agent.pk, 0)
    return Member(agent, row.is_lead, is_here, words, load, most, may_change)


def _lately(viewer: Agent, now: datetime) -> list[tuple[HandOver, int]]:
    """Return hand-overs that can still be taken back, for those who may."""
    rows = HandOver.objects.filter(undone_at__isnull=True, at__gt=now - UNDONE_WITHIN)
    if not options.WINGBEAT["staff_views"]:
        rows = rows.filter(agent=viewer)
    rows = rows.select_related("agent", "by").prefetch_related("items").order_by("-at")[:10]
    led = set(
        Membership.objects.filter(
            team__memberships__agent=viewer, team__memberships__is_lead=True
        ).values_list("agent", flat=True)
    )
    may = [row for row in rows if viewer.may_administer or row.agent_id in {viewer.pk, *led}]
    return [(row, len(row.items.all())) for row in may]


def _theirs(request: DeskRequest, pk: int) -> Agent:
    """Return somebody whose day this reader may look after, or nothing."""
    agent = Agent.objects.at_work().filter(pk=pk).first()
    if agent is None or not may_hand_over(request.user, agent):
        raise Http404
    if agent.pk != request.user.pk and not options.WINGBEAT["staff_views"]:
        raise Http404
    not_for_light(request)  # after the look-up: what is closed looks like what is not there
    return agent


def _takers(request: DeskRequest) -> dict[int, int | None]:
    """Read what the page showed: `take-<conversation>` with the colleague's number, or nothing."""
    takers: dict[int, int | None] = {}
    for name in request.POST:
        value = request.POST.get(name, "")
        conversation = name.removeprefix("take-")
        if not name.startswith("take-"):
            continue
        numbers = [text for text in (conversation, value) if text]
        if not all(number_of(text) is not None for text in numbers):
            why = _("“%(field)s” must name a colleague, not “%(text)s”.")
            raise BadRequest(why % {"field": name[:40], "text": value[:40]})
        takers[int(conversation)] = int(value) if value else None
    return takers
