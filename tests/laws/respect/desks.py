"""Waits and promises of small and big customers, for the tests of respect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wingbeat.laws.respect import shipped_policy

POLICY = shipped_policy()


def waiting(
    rng: Any, n: int, slower: float = 1.0, *, share_slow_kind: tuple[float, float] = (0.5, 0.5)
) -> list[dict[str, Any]]:
    """Waits in hours; two kinds of need, nine times apart; what lasts over forty hours is open."""
    rows = []
    for size, share, factor in zip(("small", "big"), share_slow_kind, (slower, 1), strict=True):
        for _ in range(n):
            slow = rng.random() < share
            hours = rng.exponential(factor * (18 if slow else 2))
            ended = hours < 40
            rows.append({
                "stratum": "slow" if slow else "quick", "size": size,
                "seconds": int(3600 * min(hours, 40)), "ended": int(ended), "open": int(not ended),
            })  # fmt: skip
    return rows


def of_few(rng: Any, spread: float, big: int = 10) -> list[dict[str, Any]]:
    """Even service to 400 small customers, and to a few big ones with forty conversations each.

    Each customer's waits share a factor of their own: some ask for what takes long.
    """
    whose = [("small", f"s{i}") for i in range(400)]
    whose += [("big", f"b{i % big}") for i in range(40 * big)]
    own = {who: float(np.exp(rng.normal(0, spread))) for _, who in whose}
    return [
        waiting(rng, 1, own[who])[0] | {"size": size, "customer": who, "stratum": "s"}
        for size, who in whose
    ]


def promised_to_few(rng: Any) -> list[dict[str, Any]]:
    """Promises, kept alike, to 400 small customers, and to ten big ones with forty each."""
    rows = [{"stratum": "s", "size": "small", "customer": f"s{i}", "k": int(k), "n": 1}
            for i, k in enumerate(rng.random(400) < rng.beta(6, 2, 400))]  # fmt: skip
    return rows + [{"stratum": "s", "size": "big", "customer": f"b{i}", "k": int(k), "n": 40}
                   for i, k in enumerate(rng.binomial(40, rng.beta(6, 2, 10)))]  # fmt: skip


def sides(small: tuple[int, int], big: tuple[int, int], stratum: str = "s") -> list[dict[str, Any]]:
    return [{"stratum": stratum, "size": size, "k": k, "n": n}
            for size, (k, n) in (("small", small), ("big", big))]  # fmt: skip


def thin(lot: Any, customers: int, each: int) -> list[dict[str, Any]]:
    """Even service in strata of two to four; some customers are content by nature."""
    own = lot.choice([0.05, 0.95], (2, customers))
    return [
        {"stratum": str(stratum), "size": size, "customer": f"{size}{who}", "n": 1,
         "k": int(lot.random() < (own[side, who] if each > 1 else hard))}
        for stratum, hard in enumerate(lot.random(customers * each // 2))
        for side, size in enumerate(("small", "big"))
        for who in lot.choice(customers, lot.integers(1, 3), replace=False)
    ]  # fmt: skip


def thin_waits(lot: Any, customers: int, each: int) -> list[dict[str, Any]]:
    """Even waits in strata of two to four; each customer is slow or quick by nature."""
    own = np.exp(lot.normal(0, 1, (2, customers)))
    return [
        {"stratum": str(stratum), "size": size, "customer": f"{size}{who}", "ended": 1,
         "open": 0, "seconds": int(1e6 * lot.exponential() * own[side, who] * usual)}
        for stratum, usual in enumerate(np.exp(lot.normal(0, 1, customers * each // 2)))
        for side, size in enumerate(("small", "big"))
        for who in lot.choice(customers, lot.integers(1, 3), replace=False)
    ]  # fmt: skip


def summed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"stratum": "all", "size": size, **{c: sum(r[c] for r in rows if r["size"] == size)
                                           for c in ("k", "n")}}
        for size in ("small", "big")
    ]  # fmt: skip


def at(stratum: str, size: str, waits: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {"stratum": stratum, "size": size, "seconds": wait, "ended": 1, "open": 0} for wait in waits
    ]
