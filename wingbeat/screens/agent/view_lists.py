"""The list of a view, in the column where every list stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking.query import Query
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.conversation import ConversationQuerySet
from wingbeat.desk.conversations.view import View
from wingbeat.desk.conversations.view_columns import Fact, facts_of
from wingbeat.screens.agent.access import DeskRequest, conversations
from wingbeat.screens.agent.lists import KINDS, ROWS, ListScreen, Nothing, page_of
from wingbeat.screens.agent.rows import Row
from wingbeat.screens.numbers import number_of
from wingbeat.screens.paths import path_to


def asked_of(request: DeskRequest, query: Query) -> ConversationQuerySet:
    """What a question finds of all that this agent may read."""
    return conversations(request).asked(query, by=request.user, now=timezone.now())


def view_in(request: DeskRequest, number: str) -> View | None:
    """Return the view that an address names as the list beside a conversation, if it is theirs."""
    found = View.objects.visible_to(request.user).filter(pk=number_of(number) or 0).first()
    return found if found is not None and found.reads else None


def rows_in(request: DeskRequest, key: str) -> ConversationQuerySet:
    """Everything in the list that `list=` names, and nothing where there is no such list."""
    where, _dot, kind = key.partition(".")
    if where == "view":
        view = view_in(request, kind)
        return asked_of(request, view.query) if view else conversations(request).none()
    inbox = next((inbox for inbox in request.user.inboxes if str(inbox.pk) == where), None)
    if kind not in KINDS or (inbox is None and where != "all"):
        return conversations(request).none()
    rows = conversations(request) if inbox is None else conversations(request).filter(inbox=inbox)
    return KINDS[kind].ask(rows, request.user, timezone.now())


def view_list(
    request: DeskRequest, view: View, *, after: str = "", limit: int = ROWS
) -> ListScreen:
    """Read one page of a view; `after` is where the page before it stopped."""
    column = view.query.sorting.column
    order = (column, "-pk" if column.startswith("-") else "pk")
    asked, key = asked_of(request, view.query), f"view.{view.pk}"
    rows, stop = page_of(request, asked, order, after=after, limit=limit, key=key)
    url = path_to("agent:view", view.pk)
    return ListScreen(
        title=view.name,
        url=url,
        rows=with_columns(rows, view.columns),
        next_url=f"{url}?after={stop}" if stop else "",
        empty=Nothing(
            _("Nothing stands in this view now."), _("What it asks for comes here by itself.")
        ),
        question=view.question_in(Names(request.user)),
        key=key,
        change_url=(
            path_to("agent:view-question", view.pk) if view.may_be_changed_by(request.user) else ""
        ),
    )


def with_columns(rows: tuple[Row, ...], columns: list[str]) -> tuple[Row, ...]:
    """Let rows tell what a view's columns name; without any they are as in every list."""
    if not columns:
        return rows
    facts = facts_of([row.pk for row in rows], columns)
    return tuple(
        replace(
            row,
            facts=" · ".join(map(_written, facts.get(row.pk, []))),
            excerpt=row.excerpt if "excerpt" in columns else "",
        )
        for row in rows
    )


def _written(fact: Fact) -> str:
    if isinstance(fact, datetime):
        return date_format(timezone.localtime(fact), "SHORT_DATE_FORMAT")
    return fact
