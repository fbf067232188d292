"""How teams share what comes in, and whose mail is blocked; for the scope admin."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import doing, named_if, router_for_admins
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Number, Shape
from wingbeat.desk.automation.availability import MOST
from wingbeat.desk.automation.calendars import Calendar
from wingbeat.desk.automation.promising import keep_hours
from wingbeat.desk.automation.routing import Routing, Way, route_by
from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.customers.blocking import block, reach, unblock
from wingbeat.desk.customers.models import Block
from wingbeat.desk.people.models import Team

router = router_for_admins("routing, blocks")
# An address, or a whole domain with or without the @.
PATTERN = r"^@?([^\s@<>,;]+@)?[^\s@<>,;.]+(\.[^\s@<>,;.]+)+$"
SEVERAL = 2


class TakesSent(shapes.Sent):
    """How many conversations may wait with somebody before they are given no more."""

    agent: Number
    most: int = Field(ge=0, le=500)


class SharingSent(shapes.Sent):
    """When a team is there, and how it shares what comes in."""

    hours: Number | None = Field(description="Null: as each inbox says.")
    way: Literal["none", "turns", "load"]
    is_paused: Annotated[bool, Field(description="Nothing is given to anybody.")] = False
    takes: list[TakesSent] = Field(
        [], max_length=500, description="Members who are not named take as much as before."
    )


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


@router.get("/teams/{id}/sharing", response=answers(SharingSent))
def get_sharing(request: KeyRequest, id: InPath) -> SharingSent:
    """Read when a team is there, how it shares what comes in, and how much each takes."""
    return _sharing(get_object_or_404(Team, pk=id))


@router.put("/teams/{id}/sharing", response=answers(SharingSent))
def share_out(request: KeyRequest, id: InPath, body: SharingSent) -> SharingSent:
    """Say all of that anew; whoever waits already keeps what they were promised."""
    found = get_object_or_404(Team, pk=id)
    members, told = _takes(found), "Nobody in this team has the number {}."
    wrong = {
        f"body.takes.{place}.agent": told.format(one.agent)
        for place, one in enumerate(body.takes) if one.agent not in members
    }  # fmt: skip
    if wrong:
        raise Unusable(wrong)
    most = {one.agent: one.most for one in body.takes}
    told = f"There are no hours {body.hours}."
    hours = named_if(Calendar.objects.all(), body.hours, "body.hours", told)
    with transaction.atomic():
        keep_hours(found, hours, **doing(request))
        route_by(found, way=Way(body.way), is_paused=body.is_paused, most=most, **doing(request))
    return _sharing(found)


@router.get("/blocks", response=answers(Page[BlockShape]))
def list_blocks(request: KeyRequest, where: AskedPage) -> dict[str, Any]:
    """List who is blocked, by number."""
    return page(Block.objects.all(), ("pk",), where, BlockShape.of)


@router.post("/blocks", response=answers(BlockShape, 201))
def block_pattern(request: KeyRequest, body: BlockSent) -> Status[BlockShape]:
    """Block an address or a domain; blocking twice changes nothing."""
    pattern, ours = body.pattern.lower().lstrip("@"), our_addresses()
    if pattern in ours or pattern in {address.rpartition("@")[2] for address in ours}:
        raise Unusable({"body.pattern": "That is this desk itself."})
    people = reach(pattern)
    if people >= SEVERAL and body.shuts_out != people:
        told = f"{people} people we know would be shut out: say so, and send it again."
        raise Unusable({"body.shuts_out": told})
    return Status(201, BlockShape.of(block(pattern, **doing(request))))


@router.delete("/blocks/{id}", response=answers(None, 204))
def lift_block(request: KeyRequest, id: InPath) -> None:
    """Let an address or a domain write to us again."""
    unblock(get_object_or_404(Block, pk=id), **doing(request))


def _takes(team: Team) -> dict[int, int]:
    """Return by number how much each of a team's people takes."""
    rows = team.memberships.filter(agent__is_active=True).order_by("agent_id")
    most = rows.values_list("agent_id", "agent__capacity__most")
    return {pk: MOST if each is None else each for pk, each in most}


def _sharing(team: Team) -> SharingSent:
    row = Routing.objects.filter(team=team).first() or Routing(team=team)
    takes = [TakesSent(agent=pk, most=most) for pk, most in _takes(team).items()]
    return SharingSent.of(row, hours=team.calendar_id, takes=takes)
