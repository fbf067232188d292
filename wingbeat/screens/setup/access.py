"""The only door to the administration: owners and admins, or owners alone, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase

from wingbeat.channels.api.models import ApiKey
from wingbeat.channels.context.models import ContextPanel
from wingbeat.channels.webhooks.models import Webhook
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.custom_field import CustomField
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.customers.models import Block, Customer
from wingbeat.desk.people.models import Agent, Role, Team
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


def for_owners(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let only owners in: what leads out of the desk, or tells what others set, is theirs."""

    @wraps(view)
    def admitted(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.role != Role.OWNER:
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


def brand_of(pk: int) -> Brand:
    return _found(Brand.objects.listed().filter(pk=pk).first())


def address_of(inbox: Inbox, pk: int) -> InboxAddress:
    return _found(InboxAddress.objects.filter(inbox=inbox, pk=pk).first())


def key_of(pk: int) -> ApiKey:
    return _found(ApiKey.objects.listed().filter(pk=pk).first())


def webhook_of(pk: int) -> Webhook:
    return _found(Webhook.objects.listed().filter(pk=pk).first())


def panel_of() -> ContextPanel:
    return _found(ContextPanel.objects.in_use())


def block_of(pk: int) -> Block:
    return _found(Block.objects.filter(pk=pk).first())


def cause_of(pk: int) -> Cause:
    return _found(Cause.objects.filter(pk=pk).first())


def customer_of(pk: int) -> Customer:
    return _found(Customer.objects.filter(pk=pk, erasures__isnull=True).first())


def field_of(pk: int) -> CustomField:
    return _found(CustomField.objects.filter(pk=pk).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
