"""Shared drafts: shown to the team, continued by one at a time, and who wrote what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class CannotContinue(ValueError):
    """A draft cannot be continued by somebody now; the text says why, and what to do."""


class DraftTurn(models.Model):
    """That somebody wrote on a draft until another continued it, and what it was then."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="turns")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    html = models.TextField(blank=True)
    at = models.DateTimeField()


def found_by(agent: Agent) -> models.QuerySet[Draft]:
    """Return what was begun and not sent: an agent's own, and what colleagues show.

    Light agents write their own answers and read no unfinished ones.
    """
    found = Q(agent=agent) if agent.is_light else Q(agent=agent) | Q(shared_at__isnull=False)
    return Draft.objects.filter(found).exclude(html="", attachments=None)


def begun_in(conversation_ids: Sequence[int], agent: Agent) -> dict[int, Agent]:
    """Return by conversation who has begun words that an agent finds: themselves before others."""
    rows = found_by(agent).filter(conversation_id__in=conversation_ids).select_related("agent")
    ours_last = sorted(rows, key=lambda draft: draft.agent_id == agent.pk)
    return {draft.conversation_id: draft.agent for draft in ours_last if draft.conversation_id}


def shown_to(agent: Agent, conversation: Conversation) -> models.QuerySet[Draft]:
    """Return what colleagues show of their drafts here; for one who may read the conversation.

    Light agents write their own answers and read no unfinished ones.
    """
    if agent.is_light:
        return Draft.objects.none()
    shared = Draft.objects.filter(conversation=conversation, shared_at__isnull=False)
    rows = shared.exclude(agent=agent).select_related("agent")
    return rows.prefetch_related("turns__agent").order_by("shared_at", "pk")


@transaction.atomic
def share(draft: Draft, *, is_shared: bool, by: Agent, at: datetime) -> None:
    """Show one's draft to whoever reads the conversation, or keep it to oneself again."""
    if draft.conversation is None or (draft.shared_at is not None) == is_shared:
        return
    draft.shared_at = at if is_shared else None
    draft.save(update_fields=["shared_at"])
    _record(Kind.DRAFT_SHARED if is_shared else Kind.DRAFT_KEPT_BACK, draft, by=by, at=at)


@transaction.atomic
def continue_(draft_id: int, conversation: Conversation, *, by: Agent, at: datetime) -> Draft:
    """Take a shared draft on: from now it is `by` who writes it, and the other reads.

    Raises:
        CannotContinue: if it is shared no more, or `by` has begun words of their own here.
    """
    draft = shown_to(by, conversation).select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        raise CannotContinue(_("That draft is no longer shared: it was sent, or is being kept."))
    own = Draft.objects.filter(conversation=conversation, agent=by, kind=draft.kind).first()
    if own is not None and (own.html or own.attachments.exists()):
        raise CannotContinue(
            _("You have begun words of your own here. Send them or throw them away first.")
        )
    if own is not None:
        own.delete()
    before = draft.agent
    DraftTurn.objects.create(draft=draft, agent=before, html=draft.html, at=at)
    draft.agent = by
    draft.save(update_fields=["agent"])
    _record(Kind.DRAFT_CONTINUED, draft, by=by, at=at, of=before.pk)
    return draft


def continued_by(agent: Agent, conversation: Conversation, kind: str) -> Agent | None:
    """Return who writes on with what an agent began here, if somebody does."""
    others = Draft.objects.filter(conversation=conversation, kind=kind, turns__agent=agent)
    row = others.exclude(agent=agent).select_related("agent").order_by("-pk").first()
    return row.agent if row is not None else None


def _record(kind: Kind, draft: Draft, *, by: Agent, at: datetime, **facts: int) -> None:
    record(
        kind,
        by=by,
        at=at,
        inbox_id=draft.inbox_id,
        conversation_id=draft.conversation_id,
        facts={"draft": draft.pk, **facts},
    )
