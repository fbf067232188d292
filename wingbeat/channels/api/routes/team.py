"""The team now: who is here, handing over a day's work; and one act upon many conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import allowed, conversations, doing
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page_at_once
from wingbeat.channels.api.shapes import InPath, Number, Shape, Text, Time
from wingbeat.desk.automation import handing
from wingbeat.desk.automation.availability import Presence, be
from wingbeat.desk.automation.handing import HandOver, may_hand_over
from wingbeat.desk.conversations.batch import MOST, Act, Batch, begin
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.tagging import spelled
from wingbeat.desk.people.models import Agent, Team

router = Router(tags=["team, many at once"])
DAY = "/agents/{id}/day"


class PresenceSent(shapes.Sent):
    """Whether somebody takes conversations, and until when not."""

    presence: Literal["here", "away", "protected"]
    until: Time | None = None


class TakingShape(Shape):
    """Who would take, or took, a conversation; null: its team."""

    conversation: int
    taker: int | None


class Takings(Shape):
    items: list[TakingShape]


class TakingSent(shapes.Sent):
    conversation: Number
    taker: Number | None = None


class HandOverSent(shapes.Sent):
    """Who takes what, as the plan proposed it or otherwise."""

    items: list[TakingSent] = Field(min_length=1, max_length=1_000)
    words: str = Field(
        "", max_length=2_000,
        description="To them, as a note that stays in each of these: whoever reads one reads it, "
        "customers may ask for it, and an @name in it lets nobody in.",
    )  # fmt: skip


class HandOverShape(Shape):
    """That a day's work went to colleagues, in one act that can be taken back."""

    id: int
    agent: int
    by: int
    at: datetime
    undone_at: datetime | None
    items: list[TakingShape]


class BatchSent(shapes.Sent):
    """One act upon many conversations; what it needs depends on the act."""

    act: Literal["assign", "tag", "untag", "snooze", "end", "move"]
    conversations: list[Number] = Field(min_length=1, max_length=MOST)
    agent: Number | None = Field(None, description="For assign; without it and `team`: nobody.")
    team: Number | None = None
    tag: Annotated[Text, Field(max_length=60)] = Field("", description="For tag and untag.")
    until: Time | None = Field(None, description="For snooze.")
    inbox: Number | None = Field(None, description="For move.")
    reason: shapes.ReasonCode | None = Field(None, description="For end.")


class BatchShape(Shape):
    """One act upon many conversations, and how far it is."""

    id: int
    act: str
    at: datetime
    undone_at: datetime | None
    outcomes: dict[str, int] = Field(
        description="How many are waiting, done, same, refused, undone, kept."
    )


@router.put("/agents/{id}/presence", response=answers(None, 204))
def set_presence(request: KeyRequest, id: InPath, body: PresenceSent) -> None:
    """Say that somebody is here, away or has protected time: oneself, or as their lead."""
    agent, by = _theirs(request, id)
    be(agent, Presence(body.presence), until=body.until, by=by, at=timezone.now())


@router.get(DAY, response=answers(Takings))
def plan_day(request: KeyRequest, id: InPath) -> Takings:
    """Say who would take what of somebody's day: whoever is here and has least in hand."""
    agent, by = _theirs(request, id, scope=Scope.READ)
    plan = handing.plan(agent, by=by, now=timezone.now())
    rows = [(row.pk, taker.pk if taker else None) for row, taker in plan]
    return Takings(items=[TakingShape(conversation=pk, taker=taker) for pk, taker in rows])


@router.post("/agents/{id}/hand-overs", response=answers(HandOverShape, 201))
def hand_day_over(request: KeyRequest, id: InPath, body: HandOverSent) -> Status[HandOverShape]:
    """Give what waits with somebody to their colleagues, in one act."""
    agent, by = _theirs(request, id)
    takers = {one.conversation: one.taker for one in body.items}
    row = handing.hand_over(agent, takers, by=by, at=timezone.now(), words=body.words)
    return Status(201, _hand_over(row))


