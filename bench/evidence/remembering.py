"""What foretells how a conversation is remembered: its start, end, worst, best, peak, mean?"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import stats

from bench.evidence.telling import section
from wingbeat.laws.memory import Episode, felt, shipped_policy
from wingbeat.laws.memory.blend import FOLDS, Floats, fit
from wingbeat.laws.memory.episodes import Felt
from wingbeat.laws.memory.value import MILLION
from wingbeat.stats import Estimate

ROUNDS, SEED = 400, 1996
NAMES = ("first", "last", "worst", "best", "mean", "peak-end")


class Lived(NamedTuple):
    """The moods of one customer in one conversation, in thousandths, and what they said of it."""

    moods: list[int]
    rated: int


def _blocks(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().split("\n\n")


def taobao(corpus: Path, shop: str) -> Iterator[Lived]:
    """Chats with a shop: three grades of mood a turn, three grades of the whole."""
    for part in ("train", "dev"):
        for chat in _blocks(corpus / f"conversations/taobao-{shop}-{part}.txt.gz"):
            head, *lines = chat.strip().split("\n")
            turns = [line.split("\t") for line in lines]
            moods = [1000 * (int(turn[3]) - 2) for turn in turns if turn[1].startswith("c")]
            if moods:
                yield Lived(moods, 1000 * (int(head) - 2))


def simulated(corpus: Path, name: str) -> Iterator[Lived]:
    """Task dialogues (USS): several people graded each turn and the whole, one to five."""
    for dialogue in _blocks(corpus / f"conversations/uss-{name}.tsv.gz"):
        turns = [line.split("\t") for line in dialogue.strip().split("\n")]
        graded = [(t[1], _mean(t[3])) for t in turns if t[0] == "USER" and len(t) > 3 and t[3]]
        moods = [mood for words, mood in graded if words != "OVERALL"]
        whole = [mood for words, mood in graded if words == "OVERALL"]
        if moods and whole:
            yield Lived(moods, whole[0])


def _mean(grades: str) -> int:
    return round(500 * (float(np.mean([int(g) for g in grades.split(",")])) - 3))


def columns(lived: list[Lived]) -> tuple[Floats, Floats, Floats]:
    """Return what each single rule foretells, what the blend is fitted to, and what came out."""
    alone, fitted = [], []
    for moods, _ in lived:
        u = [felt(mood) / MILLION for mood in moods]
        whole = reduce(
            Episode.merge, (Episode.of(Felt(i, 0, felt(mood))) for i, mood in enumerate(moods))
        )
        assert whole.peak is not None
        peak, end, mean = whole.peak.u / MILLION, u[-1], whole.total / whole.n / MILLION
        alone.append((u[0], end, min(u), max(u), mean, (peak + end) / 2))
        fitted.append((peak, end, mean))
    rated = np.array([felt(one.rated) / MILLION for one in lived])
    return np.array(alone), np.array(fitted), rated


def unseen(x: Floats, y: Floats) -> Floats:
    """Return what a line through nine tenths foretells of the last tenth, for each tenth."""
    folds = np.random.default_rng(SEED).permutation(len(y)) % FOLDS
    told = np.empty(len(y))
    for fold in range(FOLDS):
        seen = folds != fold
        slope, start = np.polyfit(x[seen], y[seen], 1)
        told[~seen] = start + slope * x[~seen]
    return told


def explained(told: Floats, y: Floats) -> float:
    return float(1 - ((y - told) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def r2(told: Floats, y: Floats) -> str:
    rng = np.random.default_rng(SEED)
    errors, spread = (y - told) ** 2, (y - y.mean()) ** 2
    drawn = []
    for _ in range(ROUNDS):
        chosen = rng.integers(0, len(y), len(y))
        drawn.append(1 - errors[chosen].sum() / spread[chosen].sum())
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{explained(told, y):.3f} ({low:.3f} to {high:.3f})"


def rank(rho: float, n: int) -> str:
    """Tell Spearman's rho; interval by Fisher's z with Bonett and Wright's variance (2000)."""
    half = 1.96 * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(rho) + np.array([-half, half]))
    return f"{rho:.3f} ({low:.3f} to {high:.3f})"


