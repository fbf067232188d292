"""Measure how rightly acts are heard in real replies, and write the page and `heard.toml`.

    WINGBEAT_CORPUS=... python -m bench.acts

Replies were labelled one by one (`bench/labels/acts.tsv`, docs/labeling.md): ids and letters, no
texts. Half of them, by the hash of their id, were looked at while phrases were mended; the figures
are of the other half. An act is spoken of from a precision of 0.90 on, with ten heard at least.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.trained import predict
from bench.written import LATER, OURS, heard_days, written
from wingbeat.language.acts import HELPFUL, acts_of
from wingbeat.language.afterwards import COMPLAINS, complains
from wingbeat.language.phrases import bare_words
from wingbeat.language.promises import is_owed
from wingbeat.language.sentences import sentences
from wingbeat.laws.coaching import coach
from wingbeat.laws.drafts import Around, Earlier, Spoken
from wingbeat.laws.memory.coach import ANOTHER_WAY, is_bare_no
from wingbeat.laws.support.coach import only_courtesy
from wingbeat.stats.shares import wilson

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "bench/labels/acts.tsv"
PAGE = ROOT / "docs/evidence/acts.md"
HEARD = ROOT / "wingbeat/laws/heard.toml"
LEAST_HEARD = 10
ZERO, BARE_NO = "zero_act", "bare_no"
INTENTS = {"openinggreeting": "greets", "thankyou": "thanks", "closinggreeting": "farewell"}
OTHER, NO, GREETING_WORDS = "other", {"no", "nope", "nothing", "not", "nah", "none"}, 5
LOOKED_AT = "looked"
Texts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Labelled:
    source: str
    id: str
    language: str
    letters: int
    first: frozenset[str]
    second: frozenset[str] | None
    drawn_for: str = ""

    @property
    def was_looked_at(self) -> bool:
        if self.drawn_for == LOOKED_AT:
            return True
        if self.source == LATER:  # written after the phrases were mended
            return False
        return int(sha256(f"{self.source}:{self.id}".encode()).hexdigest(), 16) % 2 == 0


@dataclass
class Count:
    """Messages drawn by chance; and of those drawn because an act was heard, whether rightly."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    drawn_right: int = 0
    drawn_wrong: int = 0

    def add(self, *, heard: bool, there: bool) -> None:
        self.right += heard and there
        self.wrong += heard and not there
        self.missed += there and not heard

    def add_drawn(self, *, there: bool) -> None:
        self.drawn_right += there
        self.drawn_wrong += not there

    @property
    def heard(self) -> int:
        return self.right + self.wrong + self.drawn_right + self.drawn_wrong

    @property
    def precision(self) -> float:
        return (self.right + self.drawn_right) / self.heard

    def row(self, *names: str) -> str:
        precision = _share(self.right + self.drawn_right, self.heard)
        recall = _share(self.right, self.right + self.missed)
        return f"| {' | '.join(names)} | {precision} | {recall} |"

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def _share(some: int, of: int) -> str:
    if not of:
        return "none"
    e = wilson(some, of)
    return f"{e.value:.2f} ({e.low:.2f} to {e.high:.2f}, n = {of})"


def labelled() -> list[Labelled]:
    found, letters = [], {}
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if line.startswith("# g="):
            letters = dict(pair.split("=") for pair in line[2:].split())
        if line.startswith("#"):
            continue
        source, id_, language, cut, first, second, *why = line.split("\t")
        one, two = (frozenset(letters[c] for c in part if c != "-") for part in (first, second))
        twice = two if second else None
        found.append(Labelled(source, id_, language, int(cut), one, twice, "".join(why)))
    return found


