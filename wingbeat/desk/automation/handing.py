"""Handing over a day's work: who would take what, previewed, done in one act, and undone in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.automation.availability import here_now, pausing
from wingbeat.desk.automation.choosing import Hand, share_out
from wingbeat.desk.automation.routing import loads_of
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet, State
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Membership, Role


class UndoneAlready(ValueError):
    """A hand-over was taken back before."""

    def __init__(self) -> None:
        super().__init__(_("That was taken back already."))


class NotTheirDay(ValueError):
    """Only somebody themself, a lead of their team or an admin hands over their day."""


class HandOver(Deed):
    """That a day's work went from somebody to their colleagues, in one act."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)


class HandedOver(models.Model):
    """One conversation of a hand-over, and who took it; nobody means its team."""

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "handed over"


class Taking(NamedTuple):
    """Who would take a conversation; None means its team."""

    conversation: Conversation
    taker: Agent | None


def may_hand_over(by: Agent, agent: Agent) -> bool:
    """Say whether somebody may set an agent's presence and hand over their day."""
    if by == agent or by.may_administer:
        return not by.is_light
    led = Membership.objects.filter(agent=by, is_lead=True).values("team")
    return Membership.objects.filter(agent=agent, team__in=led).exists()


def day_of(agent: Agent, visible: ConversationQuerySet) -> ConversationQuerySet:
    """Return what waits with an agent, of what is visible; restricted ones stay with them."""
    waiting = visible.whole().awake().filter(assignee=agent, state=State.US, is_restricted=False)
    return waiting.order_by("-severity", "due_at", "pk").select_related("team", "customer")


def plan(agent: Agent, *, by: Agent, now: datetime) -> list[Taking]:
    """Say who would take what: colleagues who are here and read the inbox, least loaded first."""
    rows = list(day_of(agent, Conversation.objects.visible_to(by)))
    readers = _readers({row.inbox_id for row in rows}, without=agent, now=now)
    everybody = {pk for able in readers.values() for pk in able}
    loads = loads_of(Conversation.objects.all(), everybody)
    hands = [Hand(pk, loads.get(pk, 0), 1) for pk in sorted(everybody)]
    shared = share_out(
        [row.pk for row in rows], {row.pk: readers[row.inbox_id] for row in rows}, hands
    )
    people = {each.pk: each for each in Agent.objects.at_work().filter(pk__in=everybody)}
    return [Taking(row, people.get(shared[row.pk] or 0)) for row in rows]


@transaction.atomic
def hand_over(
    agent: Agent, takers: Mapping[int, int | None], *, by: Agent, at: datetime, words: str = ""
) -> HandOver:
    """Give what waits with an agent to these colleagues, by conversation, in one act.

    What somebody has moved on since the preview stays where it is now. `words` to the colleagues
    stay as a note in each conversation for whoever opens one, and let nobody in whom they name.

    Raises:
        NotTheirDay: if this is not theirs to hand over.
    """
    if not may_hand_over(by, agent):
        raise NotTheirDay(_("Ask them, a lead of their team, or an admin."))
    row = HandOver.objects.create(agent=agent, by=by, at=at)
    rows = day_of(agent, Conversation.objects.visible_to(by)).filter(pk__in=takers)
    readers = _readers(set(rows.values_list("inbox_id", flat=True)), without=agent, now=at)
    people = {each.pk: each for each in Agent.objects.at_work()}
    for conversation in rows.select_for_update(of=("self",)):
        wanted = takers[conversation.pk]
        taker = people.get(wanted) if wanted in readers[conversation.inbox_id] else None
        conversation.assign(agent=taker, team=conversation.team, by=by, at=at)
        if words.strip():
            conversation.note(Letter.of_text(words.strip()), by=by, at=at, is_aside=True)
        HandedOver.objects.create(hand_over=row, conversation=conversation, taker=taker)
    facts = {"agent": agent.pk, "hand_over": row.pk, "conversations": row.items.count()}
    record(Kind.DAY_HANDED_OVER, by=by, at=at, facts=facts)
    return row


@transaction.atomic
def take_back(row: HandOver, *, by: Agent, at: datetime) -> int:
    """Give everything back that is still where the hand-over put it; return how many.

    Raises:
        UndoneAlready: if it was taken back before.
    """
    if not HandOver.objects.filter(pk=row.pk, undone_at__isnull=True).update(undone_at=at):
        raise UndoneAlready
    given = 0
    visible = Conversation.objects.visible_to(by)
    for item in row.items.select_related("taker"):
        rows = visible.filter(pk=item.conversation_id, assignee=item.taker)
        conversation = rows.select_related("team").first()
        if conversation is not None:
            conversation.assign(agent=row.agent, team=conversation.team, by=by, at=at)
            given += 1
    facts = {"agent": row.agent_id, "hand_over": row.pk, "conversations": given}
    record(Kind.DAY_TAKEN_BACK, by=by, at=at, facts=facts)
    return given


def _readers(inbox_ids: set[int], *, without: Agent, now: datetime) -> dict[int, set[int]]:
    """Return by inbox which colleagues of its teams are here; five minutes of one's own hide."""
    found: dict[int, set[int]] = {inbox_id: set() for inbox_id in inbox_ids}
    here = Agent.objects.at_work().filter(here_now(now) | pausing()).exclude(pk=without.pk)
    able = here.filter(memberships__team__inboxes__in=inbox_ids).exclude(role=Role.LIGHT)
    for pk, inbox_id in able.values_list("pk", "memberships__team__inboxes"):
        if inbox_id in found:
            found[inbox_id].add(pk)
    return found
