"""Whether groups fare alike where their need is the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from bench.evidence.comparing import smaller, smaller_in_strata, verdict
from bench.evidence.telling import points, rows, section, share
from wingbeat.laws.respect import shipped_policy
from wingbeat.laws.respect.report import shares
from wingbeat.stats import Estimate
from wingbeat.stats.families import holm
from wingbeat.stats.shares import fisher, newcombe, wilson


def boroughs(corpus: Path) -> str:
    """Bronx against Manhattan, within and across kinds of request."""
    kinds: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for r in rows(corpus, "logs/nyc311-2020.csv.gz"):
        if r["closed"] and r["borough"] in ("BRONX", "MANHATTAN"):
            begin, end = (
                datetime.strptime(r[c], "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
                for c in ("created", "closed")
            )
            hours = (end - begin).total_seconds() / 3600
            if hours >= 0:
                kinds[r["complaint_type"]][r["borough"] == "MANHATTAN"].append(hours)
    usable = {k: v for k, v in kinds.items() if min(len(v[0]), len(v[1])) >= 20}
    found = {k: smaller(*v) for k, v in usable.items()}
    adjusted = dict(zip(found, holm([f.test.p for f in found.values()]), strict=True))
    pooled = smaller(
        [h for v in kinds.values() for h in v[0]], [h for v in kinds.values() for h in v[1]]
    )
    within = smaller_in_strata(dict(usable))
    lines = [
        f"Across all kinds the Bronx waits less in {share(pooled.share)} of pairs.",
        f"Within the same kind: {share(within.share)}, {verdict(within)}.",
    ]
    counts: Counter[str] = Counter()
    for kind, one in sorted(found.items(), key=lambda item: item[1].share.value):
        told = verdict(one)
        if told == "unequal" and adjusted[kind] >= 0.05:
            told = "not shown"
        counts[told] += 1
        lines.append(f"{kind}: {share(one.share)}, {told}.")
    lines.append(
        "After Holm: " + ", ".join(f"{n} {word}" for word, n in counts.most_common()) + "."
    )
    return section(
        "Fairness within kinds",
        "For you: compare like with like, and do not expect to see much of a single kind: most are "
        "too small to show a difference, which is not to say that there is none.",
        "New York's 311 requests, 2020 (NYC Open Data): hours to closing, Bronx against "
        "Manhattan, kinds with 20 or more in both.",
        lines,
        "open requests: this extract was picked by closing date, so slow ones are missing, most "
        "where service is slow. Boroughs differ in more than how the city treats them.",
    )


def complaints(corpus: Path) -> str:
    """Timely responses and disputes by channel, within the same product."""
    asked = list(rows(corpus, "logs/cfpb-complaints.csv.gz"))
    lines, family = [], []
    for column, answer, words in (
        ("Timely response?", "No", "Answered late by the company"),
        ("Consumer disputed?", "Yes", "The answer disputed by the consumer"),
    ):
        table: dict[str, dict[bool, list[int]]] = defaultdict(lambda: {True: [0, 0], False: [0, 0]})
        for r in asked:
            cell = table[r["Product"]][r["Submitted via"] == "Web"]
            cell[0] += r[column] == answer
            cell[1] += 1
        overall = [sum(cell[i] for t in table.values() for cell in t.values()) for i in (0, 1)]
        found, details = shares(
            [{"stratum": product, "size": size, "k": t[web][0], "n": t[web][1]}
             for product, t in table.items()
             for web, size in ((True, "small"), (False, "big")) if t[web][1]],
            shipped_policy(),
        )  # fmt: skip
        assert isinstance(found, Estimate)
        lines.append(f"{words}: {share(wilson(*overall))}.")
        lines.append(
            f"  - web less all other ways in, within the same product: {points(found)}, "
            f"{details['verdict']}."
        )
        family += [
            (f"{words}, {product}", newcombe(*t[True], *t[False]), fisher(*t[True], *t[False]).p)
            for product, t in sorted(table.items())
            if min(t[True][1], t[False][1]) >= 20
        ]
    for (what, less, _), p in zip(family, holm([p for *_, p in family]), strict=True):
        lines.append(f"{what}: {points(less)}, {'unequal' if p < 0.05 else 'not shown'}.")
    return section(
        "Complaints by way in",
        "For you: what shows over all products together shows in few of them alone. Look where it "
        "does, before you change it everywhere.",
        "Complaints to the US Consumer Financial Protection Bureau, 2013, web against all other "
        "ways in. Within a product, each allows for the many looked at at once (Holm); equal is "
        "said only where the 90 % intervals of difference and ratio lie within the law's margins.",
        lines,
        "sizes of customers: they are not in it. Who writes by web differs from who calls.",
    )
