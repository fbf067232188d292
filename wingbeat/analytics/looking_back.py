"""What needs no language: how long people waited, who never heard, and which ends did not hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from wingbeat.analytics.engines import open_engine
from wingbeat.language.thanks import is_mere_thanks
from wingbeat.laws import registry
from wingbeat.laws.facts import Conversation, Message
from wingbeat.laws.first_impression.policy import FirstImpressionPolicy
from wingbeat.laws.looking_back import Measured, Month, OldCase, Result
from wingbeat.laws.tables import numbered, table_of
from wingbeat.stats import CannotBeSeen, NotEnough, NotSupported
from wingbeat.stats.clusters import share_of
from wingbeat.stats.survival import Durations, Flags, kaplan_meier

HOUR = 3600


def measure(cases: Sequence[OldCase], *, as_of: datetime, patience_days: int) -> Measured:
    """Measure an export as of its latest words; spam must have been left out before."""
    moment = int(as_of.timestamp())
    policy = registry.shipped_policy("first_impression")
    tables = {
        "messages": table_of(Message, _messages(cases)),
        "conversations": table_of(Conversation, _ends(cases)),
    }
    with open_engine() as engine:
        held: Mapping[str, Any] = {name: engine.put(name, one) for name, one in tables.items()}
        first = registry.report_of("first_impression").report(held, policy, as_of=moment)
        support_policy = registry.shipped_policy("support")
        support = registry.report_of("support").report(held, support_policy, as_of=moment)
        rows = first.tables["waits"].order_by("asked_at", "conversation", "customer")
        columns = rows.select("asked_at", "customer", "seconds", "answered").to_pyarrow()
    asked, seconds, answered = (
        columns[name].to_numpy() for name in ("asked_at", "seconds", "answered")
    )
    waits = Durations.of(seconds / HOUR, answered == 1, numbered(columns["customer"]))
    old = moment - asked >= patience_days * 24 * HOUR
    readings = (*first.readings, *support.readings)
    told = {one.key: one.result for one in readings if not isinstance(one.result, NotSupported)}
    ends_are_told = any(case.ends for case in cases)
    numbers = {
        "never": _never(waits, old, policy),
        "median": _quantile(waits, 0.5, policy),
        "ninth": _quantile(waits, 0.9, policy),
        "week_later": told["first_impression.week_later"],
        "reopened": told["support.reopened"]
        if ends_are_told
        else CannotBeSeen(connect="times of endings"),
    }
    curve = kaplan_meier(waits) if len(waits) >= policy.least_waits and waits.ended.any() else None
    return Measured(numbers, curve, _months(asked, waits, old, policy))


def _never(waits: Durations, old: Flags, policy: FirstImpressionPolicy) -> Result:
    """Estimate the share never answered; who began to wait a short time ago is not asked.

    Nor are those of them who were answered: they would stand for more than there are.
    """
    n = int(old.sum())
    if n < policy.least_waits:
        return NotEnough(n, policy.least_waits)
    whose = np.arange(len(waits)) if waits.whose is None else waits.whose
    return share_of(~waits.ended[old], np.ones(n), whose[old])


def _quantile(waits: Durations, share: float, policy: FirstImpressionPolicy) -> Result:
    """Estimate the hours within which a share was answered; infinite where that never came."""
    if len(waits) < policy.least_waits:
        return NotEnough(len(waits), policy.least_waits)
    if waits.is_of_one:
        return NotEnough(1, 2, of="one_customer")
    return kaplan_meier(waits).quantile(share)


def _months(
    asked: Any, waits: Durations, old: Flags, policy: FirstImpressionPolicy
) -> tuple[Month, ...]:
    labels = np.array([f"{datetime.fromtimestamp(int(second), UTC):%Y-%m}" for second in asked])
    months = []
    for month in np.unique(labels).tolist():
        chosen = labels == month
        some = waits.only(chosen)
        median, ninth = (_quantile(some, share, policy) for share in (0.5, 0.9))
        months.append(Month(month, len(some), median, ninth, _never(some, old[chosen], policy)))
    return tuple(months)


def _messages(cases: Sequence[OldCase]) -> list[Message]:
    """Return what was said; mere thanks wait for no answer and undo no ending."""
    return [
        Message(
            id=f"{case.ref} {one.ref}", conversation=case.ref, at=one.at, seq=min(seq, 2**20 - 1),
            customer=case.customer or case.ref, side="us" if one.is_ours else "customer",
            automatic=bool(one.automatic), due_at=None, acts=None,
        )
        for case in cases
        for seq, one in enumerate(case.told)
        if one.is_ours or not is_mere_thanks(one.text)
    ]  # fmt: skip


def _ends(cases: Sequence[OldCase]) -> list[Conversation]:
    """Return a row for each ending of a conversation."""
    return [
        Conversation(
            id=case.ref, customer=case.customer or case.ref, opened_at=case.opened_at,
            ended_at=end, inbox=None, channel=None, cause=None, size=None, severity=None,
        )
        for case in cases
        for end in case.ends or (None,)
    ]  # fmt: skip
