"""The one visibility rule, in parts: each asks the database, looks at facts, and says why.

`ConversationQuerySet.visible_to` joins the questions, `audience` the looks, and the inspector tells
which parts held. A part is added here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q

from wingbeat.desk.conversations.restricting import Admission
from wingbeat.desk.people.models import READS, Agent


class Reason(StrEnum):
    """Why an agent may see a conversation."""

    INBOX = "inbox"
    ASSIGNED = "assigned"
    ADMITTED = "admitted"


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a conversation decides who may see it."""

    conversation_id: int
    inbox_id: int
    is_restricted: bool
    assignee_id: int | None
    admitted: frozenset[int]
    merged_into_id: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """What of an agent decides what they may see."""

    agent_id: int
    role: str
    is_active: bool
    inbox_ids: frozenset[int]

    def may_read(self, inbox_id: int) -> bool:
        """Say whether an inbox's unrestricted conversations are theirs to read."""
        return self.is_active and self.role in READS and inbox_id in self.inbox_ids

    def reasons(self, seen: Seen) -> list[Reason]:
        """Return every reason for which they may see a conversation; without one they may not."""
        return [part.reason for part in PARTS if part.holds(self, seen)] if self.is_active else []

    def may_see(self, seen: Seen) -> bool:
        return self.is_active and any(part.holds(self, seen) for part in PARTS)


@dataclass(frozen=True, slots=True)
class Part:
    """One way in: the conversations it opens to an agent, and whether it opens one to a reader."""

    reason: Reason
    opens: Callable[[Agent], Q]
    holds: Callable[[Reader, Seen], bool]


def _admissions(agent: Agent) -> Q:
    return Q(Exists(Admission.objects.filter(conversation=OuterRef("pk"), agent=agent)))


PARTS = (
    Part(
        Reason.INBOX,  # a restricted mark beats every role
        lambda agent: Q(is_restricted=False, inbox_id__in=agent.inbox_ids),
        lambda reader, seen: not seen.is_restricted and reader.may_read(seen.inbox_id),
    ),
    Part(
        Reason.ASSIGNED,
        lambda agent: Q(assignee=agent),
        lambda reader, seen: seen.assignee_id == reader.agent_id,
    ),
    Part(Reason.ADMITTED, _admissions, lambda reader, seen: reader.agent_id in seen.admitted),
)


def open_to(agent: Agent) -> Q:
    """Return which conversations an active agent may see."""
    opened = Q()
    for part in PARTS:
        opened |= part.opens(agent)
    return opened
