"""Draw what is judged by hand of a looking back on Thunderbird's forum, or count what was.

    WINGBEAT_CORPUS=... python -m bench.evidence.judging --of 2023  (prints each with all around it)
    python -m bench.evidence.judging --of 2023 --count              (needs the labels alone)
    WINGBEAT_CORPUS=... python -m bench.evidence.judging --of brands      (replies on Twitter)
    WINGBEAT_CORPUS=... python -m bench.evidence.judging --of 2024 --sheet FILE    (once more)
    python -m bench.evidence.judging --of 2024 --agree FILE       (how far two readers agree)
    WINGBEAT_CORPUS=... python -m bench.evidence.judging --write  (docs/evidence/judged.md, of all)

What is drawn is drawn of what the phrases hear today; the labels tell what they heard when it was
read. A kind with no more than a hundred is drawn whole. `heard` are promises in replies, kept or
not, as they are heard while somebody writes; `dated` are those of them that name a time. The
labels, without texts, are in `bench/labels/judged.tsv`; docs/evidence/lookback.md says what is
right. Brands' replies are those that `bench/labels/acts.tsv` does not label; of TweetSumm, which
tells nobody's side, each second turn, at a time of our own. `brands-rest` are those that the first
hundred left, `amazon` another sample of one firm's replies, `turns` TweetSumm's customers' later
turns, each read as if it were the last word; `tweets` and `airlines` are other customers' so
read, which nobody had seen while phrases were written, and `day` what their words tell of a day to
come, right if it is that. A sheet holds what was judged and is shown
today, in an order by chance and without the labels; whoever judges once more fills `right` and
`reason`. What was read a second time is kept in `bench/labels/judged_again.tsv`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bench.acts import labelled, texts
from bench.evidence.telling import share
from bench.lookback import convert
from wingbeat.stats.shares import wilson

if TYPE_CHECKING:
    from wingbeat.laws.looking_back import OldCase, Told

SEED, MOST = 20_241_231, 100
LABELS = Path(__file__).parent.parent / "labels/judged.tsv"
AGAIN = LABELS.with_name("judged_again.tsv")
PAGE = LABELS.parents[2] / "docs/evidence/judged.md"
BRANDS = ("brands", "brands_dated")
SOURCES = ("2023", "2024", "brands", "brands-rest", "amazon", "turns", "tweets", "airlines")
AHEAD = {"will", "i'll", "we'll", "they'll", "it'll", "going", "shall"}
COLUMNS = ("source", "kind", "conversation", "message", "right", "reason", "shown", "around")
KINDS = ("silence", "promise", "last_step", "question", "heard", "dated", *BRANDS, "day")
Shown = tuple[str, "OldCase", str, str]  # its kind, where, by which message, in which words


def shown(corpus: Path, year: str) -> list[Shown]:
    """Run `wingbeat lookback` on a year, and hear the promises of its replies."""
    from wingbeat.config.commands import starting
    from wingbeat.config.commands.lookback import look_back

    with tempfile.TemporaryDirectory() as home:
        os.environ["WINGBEAT_HOME"] = home
        starting.start_django()
        table = Path(home) / f"{year}.csv"
        convert(corpus / f"conversations/sumo-thunderbird-{year}.jsonl.gz", table)
        found = look_back(table, (), zone=ZoneInfo("UTC"))
    listed: list[Shown] = [(o.kind, o.case, o.shown_by.ref, o.words) for o in found.forgotten]
    replies = ((case, told) for case in found.cases for told in case.spoken if told.is_ours)
    heard = ((kind, c, told.ref, said) for c, told in replies for kind, said in _said(told))
    return [*listed, *heard]


def of_brands(corpus: Path) -> list[Shown]:
    """Hear the promises of the brands' replies that nobody has labelled."""
    from wingbeat.laws.looking_back import OldCase, Told

    known, said = {(one.source, one.id) for one in labelled()}, texts(corpus)
    with gzip.open(corpus / "conversations/twcs-first-5000.csv.gz", "rt") as file:
        times = {
            ("twcs", row["tweet_id"]): datetime.strptime(
                row["created_at"], "%a %b %d %H:%M:%S %z %Y"
            )
            for row in csv.DictReader(file)
            if row["inbound"] == "False" and row["created_at"]
        }
    turns = (key for key in said if key[0] == "tweetsumm" and int(key[1].split(".")[1]) % 2)
    times |= dict.fromkeys(turns, datetime(2017, 11, 8, 12, tzinfo=UTC))
    found: list[Shown] = []
    for key in sorted(times.keys() - known):
        told = Told(" ".join(key), times[key], is_ours=True, text=said[key])
        case = OldCase(told.ref, told.ref, told.at, (told,))
        heard = (
            ("brands" if kind == "heard" else "brands_dated", one) for kind, one in _said(told)
        )
        found += [(kind, case, told.ref, one) for kind, one in heard]
    return found