@router.post("/hand-overs/{id}/undoing", response=answers(HandOverShape))
def take_day_back(request: KeyRequest, id: InPath) -> HandOverShape:
    """Give everything back that is still where the hand-over put it."""
    row = HandOver.objects.select_related("agent").filter(pk=id).first()
    if row is None or not may_hand_over(asker(request), row.agent):
        raise Http404
    handing.take_back(row, **doing(request))
    row.refresh_from_db(fields=["undone_at"])
    return _hand_over(row)


@router.get("/batches", response=answers(Page[BatchShape]))
def list_batches(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List what whom the key acts as has done with many, newest first."""
    return page_at_once(Batch.objects.of(asker(request)), ("-pk",), where, _batches)


@router.post("/batches", response=answers(BatchShape, 202))
def begin_batch(request: KeyRequest, body: BatchSent) -> Status[BatchShape]:
    """Do one thing with many conversations; it is done in the background, and told."""
    who = doing(request)
    rows = conversations(request).whole().filter(pk__in=body.conversations)
    ids = list(rows.values_list("pk", flat=True))
    made = begin(Act(body.act), ids, what=_what(body, who["by"]), **who)
    return Status(202, _batches([made])[0])


@router.get("/batches/{id}", response=answers(BatchShape))
def get_batch(request: HttpRequest, id: InPath) -> BatchShape:
    """Read how far it is."""
    return _batches([_batch_of(request, id)])[0]


@router.post("/batches/{id}/undoing", response=answers(BatchShape, 202))
def undo_batch(request: KeyRequest, id: InPath) -> Status[BatchShape]:
    """Take it back: each conversation as it was, unless it has changed since."""
    found = _batch_of(request, id)
    allowed(request, Scope.WRITE)
    found.undo(at=timezone.now())
    return Status(202, _batches([found])[0])


def _theirs(request: KeyRequest, pk: int, scope: Scope = Scope.WRITE) -> tuple[Agent, Agent]:
    """Return somebody whose day this key's person may look after, and that person."""
    agent, by = Agent.objects.at_work().filter(pk=pk).first(), asker(request)
    if agent is None or not may_hand_over(by, agent):
        raise Http404
    if agent.pk != by.pk and not settings.WINGBEAT["staff_views"]:
        raise Http404
    return agent, allowed(request, scope)


def _batch_of(request: HttpRequest, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.of(asker(request)), pk=pk)


def _what(body: BatchSent, by: Agent) -> dict[str, int | str | None]:
    """Return what the act needs, as a batch keeps it."""
    needs: dict[str, dict[str, int | str | None]] = {
        "assign": {"agent": body.agent, "team": body.team},
        "tag": {"tag": spelled(body.tag) if body.tag or body.act == "tag" else None},
        "snooze": {"until": body.until.isoformat() if body.until else None},
        "move": {"inbox": body.inbox}, "end": {"reason": body.reason},
    }  # fmt: skip
    needs["untag"] = needs["tag"]
    what = needs[body.act]
    _check(body, by)
    return what


def _check(body: BatchSent, by: Agent) -> None:
    wrong = {}
    if body.act == "assign":
        if body.agent and not Agent.objects.at_work().filter(pk=body.agent).exists():
            wrong["body.agent"] = f"Nobody with the number {body.agent} works here now."
        if body.team and not Team.objects.filter(pk=body.team).exists():
            wrong["body.team"] = f"There is no team {body.team}."
    if body.act == "snooze" and (body.until is None or body.until <= timezone.now()):
        wrong["body.until"] = "Name a time to come."
    if body.act == "move" and body.inbox not in by.inbox_ids:
        wrong["body.inbox"] = "Name an inbox that this key may read."
    if body.act == "end" and body.reason is None:
        wrong["body.reason"] = f"Name a reason: {', '.join(Reason.values)}."
    if wrong:
        raise Unusable(wrong)


def _batches(some: list[Batch]) -> list[BatchShape]:
    counted = {pk: outcomes.items() for pk, outcomes in Batch.objects.outcomes_of(some).items()}
    return [
        BatchShape.of(row, outcomes={key or "waiting": n for key, n in counted.get(row.pk, ())})
        for row in some
    ]


def _hand_over(row: HandOver) -> HandOverShape:
    items = [TakingShape.of(one) for one in row.items.order_by("pk")]
    return HandOverShape.of(row, items=items)