def verdict(ahead: Estimate) -> str:
    told = f"{ahead.value:+.3f} ({ahead.low:+.3f} to {ahead.high:+.3f}, n = {ahead.n:,})"
    if ahead.low > 0:
        return f"**Yes**, the fitted blend foretells more than peak-end: R2 {told}"
    if ahead.high < 0:
        return f"**No**, peak-end foretells more than the fitted blend: R2 {told}"
    return f"**No**, a lead of the fitted blend over peak-end is not shown: R2 {told}"


def memories(corpus: Path) -> str:
    """Rules of memory against ratings that they have not seen, on two shops and four tasks."""
    sets = [
        *((f"A shop's chats (Taobao, {shop})", list(taobao(corpus, shop)))
          for shop in ("clothes", "makeup")),
        *((f"Graded task dialogues (USS, {name})", list(simulated(corpus, name)))
          for name in ("SGD", "MWOZ", "ReDial", "CCPE")),
    ]  # fmt: skip
    lines, by_r2, by_order, peaks, ends = [], 0, 0, 0, 0
    for title, lived in sets:
        alone, three, rated = columns(lived)
        found = fit(three, rated, range(len(lived)), shipped_policy(), seed=SEED)
        lines.append(f"{title}: {verdict(found.ahead)}.")
        order, share = {}, {}
        for name, x in zip(NAMES, alone.T, strict=True):
            told = unseen(x, rated)
            order[name] = float(stats.spearmanr(x, rated).statistic)
            share[name] = explained(told, rated)
            spoken = rank(order[name], len(rated))
            lines.append(f"  - {name}: R2 {r2(told, rated)}, Spearman {spoken}.")
        by_r2 += share["mean"] > share["peak-end"]
        by_order += order["mean"] > order["peak-end"]
        peaks += found.weights[0].low > 0
        ends += found.weights[1].low > 0
        weights = ", ".join(
            f"{name} {w.value:.2f} ({w.low:.2f} to {w.high:.2f})"
            for name, w in zip(("peak", "end", "mean"), found.weights, strict=True)
        )
        lines.append(
            f"  - the blend: R2 {found.r2:.3f}, Spearman {rank(found.spearman, len(rated))}; "
            f"weights {weights}."
        )
        best = max(order, key=lambda name: order[name])
        if order[best] > found.spearman:
            lines.append(f"  - **No**, by order alone it is not the best: that is {best}.")
    first = (
        "**No**, peak and end are not what foretells best: the plain mean of all moments explains "
        f"more of the ratings (R2) than peak-end does in {by_r2} of {len(sets)} data sets, and "
        f"orders them better (Spearman) in {by_order} of {len(sets)}. What is told as a yes below "
        "is a blend in which the mean takes part."
    )
    all_ = len(sets)
    plain = (
        "For you: how a conversation went on the whole puts ratings in order best. Beside that its "
        f"last moment counted in {ends} of {all_} tables, and its strongest in {peaks}: in "
        f"{all_ - peaks} of {all_} the strongest moment's weight holds zero. So mend the last "
        "line, and neglect no middle for it."
    )
    return section(
        "Memory: which moments foretell the rating",
        f"{first}\n\n{plain}",
        "Each rule foretells the rating of conversations that it has not seen (ten folds). R2 is "
        "the share of the ratings' differences that it explains, 1 is all and below 0 is worse "
        "than guessing the mean; Spearman says how well it puts conversations in order.",
        lines,
        "memory weeks later: everyone rated at once. Turn and whole were graded by the same "
        "outsiders who read the text, not by the customers, which makes the mean look good. "
        "Taobao's grades were made for another study, and their order is inferred.",
    )
