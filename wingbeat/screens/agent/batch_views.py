"""Acting on many conversations: choosing what to do, watching it, taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.batch import (
    MOST,
    Act,
    Batch,
    CannotUndo,
    NothingChosen,
    Outcome,
    begin,
)
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.tagging import WrongTag, spelled
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import WrongField, not_for_light, number_in
from wingbeat.screens.agent.conversation_screen import snooze_choices
from wingbeat.screens.agent.events import named
from wingbeat.screens.agent.rows import Row, rows_of
from wingbeat.screens.agent.view_lists import rows_in
from wingbeat.screens.numbers import number_of
from wingbeat.screens.refusing import told_on_page
from wingbeat.screens.times import time_in

PAGE = "agent/batches/new.html"
SHOWN = 20  # batches, and conversations that could not be changed
NAMED = 5  # of those that were
IN_THE_WAY = (Outcome.REFUSED, Outcome.KEPT)
What = dict[str, int | str | None]
# what they came to, how many, the first few with why, and how many more
Group = tuple[str, int, list[tuple[Row | None, int, str]], int]


@for_agents("GET", "POST")
def batches(request: DeskRequest) -> HttpResponse:
    """What one has done with many; a POST does it with those that are chosen."""
    not_for_light(request)
    if request.method != "POST":
        context = {"batches": _told(request, Batch.objects.of(request.user)[:SHOWN])}
        return respond(request, "agent/batches/list.html", {**context, "place": "batches"})
    try:
        act = Act(request.POST.get("act", ""))
        batch = begin(
            act, chosen(request), what=_what(request, act), by=request.user, at=timezone.now()
        )
    except (NothingChosen, WrongTag, WrongField, ValueError) as why:
        return _ask(request, problem=str(why), status=422)
    return redirect("agent:batch", pk=batch.pk)


@for_agents("GET")
def new(request: DeskRequest) -> HttpResponse:
    """Say what to do with those that are chosen."""
    not_for_light(request)
    return _ask(request)


@for_agents("GET")
def batch(request: DeskRequest, pk: int) -> HttpResponse:
    """How far it is, what became of which, what could not be done and why."""
    found = _batch_of(request, pk)
    counts = found.outcomes
    total = sum(counts.values())
    left = counts.get(Outcome.DONE if found.undone_at else Outcome.WAITING, 0)
    context = {
        "batch": found,
        "does": _told(request, [found])[0][1],
        "total": total,
        "left": left,
        "over": total - left,
        "groups": _groups(request, found, counts),
        "place": "batches",
    }
    return respond(
        request, "agent/batches/batch.html", context, part="agent/batches/_progress.html"
    )


@for_agents("POST")
def undoing(request: DeskRequest, pk: int) -> HttpResponse:
    found = _batch_of(request, pk)
    with told_on_page(request, CannotUndo):
        found.undo(at=timezone.now())
    return redirect("agent:batch", pk=found.pk)


def chosen(request: DeskRequest) -> list[int]:
    """Numbers of the conversations that are chosen: some rows, or all of a list; only readable."""
    form = request.POST if request.method == "POST" else request.GET
    if form.get("all"):
        rows = rows_in(request, form.get("list", ""))
        return list(rows.values_list("pk", flat=True)[:MOST])
    asked = [pk for pk in map(number_of, form.getlist("pk")) if pk is not None]
    return list(conversations(request).whole().filter(pk__in=asked).values_list("pk", flat=True))


def _told(request: DeskRequest, batches: Iterable[Batch]) -> list[tuple[Batch, str]]:
    """Return each batch with what it does, in words."""
    asked = {key: {batch.what.get(key) for batch in batches} for key in ("agent", "team")}
    names = {"agent": named(Agent, asked["agent"]), "team": named(Team, asked["team"])}
    names["inbox"] = {inbox.pk: inbox.name for inbox in request.user.inboxes}
    return [(batch, _does(batch, names)) for batch in batches]


def _does(batch: Batch, names: dict[str, dict[int, str]]) -> str:
    what, act = batch.what, str(Act(batch.act).label)
    if "until" in what:
        until = timezone.localtime(datetime.fromisoformat(what["until"]))
        value = date_format(until, "SHORT_DATETIME_FORMAT")
    elif "reason" in what:
        value = str(Reason(what["reason"]).label)
    else:
        named = (names[key].get(what.get(key), "") for key in names)
        value = what.get("tag") or next(filter(None, named), _("nobody in particular"))
    return f"{act}: {value}"


def _groups(request: DeskRequest, found: Batch, counts: dict[str, int]) -> list[Group]:
    """Name the first few of each outcome, as far as one may still read them."""
    items = list(found.first_items(SHOWN))
    read = conversations(request).filter(pk__in=[one.conversation_id for one in items]).glances()
    rows = {row.pk: row for row in rows_of(read, reader=request.user, now=timezone.now())}
    groups = []
    for key, same in groupby(items, key=lambda item: item.outcome):
        few = list(same)[: SHOWN if key in IN_THE_WAY else NAMED]
        told = [(rows.get(one.conversation_id), one.conversation_id, one.why) for one in few]
        groups.append((str(Outcome(key).label), counts[key], told, counts[key] - len(few)))
    return groups


def _batch_of(request: DeskRequest, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.of(request.user), pk=pk)


def _ask(request: DeskRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    form = request.POST if request.method == "POST" else request.GET
    is_all = bool(form.get("all"))
    ids = chosen(request)
    context = {
        "ids": [] if is_all else ids,
        "count": len(ids),
        "most": MOST,
        "is_all": is_all,
        "list_key": form.get("list", ""),
        "problem": problem,
        "colleagues": Agent.objects.at_work(),
        "teams": Team.objects.order_by("name"),
        "inboxes": request.user.inboxes,
        "reasons": Reason.choices,
        "snoozes": snooze_choices(timezone.now()),
        "place": "batches",
    }
    return respond(request, PAGE, context, part="agent/batches/_beside.html", status=status)


def _what(request: DeskRequest, act: Act) -> What:
    """Read what the act needs from the form.

    Raises:
        WrongField, WrongTag: if it is missing, or not what the page offered.
    """
    if act == Act.ASSIGN:
        return _whose(request)
    if act in {Act.TAG, Act.UNTAG}:
        return {"tag": spelled(request.POST.get("tag", ""))}
    if act == Act.SNOOZE:
        return {"until": _until(request).isoformat()}
    if act == Act.MOVE:
        pk = number_in(request, "inbox")
        if pk not in request.user.inbox_ids:
            raise WrongField(_("Choose an inbox that you read."))
        return {"inbox": pk}
    reason = request.POST.get("reason", "")
    if reason not in Reason.values:
        raise WrongField(_("Choose a reason: %(all)s.") % {"all": ", ".join(Reason.values)})
    return {"reason": reason}


def _whose(request: DeskRequest) -> What:
    kind, _dash, pk = request.POST.get("whose", "").partition("-")
    number = number_of(pk)
    if kind == "agent":
        return {"agent": get_object_or_404(Agent.objects.at_work(), pk=number).pk, "team": None}
    if kind == "team":
        return {"agent": None, "team": get_object_or_404(Team, pk=number).pk}
    if kind != "nobody":
        raise WrongField(_("Choose who takes them: somebody, a team, or nobody in particular."))
    return {"agent": None, "team": None}


def _until(request: DeskRequest) -> datetime:
    typed = request.POST.get("until_own") or request.POST.get("until", "")
    until = time_in(typed)
    if until is None:
        raise WrongField(_("Choose a day and a time to come back."))
    if until <= timezone.now():
        raise WrongField(_("That time is past; choose one to come."))
    return until
