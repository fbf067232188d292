"""What the desk does by itself: rules, filters on mail, blocked senders; for the scope admin."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import allowed
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Shape
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.desk.automation.declaring import Declaration, Version
from wingbeat.desk.automation.rules import Rule
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.customers.blocking import block, reach, unblock
from wingbeat.desk.customers.models import Block

router = Router(tags=["rules, filters, blocks"])
# An address, or a whole domain with or without the @.
PATTERN = r"^@?([^\s@<>,;]+@)?[^\s@<>,;.]+(\.[^\s@<>,;.]+)+$"
SEVERAL = 2
Told = TypeVar("Told", bound="FilterShape")


class StepShape(Shape):
    """One thing that it does."""

    do: str
    value: str


class FilterShape(Shape):
    """What is done with a mail before it begins a conversation; the first that fits decides."""

    id: int
    name: str
    is_on: bool
    asks: str = Field(examples=["from:@shop.example subject:order"])
    steps: list[StepShape]
    why: str
    by: int
    at: datetime
    tried_at: datetime | None = Field(description="Whether and when this version was tried.")


class RuleShape(FilterShape):
    """What is done with a conversation when something happens to it."""

    when: Literal["opened", "words", "answered", "ended", "near", "late", "time"]
    for_customer: str = Field(description="Whether it is right for the customer.")
    outcome: str
    our_name: str = Field(description="What it will do to our name.")


class BlockShape(Shape):
    """An address or domain whose mail goes silently to the tray."""

    id: int
    pattern: str
    by: int
    at: datetime


class BlockSent(shapes.Sent):
    """An address, or a domain for everybody there."""

    pattern: Annotated[str, Field(pattern=PATTERN, max_length=254, examples=["spam.example"])]
    shuts_out: int | None = Field(
        None, ge=0, le=shapes.LARGEST,
        description="How many people we know it may shut out; needed where they are several.",
    )  # fmt: skip


@router.get("/rules", response=answers(Page[RuleShape]))
def list_rules(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List the rules as they read now, by number; they are written and tried in the browser."""
    names, rows = Names(allowed(request, Scope.ADMIN)), Rule.objects.prefetch_related("versions")
    return page(rows, ("pk",), where, lambda some: [_told(RuleShape, one, names) for one in some])


@router.get("/filters", response=answers(Page[FilterShape]))
def list_filters(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List the filters on mail as they read now, in their order."""
    names = Names(allowed(request, Scope.ADMIN))
    rows = MailFilter.objects.prefetch_related("versions")
    order = ("place", "pk")
    return page(rows, order, where, lambda some: [_told(FilterShape, one, names) for one in some])


@router.get("/blocks", response=answers(Page[BlockShape]))
def list_blocks(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List who is blocked, by number."""
    allowed(request, Scope.ADMIN)
    return page(Block.objects.all(), ("pk",), where, lambda some: list(map(BlockShape.of, some)))


@router.post("/blocks", response=answers(BlockShape, 201))
def block_pattern(request: KeyRequest, body: BlockSent) -> Status[BlockShape]:
    """Block an address or a domain; blocking twice changes nothing."""
    by, pattern = allowed(request, Scope.ADMIN), body.pattern.lower().lstrip("@")
    ours = our_addresses()
    if pattern in ours or pattern in {address.rpartition("@")[2] for address in ours}:
        raise Unusable("body.pattern", "That is this desk itself.")
    people = reach(pattern)
    if people >= SEVERAL and body.shuts_out != people:
        told = f"{people} people we know would be shut out: say so, and send it again."
        raise Unusable("body.shuts_out", told)
    return Status(201, BlockShape.of(block(pattern, by=by, at=timezone.now())))


@router.delete("/blocks/{id}", response=answers(None, 204))
def lift_block(request: KeyRequest, id: InPath) -> Status[None]:
    """Let an address or a domain write to us again."""
    by = allowed(request, Scope.ADMIN)
    found = get_object_or_404(Block, pk=id)
    unblock(found, by=by, at=timezone.now())
    return Status(204, None)


def _told(shape: type[Told], row: Declaration, names: Names) -> Told:
    now: Version = max(row.versions.all(), key=lambda one: one.pk)
    told = {name: getattr(row, name) for name in ("id", "name", "is_on")}
    return shape.of(now, **told, asks=now.asks_in(names))
