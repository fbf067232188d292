"""The only door to the administration: owners and admins, or owners alone, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from wingbeat.channels.context.models import ContextPanel
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent, Role
from wingbeat.screens.entering import DeskRequest, Shown, View, answers

P = ParamSpec("P")


def for_admins(*methods: str) -> Callable[[View[P]], Shown[P]]:
    """Let only owners and admins in; it stands before everything else a view asks for."""
    return _for(lambda agent: agent.may_administer, methods)


def for_owners(*methods: str) -> Callable[[View[P]], Shown[P]]:
    """Let only owners in: what leads out of the desk, or tells what others set, is theirs."""
    return _for(lambda agent: agent.role == Role.OWNER, methods)


def _for(
    admits: Callable[[Agent], bool], methods: tuple[str, ...]
) -> Callable[[View[P]], Shown[P]]:
    def decorate(view: View[P]) -> Shown[P]:
        answer = answers(*methods)(view)

        @wraps(view)
        def admitted(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not admits(request.user):
                raise PermissionDenied
            return answer(request, *args, **kwargs)

        return cast("Shown[P]", login_required(admitted))

    return decorate


def person_of(pk: int) -> Agent:
    """Return somebody who works or worked here; the desk itself is no person."""
    return get_object_or_404(Agent.objects.people(), pk=pk)


def inbox_of(pk: int) -> Inbox:
    inboxes = Inbox.objects.select_related("account").prefetch_related("teams", "addresses")
    return get_object_or_404(inboxes, pk=pk)


def panel_of() -> ContextPanel:
    return get_object_or_404(ContextPanel, pk=1)


def customer_of(pk: int) -> Customer:
    return get_object_or_404(Customer, pk=pk, erasures__isnull=True)
