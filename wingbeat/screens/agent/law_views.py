"""The laws' pages: what each measured at this desk, for whoever may see all that it covers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from wingbeat.desk.insights import measuring
from wingbeat.desk.insights.evaluating import generation
from wingbeat.desk.insights.moment import Evaluation, Moment
from wingbeat.desk.insights.reading import Reading
from wingbeat.desk.journal.reading import told_of_the_desk
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.people.models import Team
from wingbeat.screens.agent import law_page
from wingbeat.screens.agent.access import DeskRequest, conversations, for_agents
from wingbeat.screens.agent.answering import respond
from wingbeat.screens.agent.changing import not_for_light
from wingbeat.screens.agent.law_words import CHANGES, FAILURES, PAGES
from wingbeat.screens.agent.lived_words import KINDS
from wingbeat.screens.numbers import number_of
from wingbeat.screens.paths import path_to, place_of

EVIDENCE = 8  # moments a page links to, the latest of each group
LATELY = timedelta(days=90)


@for_agents("GET")
def laws(request: DeskRequest) -> HttpResponse:
    not_for_light(request)
    context = _scoped(request)
    by_law: dict[str, list[Reading]] = {law: [] for law in PAGES}
    if context["is_shown"]:
        for row in Reading.objects.of_scope(context["team_id"]):
            by_law.get(row.law, []).append(row)
    maker, run = generation(), measuring.latest_run()
    context |= {
        "heads": [(law, PAGES[law], *rest) for law, *rest in law_page.heads(by_law)],
        "covered": Evaluation.objects.coverage(request.user.inbox_ids, maker.law, maker.policy),
        "run": run,
        "why": FAILURES.get(run.why, FAILURES[""]) if run else "",
    }
    return respond(request, "agent/law/list.html", context)


@for_agents("GET")
def law(request: DeskRequest, law: str) -> HttpResponse:
    not_for_light(request)
    if law not in PAGES:
        raise Http404
    context = _scoped(request)
    now = timezone.now()
    rows = Reading.objects.of_scope(context["team_id"], law) if context["is_shown"] else []
    since = rows[0].as_of_at if rows else now
    entries = told_of_the_desk(list(CHANGES), since=since) if rows else []
    macros = {one.pk: one for one in Macro.objects.changeable_by(request.user)} if entries else {}
    changes = law_page.changed(entries, law, rows, macros)
    numbers = law_page.numbers(law, rows, changes)
    context |= {
        "law": law,
        "words": PAGES[law],
        "grounds": f"agent/law/grounds/{law}.html",
        "numbers": numbers,
        "changes": changes if any(one.chart for one in numbers) else [],
        "verdict": law_page.verdict(law, rows),
        "evidence": _evidence(request, law),
        "failed": bool(rows) and any(row.has_failed for row in rows if row.at == rows[-1].at),
        "version": rows[-1].version if rows else "",
    }
    return respond(request, "agent/law/page.html", context)


@for_agents("POST")
def run(request: DeskRequest) -> HttpResponse:
    """Ask for the laws to be measured now."""
    if not request.user.may_administer:
        raise PermissionDenied
    measuring.ask(by=request.user, at=timezone.now())
    return redirect("agent:laws")


def _scoped(request: DeskRequest) -> dict[str, Any]:
    """Choose what the numbers cover: the whole desk where it may be seen, or a team that may."""
    covered = Reading.objects.shown_to(request.user.inbox_ids)
    seen = [team_id for team_id, is_shown in covered.items() if is_shown]
    teams = Team.objects.filter(pk__in=[pk for pk in seen if pk is not None]).order_by("name")
    names = [(team.pk, team.name) for team in teams]
    asked = number_of(request.GET.get("team", ""))
    if asked is not None and asked not in dict(names):
        raise Http404
    team_id = asked if asked is not None or None in seen or not names else names[0][0]
    return {
        "team_id": team_id,
        "teams": names,
        "has_desk": None in seen,
        "is_shown": team_id in seen,
        "is_measured": bool(covered),
        "is_example": settings.WINGBEAT["demo"],
        "place": "laws",
    }


def _evidence(request: DeskRequest, law: str) -> list[tuple[str, Any, str]]:
    """Return the latest moments that a law counts, in conversations this person may read."""
    groups, now = PAGES[law].evidence, timezone.now()
    found, seen = Moment.objects.until(now).filter(at__gte=now - LATELY), conversations(request)
    return [
        (
            str(KINDS.get(one.kind, one.kind)),
            one.at,
            place_of(one.conversation_id, one.message_id)
            if one.message_id
            else path_to("agent:conversation", one.conversation_id),
        )
        for kinds in groups
        for one in found.in_readable(seen, kinds)[: EVIDENCE // len(groups)]
    ]
