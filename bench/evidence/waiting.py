"""Waits for a first answer, with those that wait still."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np

from bench.evidence.telling import at, number, section, share
from wingbeat.stats import Estimate
from wingbeat.stats.clusters import share_of
from wingbeat.stats.survival import Durations, kaplan_meier


def waits(corpus: Path) -> str:
    """Waits for a first answer by somebody else, open ones counted (Thunderbird's forum, 2024)."""
    hours, ended = [], []
    with gzip.open(corpus / "conversations/sumo-thunderbird-2024.jsonl.gz", "rt") as file:
        asked = [json.loads(line) for line in file]
    whose = np.array([q["creator"] for q in asked])
    end = at(max(post["created"] for q in asked for post in (q, *q["answers"])))
    for q in asked:
        others = [at(a["created"]) for a in q["answers"] if not a["by_asker"] and not a["is_spam"]]
        begin = at(q["created"])
        answered = [t for t in others if t >= begin]
        hours.append(((min(answered) if answered else end) - begin) / 3600)
        ended.append(bool(answered))
    everyone = kaplan_meier(Durations.of(hours, ended, whose))
    never = share_of(~np.array(ended), np.ones(len(ended)), whose)
    assert isinstance(never, Estimate)
    closed = float(np.median([h for h, e in zip(hours, ended, strict=True) if e]))
    week = 7 * 24
    snapshots = [at(f"2024-{month:02}-15T00:00:00Z") for month in range(1, 13)]
    young = [
        (
            min(h, (now - at(q["created"])) / 3600),
            e and at(q["created"]) + h * 3600 <= now,
            q["creator"],
        )
        for now in snapshots
        for q, h, e in zip(asked, hours, ended, strict=True)
        if 0 < now - at(q["created"]) <= 72 * 3600
    ]
    true = kaplan_meier(Durations.of(*zip(*young, strict=True))).quantile()
    seen = float(np.median([t for t, e, _ in young if e]))
    medians = number(everyone.quantile(), " h"), number(true, " h")
    lines = [
        f"Never answered by anybody else: {share(never)}.",
        f"Median wait, open ones counted: {medians[0]}; of the answered alone {closed:.2f} h.",
        f"Still open after a week: {share(everyone.at(week))}.",
        f"Asked on the 15th of a month, of three days: {medians[1]}; answered {seen:.2f} h.",
    ]
    return section(
        "Waits, and the closed-only trap",
        f"For you: count those who still wait. Whoever looks at the answered alone believes in "
        f"{closed:.0f} hours here, where it is {everyone.quantile().value:.0f}.",
        f"Thunderbird's support forum, 2024: {len(asked):,} questions (Mozilla, CC BY-SA).",
        lines,
        "volunteers answered here, and no one promised anything. An answer is no help yet.",
    )
