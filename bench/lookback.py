"""Look back on Thunderbird's forum or on brands' tweets: convert, run, measure, draw a sample.

On the forum whoever asked is the customer, and everybody else speaks for the desk: other sufferers
too. Of the tweets only the first days are there, so that the latest are cut off.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

COLUMNS = ("conversation", "id", "at", "kind", "from", "subject", "text", "html", "state")
# How the forum shows what somebody quotes: who said it, and a block.
QUOTE = re.compile(r"(<p>\s*<em>[^<]*</em>\s*</p>\s*)?<blockquote>.*?</blockquote>", re.DOTALL)
LABELS = Path(__file__).parent / "labels/lookback.tsv"


def convert(source: Path, to: Path) -> int:
    """Write the documented table; return how many questions there are."""
    count = 0
    with gzip.open(source, "rt") as file, to.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for line in file:
            question = json.loads(line)
            state = "spam" if question.get("is_spam") else ""
            own = {**question, "by_asker": True}
            for post in [own, *question["answers"]]:
                if post.get("is_spam") and post is not own:
                    continue
                writer.writerow(
                    {
                        "conversation": question["id"], "id": post["id"], "at": post["created"],
                        "kind": "customer" if post["by_asker"] else "agent",
                        "from": f"{post['creator']}@forum.example",
                        "subject": question["title"], "text": "", "state": state,
                        "html": QUOTE.sub("", post["content_html"]),
                    }
                )  # fmt: skip
            count += 1
    return count


def convert_tweets(source: Path, to: Path) -> int:
    """Write the documented table of the brands' threads; return how many there are."""
    with gzip.open(source, "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["created_at"]]  # the last is cut off
    tweets = {row["tweet_id"]: row for row in rows}
    threads: dict[str, list[dict[str, str]]] = {}
    for tweet in tweets.values():
        first, seen = tweet, {tweet["tweet_id"]}
        while (before := (first["in_response_to_tweet_id"] or "").removesuffix(".0")) in tweets:
            if before in seen:
                break
            seen.add(before)
            first = tweets[before]
        threads.setdefault(first["tweet_id"], []).append(tweet)
    with to.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for first_id, thread in threads.items():
            for tweet in thread:
                at = datetime.strptime(tweet["created_at"], "%a %b %d %H:%M:%S %z %Y")
                writer.writerow(
                    {
                        "conversation": first_id, "id": tweet["tweet_id"], "at": at.isoformat(),
                        "kind": "customer" if tweet["inbound"] == "True" else "agent",
                        "from": f"{tweet['author_id']}@tweets.example", "text": tweet["text"],
                    }
                )  # fmt: skip
    return len(threads)


SOURCES = {
    "2024": ("sumo-thunderbird-2024.jsonl.gz", convert),
    "2023": ("sumo-thunderbird-2023.jsonl.gz", convert),
    "tweets": ("twcs-first-5000.csv.gz", convert_tweets),
}


def main() -> int:
    """Convert, run the command, and print what it took; `--judge N` prints a sample to read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", default="2024", choices=list(SOURCES))
    parser.add_argument("--judge", type=int, default=0, help="print so many of each list")
    parser.add_argument("--out", type=Path, default=None, help="keep the page here")
    arguments = parser.parse_args()
    name, converted_by = SOURCES[arguments.of]
    source = Path(os.environ["WINGBEAT_CORPUS"]) / "conversations" / name
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / f"{arguments.of}.csv"
        out = arguments.out or Path(scratch) / "lookback.html"
        began = time.monotonic()
        count = converted_by(source, table)
        converted, spent = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "wingbeat.config.cli", "lookback", str(table)]
        link = "https://support.mozilla.org/questions/{ref}"
        subprocess.run([*command, "--out", str(out), "--link", link], check=True)
        took, used = time.monotonic() - converted, resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = used.ru_utime + used.ru_stime - spent.ru_utime - spent.ru_stime
        made = converted - began
        print(
            f"{count:,} conversations converted in {made:.0f} s, looked at in {took:.0f} s", end=""
        )
        print(f", {busy:.0f} s of them busy, {used.ru_maxrss // 1024} MB at most")
        told = json.loads(out.with_suffix(".json").read_text())
    for name, value in told["numbers"].items():
        print(name, {k: v for k, v in value.items() if k not in {"method", "level"}})
    for kind, rows in told["lists"].items():
        print(f"{kind}: {len(rows):,}{_judged(arguments.of, kind, rows)}")
    if arguments.judge:
        _draw(told, arguments.judge)
    return 0


def _draw(told: dict[str, dict[str, list[dict[str, str]]]], most: int) -> None:
    """Print the sample: the first by the hash of their message, so that it is the same again."""
    for kind, rows in told["lists"].items():
        for row in sorted(rows, key=lambda row: _hash(row["message"]))[:most]:
            print(json.dumps({"kind": kind} | row, ensure_ascii=False))


def _hash(ref: str) -> str:
    return hashlib.sha256(ref.encode()).hexdigest()


def _judged(source: str, kind: str, rows: list[dict[str, str]]) -> str:
    """Return how many of those on the list that somebody has read were right."""
    listed = {row["message"] for row in rows}
    with LABELS.open(encoding="utf-8", newline="") as file:
        verdicts = [
            row["right"]
            for row in csv.DictReader(file, delimiter="\t")
            if (row["source"], row["kind"]) == (source, kind) and row["message"] in listed
        ]
    right = sum(verdict == "yes" for verdict in verdicts)
    return f", {right} of {len(verdicts)} read were right" if verdicts else ""


if __name__ == "__main__":
    sys.exit(main())
