"""Promises: what customers were told we would do, and by when by their clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import changing, conversation_of, named
from wingbeat.channels.api.errors import answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Number, Shape, Text, Time
from wingbeat.channels.mail.gathering import clock_of
from wingbeat.desk.care.promise import LONGEST_WORDS, Promise, promise
from wingbeat.desk.conversations.message import MessageKind

router = Router(tags=["promises"])
ORDER = ("due_at", "pk")


class PromiseShape(Shape):
    """What we told a customer we would do."""

    id: int
    conversation: int
    customer: int
    message: int | None = Field(description="The reply that gave it, where one did.")
    words: str
    due_at: datetime
    zone: str = Field(description="The customer's when it was given.")
    by: int
    at: datetime
    outcome: Literal["", "kept", "withdrawn"] = Field(
        description="Empty while it is open; whether it is broken follows from its times."
    )
    settled_by: int | None
    settled_at: datetime | None


class PromiseSent(shapes.Sent):
    """What is promised, in words that the customer reads, and by when."""

    words: Annotated[
        Text, Field(min_length=1, max_length=LONGEST_WORDS, examples=["We call you back."])
    ]
    due_at: Time
    message: Number | None = Field(None, description="The reply in which it was said.")


@router.get("/promises", response=answers(Page[PromiseShape]))
def list_promises(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the open ones in what may be read, the first due first."""
    return page(Promise.objects.visible_to(asker(request)).open(), ORDER, where, PromiseShape.of)


@router.get("/conversations/{number}/promises", response=answers(Page[PromiseShape]))
def list_promises_in(request: HttpRequest, number: InPath, where: AskedPage) -> dict[str, Any]:
    """List everything that was promised in a conversation, the first due first."""
    rows = Promise.objects.of_conversations(conversation_of(request, number).parts())
    return page(rows, ORDER, where, PromiseShape.of)


@router.post("/conversations/{number}/promises", response=answers(PromiseShape, 201))
def give_promise(request: KeyRequest, number: InPath, body: PromiseSent) -> Status[PromiseShape]:
    """Keep what a customer was told; another promise on the same day is another row."""
    with changing(request, number) as (found, by, at):
        message = None
        if body.message is not None:
            ours = found.messages_to_show().filter(kind=MessageKind.AGENT)
            told = f"No reply of ours in #{found.pk} is that number."
            message = named(ours, body.message, "body.message", told)
        due_at = body.due_at.astimezone(clock_of(found.customer, found.inbox))
        row = promise(found, body.words, due_at=due_at, by=by, at=at, message=message)
    return Status(201, PromiseShape.of(row))


@router.post("/promises/{id}/keeping", response=answers(PromiseShape))
def keep_promise(request: KeyRequest, id: InPath) -> PromiseShape:
    """Say that what was promised is done."""
    row = _of(id)
    with changing(request, row.conversation_id) as (_found, by, at):
        row.keep(by=by, at=at)
    return PromiseShape.of(row)


@router.post("/promises/{id}/withdrawal", response=answers(PromiseShape))
def withdraw_promise(request: KeyRequest, id: InPath) -> PromiseShape:
    """Take a promise back: the customer reads that we did. To move one, give another as well."""
    row = _of(id)
    with changing(request, row.conversation_id) as (_found, by, at):
        row.withdraw(by=by, at=at)
    return PromiseShape.of(row)


def _of(pk: int) -> Promise:
    return get_object_or_404(Promise.objects.select_related("conversation"), pk=pk)
