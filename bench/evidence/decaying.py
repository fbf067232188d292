"""Drift against known incidents, and the order of upkeep against what was edited next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import stats

from bench.evidence.telling import at, points, rows, section, share
from wingbeat.laws.decay import shipped_policy
from wingbeat.laws.decay.drifting import Drift, drift
from wingbeat.laws.decay.fading import Fading, fit
from wingbeat.stats import Estimate
from wingbeat.stats.clusters import jackknife, share_of
from wingbeat.stats.shares import wilson

DAY = 86_400
KNOWN = {
    date(2021, 6, 2): "Firefox 89, which moved the tabs",
    date(2022, 1, 13): "the outage of 13 January",
}
AHEAD, TOP, BULK = 90, 0.2, 10  # days looked ahead, share looked after, articles of a sweep


def incidents(corpus: Path) -> str:
    """Days of a public forum, watched four weeks at a time against the eight weeks before."""
    policy = shipped_policy()
    asked = Counter(
        date.fromisoformat(r["created_utc"][:10])
        for r in rows(corpus, "logs/sumo-firefox-questions-2020-2023.csv.gz")
    )
    first = min(asked)
    days = [first + timedelta(n) for n in range((max(asked) - first).days + 1)]
    counts = [float(asked[day]) for day in days]
    rung, quiet, false = set(), 0, 0
    for end in range(policy.baseline_days + policy.watch_days, len(days) + 1, policy.watch_days):
        found = drift(counts[:end], policy)
        assert isinstance(found, Drift)
        rises = {days[place] for place, up in found.alarms if up}
        rung |= rises
        if not any(day in KNOWN for day in days[end - policy.watch_days : end]):
            quiet, false = quiet + 1, false + bool(rises)
    lines = []
    for day, what in KNOWN.items():
        late = next((n for n in range(3) if day + timedelta(n) in rung), None)
        told = "**No**, not within two days"
        if late is not None:
            told = f"**Yes**, {('on the same day', 'a day later', 'two days later')[late]}"
        lines.append(f"{day} ({what}): {told}.")
    expected = 1 - np.exp(-found.false_per_year * policy.watch_days / 365 / 2)
    lines.append(
        f"Windows of four weeks without a known incident in which a rise was told all the same: "
        f"{share(wilson(false, quiet))}; days that do not depend on each other would give "
        f"{expected:.1%}."
    )
    return section(
        "Drift against known incidents",
        "For you: the watch saw what was known, and it rings on ordinary days too. Ask what was "
        "different that week before you believe it.",
        f"Questions a day about Firefox on Mozilla's support forum, {days[0]} to {days[-1]} "
        f"({sum(asked.values()):,} questions).",
        lines,
        "that the other rises were false: nobody wrote down what happened on those days, so they "
        "are counted against the law. Two incidents are no rate of detection.",
    )


def upkeep(corpus: Path) -> str:
    """Which articles are edited next, by P(stale), by age, and by chance."""
    lines, bad = [], 0
    for name, what in (("documentation", "developers"), ("admin-documentation", "admins")):
        seen = list(_looks(*_edits(corpus, name)))
        lines.append(f"Articles for {what}, by P(stale): {share(_found(seen, 'stale'))}.")
        for order, words in (("oldest", "oldest first"), ("newest", "newest first"),
                             ("all", "by chance")):  # fmt: skip
            less = _less(seen, order)
            bad += less.low <= 0 and order != "newest"
            lines.append(
                f"  - {words}: {share(_found(seen, order))}; P(stale) less this: {points(less)}."
            )
    told_ = "**Yes**, better than both" if not bad else "**No**, not better than both everywhere"
    return section(
        "The order of upkeep against what was edited next",
        "For you: to find what people will edit next, look at what they edited last. The law's "
        "order found no more of it than chance did; trust it only where errors are marked.",
        "Every edit of Zammad's documentation, 2016 to 2026, looked at twice a year from the third "
        f"year on: of the fifth of articles that an order puts first, how many were edited within "
        f"{AHEAD} days? Curves by folder, from edits until then. Sweeps over more than {BULK} "
        "articles are left out. One article is looked at many times and stands in several orders: "
        "ranges weigh its looks together, and those of differences leave out each article in turn "
        "(their n counts articles).",
        [f"By P(stale) rather than oldest first or by chance: {told_}.", *lines],
        "that an article was wrong: an edit is all the log tells, and people edit what they edited "
        "last week. No views and no harm are known, which the law multiplies by.",
    )


Looked = list[dict[str, dict[str, bool]]]  # at each look, by order: whether each was edited


def _found(looks: Looked, order: str) -> Estimate:
    """The share of what an order puts first that was edited soon, an article weighed once."""
    whose, edited = zip(*((a, e) for look in looks for a, e in look[order].items()), strict=True)
    found = share_of(edited, np.ones(len(edited)), whose)
    assert isinstance(found, Estimate)
    return found


def _less(looks: Looked, order: str) -> Estimate:
    """By how much P(stale) finds more than another order; each article left out in turn."""
    parts: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    for look in looks:
        for at_, name in ((0, "stale"), (2, order)):
            for article, edited in look[name].items():
                parts[article][at_] += edited
                parts[article][at_ + 1] += 1
    value, error = jackknife(
        np.array(list(parts.values()), dtype=float),
        lambda sums: sums[..., 0] / sums[..., 1] - sums[..., 2] / sums[..., 3],
    )
    half = float(stats.t.ppf(0.975, len(parts) - 1) * error)
    return Estimate(float(value), float(value) - half, float(value) + half, len(parts), "jackknife")


def _edits(corpus: Path, name: str) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Return when each article was edited, and when it went (an article that moves goes)."""
    found = list(rows(corpus, f"logs/kb-edits-zammad-{name}.csv.gz"))
    swept = Counter(r["commit"] for r in found)
    edits: dict[str, list[float]] = defaultdict(list)
    gone: dict[str, float] = {}
    lines: Counter[str] = Counter()
    for r in sorted(found, key=lambda r: at(r["date"])):
        article, when = r["article"], at(r["date"])
        before, moved, after = article.partition(" => ")
        if moved:
            head, _, old = before.rpartition("{")
            tail = after.partition("}")[2]
            gone[(head + old + tail).replace("//", "/")] = when
            continue
        lines[article] += int(r["lines_added"]) - int(r["lines_deleted"])
        gone.pop(article, None)
        if lines[article] <= 0:
            gone[article] = when
        elif swept[r["commit"]] <= BULK:
            edits[article].append(when)
    return dict(edits), gone