def texts(corpus: Path) -> Texts:
    folder = corpus / "conversations"
    found: Texts = {}
    for year in (2023, 2024):
        with gzip.open(folder / f"sumo-thunderbird-{year}.jsonl.gz", "rt") as file:
            for line in file:
                for answer in json.loads(line)["answers"]:
                    words = html.unescape(re.sub(r"<[^>]+>", " ", answer["content_html"]))
                    found["sumo", str(answer["id"])] = " ".join(words.split())
    with gzip.open(folder / "twcs-first-5000.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            words = " ".join(html.unescape(row["text"] or "").split())
            found["twcs", row["tweet_id"]] = re.sub(r"^(@\d+ ?)+", "", words)
    with gzip.open(folder / "tweetsumm-train.csv.gz", "rt") as file:
        for n, row in enumerate(csv.DictReader(file)):
            turns = [turn.strip() for turn in row["inputs"].split("<BR>") if turn.strip()]
            found |= {("tweetsumm", f"{n}.{k}"): turn for k, turn in enumerate(turns)}
    return found | {(one["source"], one["id"]): one["text"] for one in written()}


def measure(rows: list[Labelled], found: Texts) -> dict[tuple[str, str], Count]:
    counts: dict[tuple[str, str], Count] = {}
    for one in rows:
        heard = heard_in(found[one.source, one.id][: one.letters], one.language)
        there = told_by(one)
        if one.drawn_for:
            if one.drawn_for in heard:
                count = counts.setdefault((one.language, one.drawn_for), Count())
                count.add_drawn(there=one.drawn_for in there)
            continue
        for act in sorted(heard | there | {ZERO, BARE_NO}):
            count = counts.setdefault((one.language, act), Count())
            count.add(heard=act in heard, there=act in there)
    return counts


def measured_days(ids: set[str]) -> dict[tuple[str, str], Count]:
    counts: dict[tuple[str, str], Count] = {}
    for language, heard, due in heard_days(ids):
        count = counts.setdefault((language, "promises with their day"), Count())
        count.right += due in heard
        count.wrong += bool(heard) and due not in heard
        count.missed += bool(due) and due not in heard
    return counts


def heard_in(text: str, language: str) -> frozenset[str]:
    told = [Spoken(one, acts_of(one, language)) for one in sentences(text)]
    owed = any(is_owed(one.sentence, one.acts, language) for one in told)
    acts = frozenset[str]().union(*(one.acts for one in told)) - {"promises"}
    acts |= {"promises"} if owed else set()  # as the composer shows them
    whole = {ZERO: only_courtesy(told), BARE_NO: is_bare_no(told)}
    return acts | {name for name, holds in whole.items() if holds}


def told_by(one: Labelled) -> frozenset[str]:
    bare = "refuses" in one.first and not one.first & ANOTHER_WAY
    whole = {ZERO: not one.first & HELPFUL, BARE_NO: bare}
    return one.first | {name for name, holds in whole.items() if holds}


def agreement(rows: list[Labelled]) -> str:
    """Cohen's kappa over every act of every message that was read twice."""
    twice = [one for one in rows if one.second is not None]
    acts = sorted(frozenset().union(*(one.first for one in rows)))
    pairs = [(act in one.first, act in (one.second or ())) for one in twice for act in acts]
    same = sum(a == b for a, b in pairs) / len(pairs)
    first, second = (sum(pair[n] for pair in pairs) / len(pairs) for n in (0, 1))
    chance = first * second + (1 - first) * (1 - second)
    whole = sum(one.first == one.second for one in twice)
    return (
        f"Read twice: {len(twice)} of {len(rows)}, in another order; kappa over single acts "
        f"{(same - chance) / (1 - chance):.2f}; the whole set of acts the same in "
        f"{_share(whole, len(twice))}."
    )


def turns(corpus: Path) -> Iterator[str]:
    """MultiDoGO's development turns, which no phrase was written from, against its one label."""
    taught, asked = (_turns(corpus, part) for part in ("train", "dev"))
    trained = predict(taught, [text for text, _label in asked])
    ways = {
        "all that is heard": [_heard(text) for text, _label in asked],
        "the one that leads": [frozenset({leads(text)}) for text, _label in asked],
        "trained": [frozenset({one}) for one in trained],
    }
    for act in INTENTS.values():
        for way, heard in ways.items():
            count = Count()
            for (_text, label), acts in zip(asked, heard, strict=True):
                count.add(heard=act in acts, there=label == act)
            yield count.row(f"MultiDoGO, {act}: {way}", f"F1 {count.f1:.3f}")


def _turns(corpus: Path, part: str) -> list[tuple[str, str]]:
    path = corpus / f"conversations/multidogo-turns-{part}.tsv.gz"
    with gzip.open(path, "rt") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["utterance"] or "", INTENTS.get(row["intent"], OTHER)) for row in rows]


