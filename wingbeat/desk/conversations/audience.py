"""The visibility rule in memory: who of many agents may see which of many conversations.

`visibility` states the rule. `ConversationQuerySet.visible_to` asks it of the database; live
updates ask the other way round: here is a conversation in which something happened, who may hear
of it? A test insists that both always agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from wingbeat.desk.conversations import splitting
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.restricting import Admission
from wingbeat.desk.conversations.visibility import Reader, Seen
from wingbeat.desk.people.models import SEES_ALL_INBOXES, Agent, Membership


def conversations(ids: Iterable[int]) -> dict[int, Seen]:
    """Return what decides about these conversations, in two queries."""
    ids = set(ids)
    admitted: dict[int, set[int]] = defaultdict(set)
    for conversation_id, agent_id in Admission.objects.filter(conversation_id__in=ids).values_list(
        "conversation_id", "agent_id"
    ):
        admitted[conversation_id].add(agent_id)
    rows = Conversation.objects.filter(pk__in=ids).values_list(
        "pk", "inbox_id", "is_restricted", "assignee_id", "merged_into_id"
    )
    return {
        pk: Seen(pk, inbox_id, is_restricted, assignee_id, frozenset(admitted[pk]), merged_into_id)
        for pk, inbox_id, is_restricted, assignee_id, merged_into_id in rows
    }


def readers(ids: Iterable[int]) -> dict[int, Reader]:
    """Return what decides about these agents, in three queries."""
    ids = set(ids)
    open_to_admins = set(Inbox.objects.filter(is_for_team=False).values_list("pk", flat=True))
    inboxes: dict[int, set[int]] = defaultdict(set)
    through_teams = Membership.objects.filter(agent_id__in=ids, team__inboxes__isnull=False)
    for agent_id, inbox_id in through_teams.values_list("agent_id", "team__inboxes"):
        inboxes[agent_id].add(inbox_id)
    return {
        pk: Reader(
            pk,
            role,
            is_active,
            frozenset(inboxes[pk] | open_to_admins if role in SEES_ALL_INBOXES else inboxes[pk]),
        )
        for pk, role, is_active in Agent.objects.filter(pk__in=ids).values_list(
            "pk", "role", "is_active"
        )
    }


def found_by(agent: Agent, pk: int) -> Conversation | None:
    """Return what an agent reads under a number: it, or the one that it is read as part of."""
    readable = Conversation.objects.with_people()
    found = readable.filter(pk=pk).first()
    if found is not None and found.merged_into_id is not None:
        found = readable.filter(pk=whole_of(pk)).first()
    return found if found is not None and may_read(agent, found) else None


def read_in(agent: Agent, message: Message) -> Conversation | None:
    """Return a conversation in which an agent reads a message: its own, or a split."""
    places = (message.conversation_id, *splitting.places_of(message))
    return next(filter(None, (found_by(agent, place) for place in places)), None)


def may_read(agent: Agent, conversation: Conversation) -> bool:
    """Say whether an agent may see a conversation that has this moment been loaded."""
    reader = Reader(agent.pk, agent.role, agent.is_active, frozenset(agent.inbox_ids))
    seen = Seen(
        conversation.pk,
        conversation.inbox_id,
        conversation.is_restricted,
        conversation.assignee_id,
        frozenset(),
        conversation.merged_into_id,
    )
    # whoever needs no admission need not be looked for among the admitted
    return reader.may_see(seen) or (
        agent.is_active
        and Admission.objects.filter(conversation=conversation, agent=agent).exists()
    )
