"""Who asks, who works here, and the inboxes, teams and tags of the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from wingbeat.channels.api import shapes
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.tagging import Tag
from wingbeat.desk.people.models import Agent, Team

router = Router(tags=["people"])


@router.get("/me", response=answers(shapes.Me))
def get_me(request: KeyRequest) -> shapes.Me:
    """Say whom this key acts as, and what it may do."""
    return shapes.Me.of(request.auth.agent, scope=request.auth.scope)


@router.get("/inboxes", response=answers(Page[shapes.InboxShape]))
def list_inboxes(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the inboxes that may be read, by number."""
    readable = Inbox.objects.filter(pk__in=asker(request).inbox_ids)
    rows = readable.select_related("brand").prefetch_related("teams")
    return page(rows, ("pk",), where, _inbox)


@router.get("/agents", response=answers(Page[shapes.AgentShape]))
def list_agents(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List who works here now, by number."""
    rows = Agent.objects.at_work().prefetch_related("memberships__team")
    return page(rows, ("pk",), where, _agent)


@router.get("/teams", response=answers(Page[shapes.Named]))
def list_teams(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the teams, by number."""
    return page(Team.objects.all(), ("pk",), where, shapes.Named.of)


@router.get("/tags", response=answers(Page[shapes.Named]))
def list_tags(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the tags of conversations that may be read, by number."""
    return page(Tag.objects.known_to(asker(request)), ("pk",), where, shapes.Named.of)


def _inbox(row: Inbox) -> shapes.InboxShape:
    return shapes.InboxShape.of(row, brand=row.brand.name if row.brand else "")


def _agent(row: Agent) -> shapes.AgentShape:
    return shapes.AgentShape.of(row, teams=[one.team for one in row.memberships.all()])
