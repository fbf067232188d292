"""Whose a conversation is, who acts next, where it belongs, and who may read it."""

from __future__ import annotations

from ninja import Router

from wingbeat.channels.api import shapes, showing
from wingbeat.channels.api.access import changing, conversations, inbox_named, named, named_if
from wingbeat.channels.api.errors import Unusable, answers
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.channels.api.shapes import ConversationShape, InPath
from wingbeat.channels.api.showing import done
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.conversations.tagging import retag
from wingbeat.desk.people.models import Agent

router = Router(tags=["conversations"])
ONE = "/conversations/{number}"


@router.put(f"{ONE}/assignment", response=answers(ConversationShape))
def assign(request: KeyRequest, number: InPath, body: shapes.AssignmentSent) -> ConversationShape:
    """Give it to an agent, to a team, or (neither) to nobody in particular."""
    with changing(request, number) as (found, by, at):
        nobody = f"Nobody with the number {body.agent} works here now."
        none = f"No team {body.team} answers the inbox {found.inbox}."
        people, teams = Agent.objects.at_work(), found.inbox.teams.all()
        agent = named_if(people, body.agent, "body.agent", nobody)
        team = named_if(teams, body.team, "body.team", none)
        found.assign(agent=agent, team=team, by=by, at=at)
        return showing.answered(request, found)


@router.put(f"{ONE}/snooze", response=answers(ConversationShape))
def snooze(request: KeyRequest, number: InPath, body: shapes.SnoozeSent) -> ConversationShape:
    """Put it aside until a time; any word of the customer brings it back sooner."""
    return done(request, number, Conversation.snooze, until=body.until)


@router.delete(f"{ONE}/snooze", response=answers(ConversationShape))
def wake(request: KeyRequest, number: InPath) -> ConversationShape:
    """Bring it back now."""
    return done(request, number, Conversation.wake)


@router.post(f"{ONE}/ending", response=answers(ConversationShape))
def end(request: KeyRequest, number: InPath, body: shapes.EndingSent) -> ConversationShape:
    """End it by us, with a reason. Only the customer's own word makes it solved."""
    return done(request, number, Conversation.end, reason=body.reason)


@router.post(f"{ONE}/reopening", response=answers(ConversationShape))
def reopen(request: KeyRequest, number: InPath) -> ConversationShape:
    """Open it again: something is owed."""
    return done(request, number, Conversation.reopen)


@router.put(f"{ONE}/tags", response=answers(ConversationShape))
def tag(request: KeyRequest, number: InPath, body: shapes.TagsSent) -> ConversationShape:
    """Make its tags these."""
    return done(request, number, retag, names=body.tags)


@router.put(f"{ONE}/severity", response=answers(ConversationShape))
def grade(request: KeyRequest, number: InPath, body: shapes.SeveritySent) -> ConversationShape:
    """Say what is at stake for the customer, and above the ordinary why."""
    level = Severity[body.level.upper()]
    return done(request, number, Conversation.grade, level=level, why=body.why)


@router.put(f"{ONE}/inbox", response=answers(ConversationShape))
def move(request: KeyRequest, number: InPath, body: shapes.MoveSent) -> ConversationShape:
    """Let another inbox's people answer."""
    with changing(request, number) as (found, by, at):
        found.move(to=inbox_named(request, body.inbox), by=by, at=at)
        return showing.answered(request, found)


@router.post(f"{ONE}/merge", response=answers(ConversationShape))
def merge(request: KeyRequest, number: InPath, body: shapes.MergeSent) -> ConversationShape:
    """Read it as part of another from now on; answered is that other."""
    with changing(request, number) as (found, by, at):
        told = f"There is no conversation #{body.into} that this key may read."
        into = named(conversations(request), body.into, "body.into", told)
        found.merge(into=into, by=by, at=at)
        return showing.answered(request, into)


@router.delete(f"{ONE}/merged/{{part}}", response=answers(ConversationShape))
def unmerge(request: KeyRequest, number: InPath, part: InPath) -> ConversationShape:
    """Take a merged conversation out of this one again; answered is the one taken out."""
    with changing(request, number) as (found, by, at):
        row = found.merge_rows.select_related("source").filter(source_id=part).first()
        if row is None:
            raise Unusable({"path.part": f"#{part} is not merged into #{found.pk}."})
        row.source.unmerge(by=by, at=at)
        return showing.answered(request, row.source)


@router.post(f"{ONE}/split", response=answers(ConversationShape))
def split(request: KeyRequest, number: InPath, body: shapes.SplitSent) -> ConversationShape:
    """Begin a conversation with some of its messages; they stay readable here too."""
    with changing(request, number) as (found, by, at):
        shown = found.messages_to_show().filter(pk__in=body.messages)
        if shown.count() != len(set(body.messages)):
            raise Unusable({"body.messages": f"Some of these are not read in #{found.pk}."})
        return showing.answered(request, found.split(list(shown), by=by, at=at))


@router.put(f"{ONE}/restriction", response=answers(ConversationShape))
def restrict(
    request: KeyRequest, number: InPath, body: shapes.RestrictionSent
) -> ConversationShape:
    """Let only these, its assignee and whom this key acts as read it, whatever their roles."""
    with changing(request, number) as (found, by, at):
        agents = list(Agent.objects.at_work().filter(pk__in=body.agents))
        if len(agents) != len(set(body.agents)):
            raise Unusable({"body.agents": "Some of these do not work here now."})
        kept = [found.assignee] if found.assignee else []
        found.restrict(to=[*agents, *kept], by=by, at=at)
        return showing.answered(request, found)


@router.delete(f"{ONE}/restriction", response=answers(ConversationShape))
def unrestrict(request: KeyRequest, number: InPath) -> ConversationShape:
    """Take the restricted mark off."""
    return done(request, number, Conversation.unrestrict)
