"""Views: the list of each, all of them together, and the form that makes and changes them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.view import COUNTED_TO, CannotKeep, ForWhom, View, drop, keep
from wingbeat.desk.conversations.view_columns import COLUMNS
from wingbeat.desk.conversations.view_counts import told, want
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens import asking
from wingbeat.screens.agent.access import DeskRequest, for_agents, view_of
from wingbeat.screens.agent.answering import respond, respond_list
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.agent.rows import rows_of
from wingbeat.screens.agent.view_lists import asked_of, view_list
from wingbeat.screens.frame import views_of

PAGE = "agent/views/question.html"
SHOWN = 5  # conversations that a question finds, before it is kept
MOST_VIEWS = 500


@for_agents("GET")
def views(request: DeskRequest) -> HttpResponse:
    """Every view that one finds, with its question and count."""
    mine = View.objects.visible_to(request.user).select_related("team", "owner")[:MOST_VIEWS]
    want(mine, agent=request.user, at=timezone.now())
    counts = {one.pk: one.count for one in views_of(request.user, most=MOST_VIEWS)}
    names = Names(request.user)
    groups = [
        (words, [(one, one.question_in(names), counts.get(one.pk, ""))
                 for one in mine if one.for_whom == key])
        for key, words in ((ForWhom.ONESELF, _("Yours")), (ForWhom.TEAM, _("Your teams'")),
                           (ForWhom.ALL, _("Everybody's")))
    ]  # fmt: skip
    return respond(request, "agent/views/list.html", {"groups": groups, "place": "views"})


@for_agents("GET")
def view(request: DeskRequest, pk: int) -> HttpResponse:
    """The conversations of a view."""
    found = view_of(request, pk)
    if not found.reads:  # kept by an older release: the form says what is wrong with it
        return _show(request, found, asking.of_text(found.question, request.user))
    shown = view_list(request, found, after=request.GET.get("after", ""))
    context = {"list": shown, "place": "view", "place_view": found.pk}
    return respond_list(request, context)


@for_agents("GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    """Build a question, look at what it finds, and keep it under a name."""
    not_for_light(request)
    return _question(request, View(owner=request.user))


@for_agents("GET", "POST")
def question(request: DeskRequest, pk: int) -> HttpResponse:
    """Change what a view asks for."""
    found = view_of(request, pk)
    _may_change(request, found)
    return _question(request, found)


@for_agents("POST")
def removal(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a view go."""
    found = view_of(request, pk)
    _may_change(request, found)
    drop(found, by=request.user, at=timezone.now())
    return redirect("agent:views")


def _may_change(request: DeskRequest, found: View) -> None:
    if not found.may_be_changed_by(request.user):
        raise Http404


def _question(request: DeskRequest, row: View) -> HttpResponse:
    if request.method != "POST":
        return _show(request, row, asking.of_text(request.GET.get("q", row.question), request.user))
    then = request.POST.get("then", "")
    asked = asking.of_form(request.POST, request.user, more=1 if then == "more" else 0)
    _read_form(request, row)
    if then != "keep" or asked.query is None:
        return _show(request, row, asked, status=200 if asked.query is not None else 422)
    row.question = str(asked.query)
    try:
        keep(row, by=request.user, at=timezone.now())
    except CannotKeep as why:
        return _show(request, row, asked, problem=str(why), status=422)
    return redirect("agent:view", pk=row.pk)


def _read_form(request: DeskRequest, row: View) -> None:
    """Take name, columns and for whom from the form; what it did not offer counts as only me."""
    row.name = request.POST.get("name", "")[:60]
    row.columns = [column for column in COLUMNS if column in request.POST.getlist("columns")]
    whom, _dash, team = request.POST.get("for_whom", "").partition("-")
    row.for_whom = whom if whom in ForWhom.values else ForWhom.ONESELF
    row.team = next((one for one in _teams(request.user) if str(one.pk) == team), None)
    if row.for_whom != ForWhom.TEAM:
        row.team = None


def _teams(agent: Agent) -> list[Team]:
    return list(Team.objects.filter(memberships__agent=agent).order_by("name"))


def _show(
    request: DeskRequest, row: View, asked: asking.Asked, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "view": row,
        "asked": asked,
        "problem": problem,
        "teams": _teams(request.user),
        "columns": [(key, name, key in row.columns) for key, name in COLUMNS.items()],
        "place": "views",
    }
    if asked.query is not None:
        rows = asked_of(request, asked.query)
        context["found"] = rows_of(rows[:SHOWN].glances(), reader=request.user, now=timezone.now())
        count = len(rows.order_by().values_list("pk", flat=True)[: COUNTED_TO + 1])
        context["count"] = told(count) or "0"
    return respond(request, PAGE, context, status=status)