def _looks(
    edits: dict[str, list[float]], gone: dict[str, float]
) -> Iterator[dict[str, dict[str, bool]]]:
    begin = min(times[0] for times in edits.values())
    end = max(times[-1] for times in edits.values()) - AHEAD * DAY
    for now in np.arange(begin + 2 * 365 * DAY, end, 182 * DAY):
        past = {
            a: [t for t in times if t <= now]
            for a, times in edits.items()
            if times[0] <= now < gone.get(a, np.inf)
        }
        curves = _curves(past, now)
        stale = {a: curves[_kind(a, curves)].stale((now - t[-1]) / DAY) for a, t in past.items()}
        soon = {a: any(now < t <= now + AHEAD * DAY for t in edits[a]) for a in past}
        keep = round(TOP * len(past))
        age = sorted(past, key=lambda a: (past[a][-1], a))
        first = sorted(past, key=lambda a: (-stale[a], a))
        orders = {"stale": first[:keep], "oldest": age[:keep], "newest": age[::-1][:keep]}
        orders["all"] = list(past)
        yield {order: {a: soon[a] for a in chosen} for order, chosen in orders.items()}


def _kind(article: str, curves: dict[str, Fading]) -> str:
    folder = article.partition("/")[0]
    return folder if folder in curves else ""


def _curves(past: dict[str, list[float]], now: float) -> dict[str, Fading]:
    """Return a curve for each folder with enough spans, and one ("") for all."""
    spans: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for article, times in past.items():
        gaps = [((b - a) / DAY, True) for a, b in pairwise(times)]
        for kind in (article.partition("/")[0], ""):
            spans[kind] += [*gaps, ((now - times[-1]) / DAY, False)]
    least = shipped_policy().least_checks
    return {
        kind: fit([d for d, _ in found], [w for _, w in found])
        for kind, found in spans.items()
        if sum(wrong for _, wrong in found) >= least
    }
