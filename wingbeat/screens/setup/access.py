"""The only door to the administration: owners and admins, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase

from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.customers.models import Block
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens.entering import DeskRequest, View, for_agents

P = ParamSpec("P")
Row = TypeVar("Row")


def for_admins(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let only owners and admins in; it stands before everything else a view asks for."""

    @wraps(view)
    def admitted(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.may_administer:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return for_agents(admitted)


def person_of(pk: int) -> Agent:
    """Return somebody who works or worked here; the desk itself is no person."""
    return _found(Agent.objects.people().filter(pk=pk).first())


def team_of(pk: int) -> Team:
    return _found(Team.objects.filter(pk=pk).first())


def inbox_of(pk: int) -> Inbox:
    inboxes = Inbox.objects.select_related("account").prefetch_related("teams", "addresses")
    return _found(inboxes.filter(pk=pk).first())


def address_of(inbox: Inbox, pk: int) -> InboxAddress:
    return _found(InboxAddress.objects.filter(inbox=inbox, pk=pk).first())


def block_of(pk: int) -> Block:
    return _found(Block.objects.filter(pk=pk).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