def _said(told: Told) -> Iterator[tuple[str, str]]:
    from wingbeat.language.promises import promises
    from wingbeat.language.telling import language_of

    if language := language_of(told.text):
        for one in promises(told.text, language, at=told.at, zone=UTC):
            yield "heard", one.words
            if one.due_at:
                yield "dated", f"{one.words} [due {one.due_at:%Y-%m-%d %H:%M}]"


def draw(every: Sequence[Shown], kind: str) -> list[Shown]:
    """Return at most a hundred of a kind, one a message, the same ones every time."""
    of_kind = {one[2]: one for one in reversed(every) if one[0] == kind}
    by_message = [of_kind[ref] for ref in sorted(of_kind)]
    return random.Random(f"{SEED} {kind}").sample(by_message, min(MOST, len(by_message)))


def of_amazon(corpus: Path) -> list[Shown]:
    """Hear the promises of one firm's replies, which stand in two samples of another origin."""
    from wingbeat.laws.looking_back import OldCase, Told

    said: dict[str, str] = {}
    for name in ("100-outbound-labeled", "preprocessed-183-preprocessed"):
        with (corpus / f"conversations/twcs-AmazonHelp-{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["inbound"] == "False":
                    words = " ".join(html.unescape(row["text"]).split())
                    said[row["tweet_id"]] = re.sub(r"^(@\S+ ?)+", "", words)
    found: list[Shown] = []
    for ref, text in said.items():
        told = Told(ref, datetime(2017, 11, 8, 12, tzinfo=UTC), is_ours=True, text=text)
        heard = (words for kind, words in _said(told) if kind == "heard")
        found += [("brands", OldCase(ref, ref, told.at, (told,)), ref, words) for words in heard]
    return found


def of_turns(corpus: Path) -> list[Shown]:
    """Read each later turn of TweetSumm's customers as if it were their last word."""
    from wingbeat.laws.looking_back import OldCase, Told, forgotten, shipped_policy

    at, policy = datetime(2017, 11, 8, 12, tzinfo=UTC), shipped_policy()
    turns: dict[str, list[str]] = {}
    for (source, ref), text in texts(corpus).items():
        if source == "tweetsumm":
            turns.setdefault(ref.split(".")[0], []).append(text)
    found: list[Shown] = []
    for ref, said in turns.items():
        told = [
            Told(f"{ref}.{n}", at + timedelta(hours=n), is_ours=n % 2 == 1, text=text)
            for n, text in enumerate(said)
        ]
        for n in range(2, len(told), 2):
            case = OldCase(ref, ref, at, tuple(told[: n + 1]))
            ended = forgotten(case, policy, as_of=at + timedelta(days=60))
            found += [
                (one.kind, case, one.shown_by.ref, one.words)
                for one in ended
                if one.kind == "last_step"
            ]
    return found


def of_tweets(corpus: Path) -> list[Shown]:
    """Read what customers tweeted after a brand's reply, each as if it were the last word."""
    with gzip.open(corpus / "conversations/twcs-first-5000.csv.gz", "rt") as file:
        tweets = {row["tweet_id"]: row for row in csv.DictReader(file) if row["created_at"]}

    def before(row: dict[str, str]) -> dict[str, str]:
        return tweets.get((row["in_response_to_tweet_id"] or "").removesuffix(".0"), {})

    found: list[Shown] = []
    for row in tweets.values():
        reply = before(row)
        if row["inbound"] == "True" and reply.get("inbound") == "False":
            said = [one["text"] for one in (before(reply), reply, row) if one]
            found += _as_last(row["tweet_id"], said)
        if row["inbound"] == "True":
            at = datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y")
            found += _days(row["tweet_id"], row["text"], at)
    return found


def of_airlines(corpus: Path) -> list[Shown]:
    """Read what customers tweeted to airlines, each as if an answer had stood before it."""
    with gzip.open(corpus / "tone/airline-tweets.csv.gz", "rt", encoding="utf-8") as file:
        rows = {row["tweet_id"]: row for row in csv.DictReader(file)}
    found: list[Shown] = []
    for ref, row in rows.items():
        at = datetime.strptime(row["tweet_created"], "%m/%d/%Y %H:%M").replace(tzinfo=UTC)
        found += [*_as_last(ref, ["(not told)", row["text"]]), *_days(ref, row["text"], at)]
    return found


def _days(ref: str, text: str, at: datetime) -> Iterator[Shown]:
    """Yield the sentences of a tweet that tell what will be, with the time they name."""
    from wingbeat.language.dates import dates
    from wingbeat.language.sentences import sentences
    from wingbeat.laws.looking_back import OldCase, Told

    text = html.unescape(text)
    case = OldCase(ref, ref, at, (Told(ref, at, is_ours=False, text=text),))
    for one in sentences(text):
        if AHEAD.isdisjoint(word.text for word in one.words):
            continue
        spans = dates(text, one, "en", at=at, zone=UTC)
        ahead = [span.due_at for span in spans if span.due_at > at]
        if ahead:
            yield "day", case, ref, f"{one.text} [due {min(ahead):%Y-%m-%d %H:%M}]"


def _as_last(ref: str, said: Sequence[str]) -> Iterator[Shown]:
    """Yield the last step that a tweet is shown as, with what was said before it."""
    from wingbeat.laws.looking_back import OldCase, Told, forgotten, shipped_policy

    at = datetime(2017, 11, 8, 12, tzinfo=UTC)
    told = tuple(
        Told(
            ref if n == len(said) else f"{ref}.{n}", at + timedelta(hours=n),
            is_ours=n == len(said) - 1, text=re.sub(r"^(@\w+ ?)+", "", html.unescape(text)),
        )
        for n, text in enumerate(said, 1)
    )  # fmt: skip
    case = OldCase(ref, ref, at, told)
    for one in forgotten(case, shipped_policy(), as_of=at + timedelta(days=60)):
        if one.kind == "last_step":
            yield one.kind, case, ref, one.words


def every(corpus: Path, of: str) -> list[Shown]:
    """Return all that is shown of a source today."""
    special = {"brands": of_brands, "brands-rest": of_brands, "amazon": of_amazon}
    read = {"turns": of_turns, "tweets": of_tweets, "airlines": of_airlines}
    if of in read:
        return read[of](corpus)
    return special[of](corpus) if of in special else shown(corpus, of)


def sheet(shown_now: Sequence[Shown], of: str, to: Path) -> int:
    """Write what was judged and is shown today, without its labels; return how many."""
    judged = {(row["kind"], row["message"]) for row in _labels(of)}
    first = {(one[0], one[2]): one for one in reversed(shown_now)}
    rows = [first[key] for key in sorted(judged & first.keys())]
    random.Random(f"{SEED} {of}").shuffle(rows)
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(COLUMNS)
        for kind, case, ref, words in rows:
            writer.writerow((of, kind, case.ref, ref, "", "", words, _around(case, ref)))
    return len(rows)


def _around(case: OldCase, ref: str) -> str:
    """Return the first words of a case, and what was said from three before a message on."""
    spoken = case.spoken
    at = next(n for n, told in enumerate(spoken) if told.ref == ref)
    picked = [spoken[0], *spoken[max(1, at - 3) :]]
    return " // ".join(
        f"[{'desk' if one.is_ours else 'customer'} {one.at:%Y-%m-%d}] {' '.join(one.text.split())}"
        for one in picked
    )


def agree(of: str, with_file: Path) -> list[str]:
    """Return how far another reader's sheet and the labels agree, with Cohen's kappa."""
    other = {
        (row["kind"], row["message"]): row["right"]
        for row in _rows(with_file)
        if row["right"] and row["source"] == of
    }
    ours = {(row["kind"], row["message"]): row["right"] for row in _labels(of)}
    told = []
    for kind in KINDS:
        pairs = [(ours[key], other[key]) for key in other if key in ours and key[0] == kind]
        if not pairs:
            continue
        same = sum(one == two for one, two in pairs) / len(pairs)
        one, two = (sum(pair[n] == "yes" for pair in pairs) / len(pairs) for n in (0, 1))
        chance = one * two + (1 - one) * (1 - two)
        kappa = f"{(same - chance) / (1 - chance):.2f}" if chance < 1 else "cannot be told"
        told.append(f"{of}, {kind}: {len(pairs)} read twice, {same:.1%} alike, kappa {kappa}")
    return told


ABOUT = """# What is shown, judged by hand

Written by `python -m bench.evidence.judging --write`. *Shown* is what the phrases hear today,
*judged* the part of it that was read, *right* the share of this with its interval (Wilson, 95 %),
*kept* how many of all that was ever judged right is still shown. [Looking back](lookback.md) tells
what counts as right and how each source is read; `heard` and `brands` are promises as the composer
hears them, `dated` those that name a time, right only if they are due then; `day` are customers'
sentences of what will be, right if the time is read as they meant it.

| source | kind | shown | judged | right | kept |
|---|---|---|---|---|---|"""


def write(corpus: Path) -> None:
    """Write the page that tells of every source how much is shown, judged and right."""
    lines = [ABOUT]
    for of in (one for one in SOURCES if one != "brands-rest"):
        for kind, listed, read, kept in _tallied(every(corpus, of), of):
            right = share(wilson(read.count("yes"), len(read))) if read else "nothing read"
            lines.append(f"| {of} | {kind} | {listed:,} | {len(read)} | {right} | {kept} |")
    lines += ["", "## Read a second time, without the first labels", ""]
    lines += [f"- {line}." for of in SOURCES for line in agree(of, AGAIN)]
    PAGE.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _tallied(found: Sequence[Shown], of: str) -> Iterator[tuple[str, int, list[str], str]]:
    """Yield of each kind how much is shown, the labels of it, and what is kept of the right."""
    labels = {(row["kind"], row["message"]): row["right"] for row in _labels(of)}
    for kind in KINDS:
        listed = {one[2] for one in found if one[0] == kind}
        read = [labels[kind, ref] for ref in sorted(listed) if (kind, ref) in labels]
        right = [ref for (other, ref), told in labels.items() if other == kind and told == "yes"]
        if listed or right:
            yield kind, len(listed), read, f"{len(listed.intersection(right))} of {len(right)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", default="2023", choices=SOURCES)
    parser.add_argument("--count", action="store_true", help="count the labels, draw nothing")
    parser.add_argument("--sheet", type=Path, help="write what was judged without its labels")
    parser.add_argument("--agree", type=Path, help="compare a sheet that somebody has filled")
    parser.add_argument("--write", action="store_true", help="write docs/evidence/judged.md")
    asked = parser.parse_args()
    if asked.count or asked.agree:
        told = [] if asked.count else agree(asked.of, asked.agree)
        print(*told, sep="\n") if told else _count(asked.of)
        return
    if asked.write:
        write(Path(os.environ["WINGBEAT_CORPUS"]))
        return
    found = every(Path(os.environ["WINGBEAT_CORPUS"]), asked.of)
    if asked.sheet:
        print(f"{sheet(found, asked.of, asked.sheet)} to judge are in {asked.sheet}")
        return
    _whole_lists(found, asked.of)
    for kind in KINDS:
        drawn = draw(found, kind)
        print(f"\n# {kind}: {sum(one[0] == kind for one in found):,} shown, {len(drawn)} drawn")
        for _kind, case, ref, words in drawn:
            print(f"\n## {case.ref} {ref}: {words}")
            for told in case.spoken:
                who = "desk" if told.is_ours else "customer"
                print(f"[{told.ref} {told.at:%Y-%m-%d %H:%M} {who}] {told.text}")


def _whole_lists(found: Sequence[Shown], of: str) -> None:
    """Print of all that is shown today how much was judged, and how much of it is right."""
    for kind, listed, read, kept in _tallied(found, of):
        right = share(wilson(read.count("yes"), len(read))) if read else "nothing read"
        print(f"{kind}: {listed} shown today, {len(read)} judged, right {right}, kept {kept}")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _labels(of: str) -> list[dict[str, str]]:
    same = {"brands": {"brands", "brands-rest"}}.get(of, {of})
    return [row for row in _rows(LABELS) if row["source"] in same]


def _count(year: str) -> None:
    rows = _labels(year)
    for kind in KINDS:
        read = [row for row in rows if row["kind"] == kind]
        right = sum(row["right"] == "yes" for row in read)
        print(kind, share(wilson(right, len(read))) if read else "nothing to read")
        noted = Counter((one["right"], one["reason"]) for one in read if one["reason"])
        for (verdict, reason), n in noted.items():
            print(f"  {verdict}, {reason}: {n}")


if __name__ == "__main__":
    main()