def leads(text: str) -> str:
    """Return the one act that MultiDoGO would label a turn with.

    Its training turns tell what leads: a no comes before thanks, thanks before a farewell, and a
    greeting counts where hardly anything else is said.
    """
    heard, words = _heard(text), bare_words(text)
    if words and words[0] in NO:
        return OTHER
    led = next((act for act in ("thanks", "farewell", "greets") if act in heard), OTHER)
    return OTHER if led == "greets" and len(words) > GREETING_WORDS else led


def complaints(corpus: Path) -> tuple[Count, list[str]]:
    """Half of two sets of tweets to firms, by the hash of their ids; from the other we mended."""
    sets = (
        ("Complaint tweets", "complaint-tweets", lambda row: row["is_complaint"] == "1"),
        ("Airline tweets, negative", "airline-tweets",
         lambda row: row["airline_sentiment"] == "negative"),
    )  # fmt: skip
    both, lines = Count(), []
    for name, file_name, is_one in sets:
        count = Count()
        with gzip.open(corpus / f"tone/{file_name}.csv.gz", "rt") as file:
            for row in csv.DictReader(file):
                if int(sha256(row["tweet_id"].encode()).hexdigest(), 16) % 2 == 0:
                    continue
                heard = any(complains(one, "en") for one in sentences(row["text"]))
                count.add(heard=heard, there=is_one(row))
                both.add(heard=heard, there=is_one(row))
        lines.append(count.row(f"{name}, complains", f"F1 {count.f1:.3f}"))
    return both, lines


