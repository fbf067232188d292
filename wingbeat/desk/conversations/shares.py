"""How conversations stand and end in an inbox: five shares side by side, and never added up.

Their sum would make "ended by us" look like "solved by their word". Beside what customers said
stands how many said nothing: silence is not satisfaction, so a share of happy answers is bounded
by what the silent might have said.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from wingbeat.desk.conversations.coming_again import ReturnQuestion
from wingbeat.desk.conversations.conversation import Conversation, State
from wingbeat.desk.conversations.rating import Rating, Word


@dataclass(frozen=True, slots=True)
class Said:
    """What customers said when they could: how many could, how many did, how many were happy."""

    could: int
    did: int
    happy: int

    @property
    def at_least(self) -> float:
        """The share of happy ones if everyone silent was not (Manski 1989)."""
        return self.happy / self.could

    @property
    def at_most(self) -> float:
        """The share of happy ones if everyone silent was."""
        return (self.happy + self.could - self.did) / self.could


@dataclass(frozen=True, slots=True)
class Shares:
    """One inbox: its conversations of a period by how they stand now, of `n` in all."""

    n: int
    waits_for_us: int
    waits_for_customer: int
    quiet: int
    ended: int
    solved: int
    rated: Said
    would_return: Said


def shares_of(inbox_ids: Collection[int], *, since: datetime, now: datetime) -> dict[int, Shares]:
    """Count the unrestricted conversations of each inbox in which somebody wrote since then."""
    quiet_before = now - timedelta(days=settings.WINGBEAT["quiet_after_days"])
    is_quiet = Q(state=State.QUIET) | Q(state=State.CUSTOMER, latest_at__lt=quiet_before)
    rows = _of_period(inbox_ids, since).values_list("inbox_id").annotate(
        n=Count("pk"),
        waits_for_us=Count("pk", filter=Q(state=State.US)),
        waits_for_customer=Count("pk", filter=Q(state=State.CUSTOMER) & ~is_quiet),
        quiet=Count("pk", filter=is_quiet),
        ended=Count("pk", filter=Q(state=State.ENDED)),
        solved=Count("pk", filter=Q(state=State.SOLVED)),
    )  # fmt: skip
    rated, asked = _rated(inbox_ids, since), _asked(inbox_ids, since)
    nobody = Said(0, 0, 0)
    found = {}
    for inbox_id, n, us, customer, quiet, ended, solved in rows.order_by("inbox_id"):
        said = Said(n, *rated.get(inbox_id, (0, 0)))
        would = asked.get(inbox_id, nobody)
        found[inbox_id] = Shares(n, us, customer, quiet, ended, solved, said, would)
    return found


def _of_period(inbox_ids: Collection[int], since: datetime) -> QuerySet[Conversation]:
    everything = Conversation.objects.whole().filter(inbox_id__in=inbox_ids, latest_at__gte=since)
    return everything.filter(is_restricted=False, is_spam=False).order_by()


def _rated(inbox_ids: Collection[int], since: datetime) -> dict[int, tuple[int, int]]:
    """Return by inbox how many conversations were judged, and how many of them as good."""
    judged = Rating.objects.filter(conversation__in=_of_period(inbox_ids, since))
    rows = judged.values_list("conversation__inbox_id", "conversation_id", "value").order_by("at")
    latest = {conversation: (inbox, value) for inbox, conversation, value in rows}
    counted: dict[int, tuple[int, int]] = {}
    for inbox, value in latest.values():
        did, happy = counted.get(inbox, (0, 0))
        counted[inbox] = (did + 1, happy + (value > Word.SO_SO))
    return counted


def _asked(inbox_ids: Collection[int], since: datetime) -> dict[int, Said]:
    rows = (
        ReturnQuestion.objects.filter(
            asked_at__gte=since,
            conversation__inbox_id__in=inbox_ids,
            conversation__is_restricted=False,
        )
        .values_list("conversation__inbox_id")
        .annotate(
            could=Count("pk"),
            did=Count("pk", filter=Q(would_return__isnull=False)),
            happy=Count("pk", filter=Q(would_return=True)),
        )
        .order_by()
    )
    return {inbox_id: Said(*counts) for inbox_id, *counts in rows}
