"""Whose a conversation is, who acts next, where it belongs, and who may read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wingbeat.channels.api import shapes, showing
from wingbeat.channels.api.access import changing, conversations, inbox_of
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.shapes import ConversationShape, InPath
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.conversations.tagging import retag
from wingbeat.desk.people.models import Agent

router = Router(tags=["conversations"])
ONE = "/conversations/{number}"


@router.put(f"{ONE}/assignment", response=answers(ConversationShape))
def assign(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.AssignmentSent
) -> ConversationShape:
    """Give it to an agent, to a team, or (neither) to nobody in particular."""
    with changing(request, number) as (found, by, at):
        agent = Agent.objects.at_work().filter(pk=body.agent).first() if body.agent else None
        team = found.inbox.teams.filter(pk=body.team).first() if body.team else None
        if body.agent and agent is None:
            raise Unusable("body.agent", f"Nobody with the number {body.agent} works here now.")
        if body.team and team is None:
            raise Unusable("body.team", f"No team {body.team} answers the inbox {found.inbox}.")
        found.assign(agent=agent, team=team, by=by, at=at)
        return showing.answered(found, response)


@router.put(f"{ONE}/snooze", response=answers(ConversationShape))
def snooze(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.SnoozeSent
) -> ConversationShape:
    """Put it aside until a time; any word of the customer brings it back sooner."""
    return _done(request, response, number, Conversation.snooze, until=body.until)


@router.delete(f"{ONE}/snooze", response=answers(ConversationShape))
def wake(request: KeyRequest, response: HttpResponse, number: InPath) -> ConversationShape:
    """Bring it back now."""
    return _done(request, response, number, Conversation.wake)


@router.post(f"{ONE}/ending", response=answers(ConversationShape))
def end(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.EndingSent
) -> ConversationShape:
    """End it by us, with a reason. Only the customer's own word makes it solved."""
    return _done(request, response, number, Conversation.end, reason=body.reason)


@router.post(f"{ONE}/reopening", response=answers(ConversationShape))
def reopen(request: KeyRequest, response: HttpResponse, number: InPath) -> ConversationShape:
    """Open it again: something is owed."""
    return _done(request, response, number, Conversation.reopen)


@router.put(f"{ONE}/tags", response=answers(ConversationShape))
def tag(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.TagsSent
) -> ConversationShape:
    """Make its tags these."""
    return _done(request, response, number, retag, names=body.tags)


@router.put(f"{ONE}/severity", response=answers(ConversationShape))
def grade(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.SeveritySent
) -> ConversationShape:
    """Say what is at stake for the customer, and above the ordinary why."""
    more = {"level": Severity[body.level.upper()], "why": body.why}
    return _done(request, response, number, Conversation.grade, **more)


@router.put(f"{ONE}/inbox", response=answers(ConversationShape))
def move(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.MoveSent
) -> ConversationShape:
    """Let another inbox's people answer."""
    with changing(request, number) as (found, by, at):
        if body.inbox not in by.inbox_ids:
            raise Unusable("body.inbox", f"There is no inbox {body.inbox} that this key may read.")
        found.move(to=inbox_of(request, body.inbox), by=by, at=at)
        return showing.answered(found, response)


@router.post(f"{ONE}/merge", response=answers(ConversationShape))
def merge(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.MergeSent
) -> ConversationShape:
    """Read it as part of another from now on; answered is that other."""
    with changing(request, number) as (found, by, at):
        into = _other(request, body.into)
        found.merge(into=into, by=by, at=at)
        return showing.answered(into, response)


@router.delete(f"{ONE}/merged/{{part}}", response=answers(ConversationShape))
def unmerge(
    request: KeyRequest, response: HttpResponse, number: InPath, part: InPath
) -> ConversationShape:
    """Take a merged conversation out of this one again; answered is the one taken out."""
    with changing(request, number) as (found, by, at):
        row = found.merge_rows.select_related("source").filter(source_id=part).first()
        if row is None:
            raise Unusable("path.part", f"#{part} is not merged into #{found.pk}.")
        row.source.unmerge(by=by, at=at)
        return showing.answered(row.source, response)


@router.post(f"{ONE}/split", response=answers(ConversationShape))
def split(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.SplitSent
) -> ConversationShape:
    """Begin a conversation with some of its messages; they stay readable here too."""
    with changing(request, number) as (found, by, at):
        shown = found.messages_to_show().filter(pk__in=body.messages)
        if shown.count() != len(set(body.messages)):
            raise Unusable("body.messages", f"Some of these are not read in #{found.pk}.")
        return showing.answered(found.split(list(shown), by=by, at=at), response)


@router.put(f"{ONE}/restriction", response=answers(ConversationShape))
def restrict(
    request: KeyRequest, response: HttpResponse, number: InPath, body: shapes.RestrictionSent
) -> ConversationShape:
    """Let only these, its assignee and whom this key acts as read it, whatever their roles."""
    with changing(request, number) as (found, by, at):
        agents = list(Agent.objects.at_work().filter(pk__in=body.agents))
        if len(agents) != len(set(body.agents)):
            raise Unusable("body.agents", "Some of these do not work here now.")
        kept = [found.assignee] if found.assignee else []
        found.restrict(to=[*agents, *kept], by=by, at=at)
        return showing.answered(found, response)


@router.delete(f"{ONE}/restriction", response=answers(ConversationShape))
def unrestrict(request: KeyRequest, response: HttpResponse, number: InPath) -> ConversationShape:
    """Take the restricted mark off."""
    return _done(request, response, number, Conversation.unrestrict)


def _done(
    request: KeyRequest, response: HttpResponse, number: int, verb: Callable[..., Any], **more: Any
) -> ConversationShape:
    """Do what takes nothing but a verb, and answer how the conversation stands then."""
    with changing(request, number) as (found, by, at):
        verb(found, **more, by=by, at=at)
        return showing.answered(found, response)


def _other(request: HttpRequest, number: int) -> Conversation:
    found = conversations(request).filter(pk=number).first()
    if found is None:
        raise Unusable("body.into", f"There is no conversation #{number} that this key may read.")
    return found
