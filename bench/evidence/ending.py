"""Ends that did not hold, and crowds of ends before a target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.evidence.telling import at, number, rows, section, share
from wingbeat.stats.bunching import BINS, Bunch, bunching_of, density_jump
from wingbeat.stats.results import WrongNumber, all_finite
from wingbeat.stats.shares import wilson

Floats = Sequence[float] | npt.NDArray[np.float64]
LEAST = 100  # ends near a target, below which nothing is said


def reopening(corpus: Path) -> str:
    """Work that went on after it was called done, on three desks."""
    lines = []
    state: dict[str, bool] = {}
    for r in rows(corpus, "logs/servicenow-incidents.csv.gz"):
        state[r["number"]] = state.get(r["number"], False) or int(r["reopen_count"]) > 0
    reopened = share(wilson(sum(state.values()), len(state)))
    lines.append(f"An IT firm (ServiceNow, 2016), reopened: {reopened}.")
    steps: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for r in rows(corpus, "logs/volvo-vinst-incidents.csv.gz"):
        steps[r["SR Number"]].append((r["Change Date+Time"], r["Status"]))
    lines.append(
        "Volvo IT (BPI Challenge 2013), back to work after *Completed*: "
        + again(steps, {"Completed"}, {"Accepted", "Queued"})
    )
    steps = defaultdict(list)
    for r in rows(corpus, "logs/italian-helpdesk.csv.gz"):
        steps[r["case:concept:name"]].append((r["time:timestamp"], r["Activity"]))
    lines.append(
        "An Italian help desk, worked on again after *Resolve ticket*: "
        + again(steps, {"Resolve ticket"}, {"Take in charge ticket", "Assign seriousness", "Wait"})
    )
    return section(
        "Ends that did not hold",
        "For you: a small share of what is called done comes back, and no two desks call the same "
        "thing done. Compare your desk with itself.",
        "Three logs of incidents and tickets.",
        lines,
        "whether the customer came back, or a colleague noticed. None of the three logs says so.",
    )


def again(steps: dict[str, list[tuple[str, str]]], done: set[str], work: set[str]) -> str:
    over = back = 0
    for history in steps.values():
        names = [name for _, name in sorted(history, key=lambda step: step[0])]
        first = next((i for i, name in enumerate(names) if name in done), None)
        if first is not None:
            over += 1
            back += any(name in work for name in names[first + 1 :])
    return share(wilson(back, over)) + "."


def crowds(corpus: Path) -> str:
    """Resolution times before round targets, on desks whose targets are not in their logs."""
    lines, asked, both = [], 0, 0
    for desk, hours in _times(corpus).items():
        times = np.array([h for h in hours if h >= 0])
        lines.append(f"{desk}, {len(times):,} ends:")
        for target in (4, 8, 24, 48, 72, 96, 120):
            if ((times > target / 2) & (times < 1.5 * target)).sum() < LEAST:
                lines.append(f"  - {target} h: fewer than {LEAST} near it, so nothing is said.")
                continue
            found = bunching(times, float(target), seed=1)
            jump = density_jump(times, float(target)).statistic
            seen = (found.z > 3) + (jump < -3)
            asked, both = asked + 1, both + (seen == 2)
            told = ("no crowd", "the two do not agree on a crowd", "both see a crowd")[seen]
            excess = number(found.excess)
            lines.append(
                f"  - {target} h: excess {excess}, z {found.z:.1f}; McCrary z {jump:.1f}: {told}."
            )
    return section(
        "Crowds before a target",
        "For you: many endings just before a whole day are no proof that a clock is served. The "
        f"two tests agreed on a crowd at {both} of {asked} targets.",
        "Times from opening to the first end. The logs do not tell their targets, so round ones "
        "are asked, and 96 h, which hardly anybody promises. A crowd is told when two "
        "tests see it: more ends in the last stretch before the target than those around it "
        "foretell (z above 3; an excess of 1 is as many again as usual there), and a drop of the "
        "density at the target (McCrary's z below -3).",
        lines,
        "why. The first test sees crowds at whole days on desks that sleep at night, at 96 h "
        "too, so people coming back to work at the same hour explain them as well as a target "
        "would. A target in business hours would not show here at all.",
    )


def bunching(times: Floats, target: float, *, seed: int, width: float | None = None) -> Bunch:
    """Count times in 12 bins either side of a target, each a 24th of it unless given."""
    all_finite("times", times)
    size = width or target / 24
    if target <= 0 or size <= 0:
        raise WrongNumber.of("target", target, "a time above 0")
    below = min(BINS, int(target // size))  # no time lies below 0
    edges = target + size * np.arange(-below, BINS + 1)
    return bunching_of(np.histogram(times, edges)[0], below, seed=seed)


def _times(corpus: Path) -> dict[str, list[float]]:
    """Return the hours from opening to the first end, for each desk."""
    first: dict[str, float] = {}
    for r in rows(corpus, "logs/servicenow-incidents.csv.gz"):
        if r["resolved_at"] not in ("", "?"):
            first[r["number"]] = (at(r["resolved_at"]) - at(r["opened_at"])) / 3600
    return {
        "An IT firm (ServiceNow, 2016)": list(first.values()),
        "Volvo IT (BPI Challenge 2013)": _first_end(
            [(r["SR Number"], r["Change Date+Time"], r["Status"])
             for r in rows(corpus, "logs/volvo-vinst-incidents.csv.gz")], "Completed",
        ),
        "An Italian help desk": _first_end(
            [(r["case:concept:name"], r["time:timestamp"], r["Activity"])
             for r in rows(corpus, "logs/italian-helpdesk.csv.gz")], "Resolve ticket",
        ),
    }  # fmt: skip


def _first_end(steps: list[tuple[str, str, str]], done: str) -> list[float]:
    opened: dict[str, float] = {}
    ended: dict[str, float] = {}
    for case, when, name in steps:
        opened[case] = min(opened.get(case, at(when)), at(when))
        if name == done:
            ended[case] = min(ended.get(case, at(when)), at(when))
    return [(end - opened[case]) / 3600 for case, end in ended.items()]