def gratitude(corpus: Path) -> Iterator[str]:
    """GoEmotions' development part, beside what is learned from its training part."""
    parts: dict[str, list[tuple[str, str]]] = {"train": [], "dev": []}
    with gzip.open(corpus / "tone/goemotions.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            there = "gratitude" in re.split(r"[^a-z]+", row["labels"])
            parts[row["part"]].append((row["text"], "thanks" if there else OTHER))
    trained = predict(parts["train"], [text for text, _label in parts["dev"]])
    for way in ("all that is heard", "trained"):
        count = Count()
        for (text, label), learned in zip(parts["dev"], trained, strict=True):
            heard = {learned} if way == "trained" else _heard(text)
            count.add(heard="thanks" in heard, there=label == "thanks")
        yield count.row(f"GoEmotions, gratitude: {way}", f"F1 {count.f1:.3f}")


def _heard(text: str) -> frozenset[str]:
    return frozenset().union(*(acts_of(one, "en") for one in sentences(text)))


def milliseconds(found: Texts) -> str:
    """Return the coach's processor time on 300 real words with 20 facts: the 95th of 200."""
    sumo = (text for (source, _id), text in found.items() if source == "sumo")
    words = [word for _, text in zip(range(5_000), sumo, strict=False) for word in text.split()]
    drafts = [" ".join(words[n * 300 : n * 300 + 300]) for n in range(201)]
    monday = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    around = Around(
        at=monday, names=("Nora Lind",), language="en", customer_words=drafts[200],
        earlier_replies=tuple(drafts[:5]), known={f"fact {n}": str(n) for n in range(9)},
        promises=(Earlier("We will send the new lamp by Friday.", monday),) * 5,
    )  # fmt: skip
    coach(drafts[0], around)  # the pages are read once
    taken = []
    for draft in drafts[:200]:
        begun = time.process_time()
        coach(draft, around)
        taken.append(time.process_time() - begun)
    taken.sort()
    return f"{taken[190] * 1000:.1f} ms (median {taken[100] * 1000:.1f} ms)"


def page(corpus: Path) -> tuple[str, str]:
    everything, found = labelled(), texts(corpus)
    rows = [one for one in everything if one.source not in OURS]
    ours = [one for one in everything if one.source in OURS and not one.was_looked_at]
    held = [one for one in rows if not one.was_looked_at]
    drawn = sum(bool(one.drawn_for) for one in held)
    counts = measure(held, found)
    languages = sorted({one.language for one in rows})
    sizes = ", ".join(
        f"{language} {sum(o.language == language for o in held)}" for language in languages
    )
    table = "\n".join(count.row(*key) for key, count in sorted(counts.items()))
    of_ours = sorted((measure(ours, found) | measured_days({one.id for one in ours})).items())
    laters = sum(one.source == LATER for one in ours)
    firsts = sum(one.source in OURS for one in everything) - laters
    told_of_ours = "\n".join(count.row(*key) for key, count in of_ours)
    complained, lines = complaints(corpus)
    counts["en", COMPLAINS] = complained
    public = "\n".join([*turns(corpus), *gratitude(corpus), *lines])
    told = f"""# Acts: how rightly they are heard

Written by `python -m bench.acts`. {len(rows)} real replies were read and labelled one by one, as
[labeling](../labeling.md) tells: Mozilla's Thunderbird helpers, and brands on Twitter. No phrase
was mended from what is measured here ({sizes} messages). {agreement(rows)}
Of these, {drawn} were drawn because an act was heard in them that is rare otherwise (farewell, no
act at all, refusal), and read without knowing why: they count for its precision alone. Others that
were drawn so before, and read while phrases were still mended, are left out.

| language | act | precision | recall |
|---|---|---|---|
{table}

`{ZERO}`: no act that helps in the whole reply. `{BARE_NO}`: it refuses, and names no other way,
step or promise. `promises` are those that the composer shows (`is_owed`): what waits for the
customer's word first ("send it, and we will look") is not heard, and counts as missed where it is
labelled a promise. What rests on a single act is said from a precision
of 0.90 on, with {LEAST_HEARD} heard at least; below, and in a language that is not in this table,
the coach is silent about it. German and Russian are not here: our data hold no real replies in
them.

## Written, not real

Replies in German and Russian were written for this by a language model that knew neither the
phrases nor these letters, each to a real customer's words, and labelled by two more, apart from
each other. {agreement(ours)} Half of the first {firsts} may be looked
at for mending; these are the others, {laters} written later. Phrases for German refusals were
withdrawn on these totals. They never count among real ones, nor let an agent be told anything.

| language | act | precision | recall |
|---|---|---|---|
{told_of_ours}

*Promises with their day*: heard with a time, and due on the day that both readers told.

## Public labels

| public labels | F1 | precision | recall |
|---|---|---|---|
{public}

A complaint says that we served somebody badly; that they are unhelped is not yet one, so most of
what these tweets complain of is not heard. MultiDoGO's turns are those of customers, with one label
a turn: of "thanks, bye" it keeps one, and *the one that leads* is ours, by an order that its
training turns tell. *Trained* is a classifier that learned from the training part of the same
labels (TF-IDF of words and pairs, logistic regression): as far as words alone go with them.

Coaching a draft of 300 real words with 20 facts around it (a name, five earlier replies, five
promises, nine known things) takes {milliseconds(found)} of processor time at the 95th of 200.
"""
    return told, heard_page(counts, languages)


def heard_page(counts: dict[tuple[str, str], Count], languages: list[str]) -> str:
    lines = [
        "# How often an act is heard rightly: its precision on real replies, by language.",
        "# Written by `python -m bench.acts`; docs/evidence/acts.md has the intervals.",
    ]
    for language in languages:
        lines += ["", f"[{language}]"]
        for (spoken, act), count in sorted(counts.items()):
            if spoken == language and count.heard >= LEAST_HEARD:
                lines.append(f"{act} = {count.precision:.3f}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "WINGBEAT_CORPUS" not in os.environ:
        raise SystemExit("WINGBEAT_CORPUS is not set: it names the folder of the real replies.")
    told, heard = page(Path(os.environ["WINGBEAT_CORPUS"]))
    PAGE.write_text(told, encoding="utf-8")
    HEARD.write_text(heard, encoding="utf-8")
    print(told)
