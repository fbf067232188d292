"""By when those whom a fault affects must be told, and words that go back on a promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from wingbeat.language.meaning import stems, stems_in
from wingbeat.language.phrases import words
from wingbeat.language.promises import Promised
from wingbeat.language.things import amounts
from wingbeat.laws.drafts import Drafting, DraftPolicy, Earlier, Finding
from wingbeat.laws.ethics.policy import EthicsPolicy
from wingbeat.laws.readings import Says


@dataclass(frozen=True, slots=True)
class Clock:
    """The instants that a fault's notice stands under. A machine never sends one."""

    deputy_at: datetime
    due_at: datetime


def clock(policy: EthicsPolicy, *, known_at: datetime, severity: str | None) -> Clock:
    """Return the clock of a fault since its first mention inside: life, money, or anything else.

    >>> from datetime import UTC
    >>> from wingbeat.laws.ethics import shipped_policy
    >>> at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> clock(shipped_policy(), known_at=at, severity="life").due_at.isoformat()
    '2026-03-02T13:00:00+00:00'
    """
    hours = hours_of(policy, severity)
    return Clock(
        known_at + timedelta(hours=hours * policy.deputy_share), known_at + timedelta(hours=hours)
    )


def hours_of(policy: EthicsPolicy, severity: str | None) -> float:
    """Return the hours of a severity's clock."""
    return {"life": policy.life_hours, "money": policy.money_hours}.get(
        severity or "", policy.other_hours
    )


def contradictions(draft: Drafting, policy: DraftPolicy) -> Iterator[Finding]:
    """Yield each promise of a draft that names another day or sum for what we promised before."""
    for promise in draft.promises:
        for earlier in draft.around.promises:
            other = _another(draft, promise, earlier)
            if other and _same(draft.language, promise, earlier, policy.same_promise):
                says = Says(
                    f"ethics.contradicts_{other}",
                    {"words": promise.words, "earlier": earlier.words},
                )
                remedy = Says("ethics.contradicts.remedy", says.values)
                yield Finding(
                    "ethics", "S4.32", says, promise.words, promise.start, promise.end, remedy
                )
                break


def _another(draft: Drafting, promise: Promised, earlier: Earlier) -> str:
    if promise.due_at and earlier.due_at:
        zone = draft.around.zone
        if promise.due_at.astimezone(zone).date() != earlier.due_at.astimezone(zone).date():
            return "day"
    now, before = amounts(promise.words), amounts(earlier.words)
    return "sum" if now and before and now.isdisjoint(before) else ""


def _same(language: str, promise: Promised, earlier: Earlier, least: float) -> bool:
    """Say whether both are about one thing; the words of the time itself do not count."""
    time = words(promise.span.words) if promise.span else []
    now = stems(words(promise.words), language) - stems(time, language)
    before = stems_in(earlier.words, language)
    smaller = min(len(now), len(before))
    return smaller > 0 and len(now & before) / smaller >= least
