"""How often people write for which cause, week by week, of what a reader may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.tagging import IN_THE_WAY
from wingbeat.desk.customers.merging import who_stays

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import ConversationQuerySet

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One cause: conversations that were opened in each week, with those of causes under it."""

    cause: Cause
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Trend:
    """Mondays, a line for each cause as the tree has it, and what the counts are out of."""

    weeks: tuple[date, ...]
    lines: tuple[Line, ...]
    without: tuple[int, ...]  # conversations that nobody gave a cause
    all: tuple[int, ...]


def weekly(visible: ConversationQuerySet, *, now: datetime) -> Trend:
    """Count in two queries; a cause that is retired and did not occur is left out."""
    monday = timezone.localdate(now) - timedelta(days=timezone.localdate(now).weekday())
    weeks = tuple(monday - timedelta(weeks=back) for back in reversed(range(WEEKS)))
    since = timezone.make_aware(datetime.combine(weeks[0], time.min))
    opened = visible.newest_first().filter(opened_at__gte=since).order_by()
    rows = opened.values_list(TruncWeek("opened_at"), "cause_mark__cause").annotate(n=Count("pk"))
    found = {(timezone.localdate(week), cause): n for week, cause, n in rows}

    def counts(*causes: int | None) -> tuple[int, ...]:
        return tuple(sum(found.get((week, cause), 0) for cause in causes) for week in weeks)

    tree = list(Cause.objects.as_tree())
    below = {one.pk: [under.pk for under in tree if under.parent_id == one.pk] for one in tree}
    lines = (Line(one, counts(one.pk, *below[one.pk])) for one in tree)
    return Trend(
        weeks=weeks,
        lines=tuple(line for line in lines if line.n or line.cause.retired_at is None),
        without=counts(None),
        all=counts(None, *below),
    )


def came_again(visible: ConversationQuerySet, trend: Trend) -> tuple[int, int]:
    """Of those who wrote more than once in these weeks for causes that were named: for the same.

    Coming back is good news or bad: with the same trouble once more it is bad. Returns for how many
    one cause came twice, and of how many people.
    """
    since = timezone.make_aware(datetime.combine(trend.weeks[0], time.min))
    named = visible.newest_first().filter(opened_at__gte=since, cause_mark__isnull=False)
    rows = named.order_by().values_list("customer", "cause_mark__cause").annotate(n=Count("pk"))
    person, times = who_stays(), defaultdict[int, Counter[int]](Counter)
    for customer, cause, n in rows:
        times[person.get(customer, customer)][cause] += n
    again = [counts for counts in times.values() if counts.total() > 1]
    return sum(max(counts.values()) > 1 for counts in again), len(again)


def in_the_way(visible: ConversationQuerySet) -> dict[int, int]:
    """Count by cause where somebody said that a rule of ours stood in the way."""
    marked = visible.whole().filter(taggings__tag__name=IN_THE_WAY, cause_mark__isnull=False)
    return dict(marked.order_by().values_list("cause_mark__cause").annotate(n=Count("pk")))
