"""What helps to find: views and search."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import allowed, doing, named_if
from wingbeat.channels.api.errors import NotAllowed, Unusable, answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.routes.conversations import asked
from wingbeat.channels.api.shapes import InPath, Number, Shape, Text
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.view import View, drop, keep
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.desk.people.models import Team

router = Router(tags=["views, search"])
HITS = 30
ColumnCode = Literal["number", "inbox", "team", "organization", "tags", "opened", "excerpt"]


class ViewSent(shapes.Sent):
    name: Annotated[Text, Field(min_length=1, max_length=60)]
    question: Annotated[Text, Field(max_length=1_000, examples=["state:us waits>2d"])]
    for_whom: Literal["oneself", "team", "all"] = "oneself"
    team: Number | None = None
    columns: list[ColumnCode] | None = Field(
        None, description="What rows tell besides, on the screens; without it they stay."
    )


class ViewShape(Shape):
    """A saved list of conversations."""

    id: int
    name: str
    question: str = Field(examples=["state:us tag:refund"])
    for_whom: Literal["oneself", "team", "all"]
    team: int | None
    columns: list[str]


@router.get("/views", response=answers(Page[ViewShape]))
def list_views(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List one's own views, those of one's teams, and those for all, by number."""
    rows, names = View.objects.visible_to(asker(request)), Names(asker(request))
    return page(rows, ("pk",), where, lambda one: _view(one, names))


@router.post("/views", response=answers(ViewShape, 201))
def make_view(request: KeyRequest, body: ViewSent) -> Status[ViewShape]:
    """Keep a question under a name."""
    who = doing(request)
    view = View(owner=who["by"], **_kept(body))
    return Status(201, _view(keep(view, **who), Names(who["by"])))


@router.put("/views/{id}", response=answers(ViewShape))
def change_view(request: KeyRequest, id: InPath, body: ViewSent) -> ViewShape:
    """Change a view that one may change."""
    view = _view_to_change(request, id)
    for name, value in _kept(body).items():
        setattr(view, name, value)
    return _view(keep(view, **doing(request)), Names(asker(request)))


@router.delete("/views/{id}", response=answers(None, 204))
def drop_view(request: KeyRequest, id: InPath) -> None:
    """Let a view go; the conversations in it stay as they are."""
    drop(_view_to_change(request, id), **doing(request))


@router.get("/views/{id}/conversations", response=answers(Page[shapes.ConversationShape]))
def list_in_view(request: HttpRequest, id: InPath, where: AskedPage) -> dict[str, Any]:
    """List what stands in a view, in its order."""
    return asked(request, _view_of(request, id).question, where)


@router.get("/search", response=answers(Page[shapes.HitShape]))
def search(
    request: HttpRequest,
    words: Annotated[str, Query(min_length=1, max_length=200, examples=["charged twice"])],
    below: Annotated[int, Query(ge=1, le=shapes.LARGEST, description="`next` of a page.")] = (
        searching.NEWEST
    ),
) -> dict[str, Any]:
    """Find the messages with every word, the newest first; words in quotes stand together."""
    asked_for = words.replace("\x00", " ")
    found = searching.find(asked_for, agent=asker(request), below=below, most=HITS + 1)
    further = str(found[HITS - 1].pk) if len(found) > HITS else None
    return {"items": list(map(_hit, found[:HITS])), "next": further}


def _view_of(request: HttpRequest, pk: int) -> View:
    return get_object_or_404(View.objects.visible_to(asker(request)), pk=pk)


def _view_to_change(request: KeyRequest, pk: int) -> View:
    found, by = _view_of(request, pk), allowed(request, Scope.WRITE)
    if not found.may_be_changed_by(by):
        raise NotAllowed("Only its owner, the lead of its team or an admin changes this view.")
    return found


def _kept(body: ViewSent) -> dict[str, Any]:
    if (body.for_whom == "team") != (body.team is not None):
        raise Unusable({"body.team": "A view for a team names the team, and no other does."})
    named_if(Team.objects.all(), body.team, "body.team", f"There is no team {body.team}.")
    return {
        "name": body.name, "question": body.question, "for_whom": body.for_whom,
        "team_id": body.team, **({} if body.columns is None else {"columns": body.columns}),
    }  # fmt: skip


def _view(row: View, names: Names) -> ViewShape:
    return ViewShape.of(row, question=row.question_in(names))


def _hit(message: Message) -> shapes.HitShape:
    subject, text = message.conversation.subject, excerpt_of(message.words.text, 300)
    return shapes.HitShape.of(message, message=message.pk, subject=subject, text=text)
