"""Print how well bounces are read: recipients, hard or soft, status and reply codes, false alarms.

    WINGBEAT_CORPUS=... python -m bench.bounces [--show]

Every mail goes through the whole parser. Sisimai's table names reasons, not addresses: a mail's
recipients count as right where there are as many as there should be, and each stands in the mail.
`as labelled` expects hard for the reasons that mean "this address will never work again"; `as
settled` follows the mail's own words in the rows of docs/evidence/bounces.md, where they contradict
the label.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from hashlib import md5

from tests.channels.mail.parsing.bounces.expectations import (
    HARD,
    ORDINARY,
    QUIET,
    SENT_BY_SYSTEMS,
    rows,
    settled,
)
from tests.channels.mail.parsing.samples import archive
from wingbeat.channels.mail.parsing import parse
from wingbeat.channels.mail.parsing.parsed import Bounce, ParsedMail

LABELLED, SETTLED = "hard as labelled", "hard as settled"


@dataclass
class Share:
    right: int = 0
    asked: int = 0

    def add(self, *, is_right: bool) -> None:
        self.right += is_right
        self.asked += 1

    def __str__(self) -> str:
        share = 100 * self.right / self.asked if self.asked else 0
        return f"{self.right:4}/{self.asked:<4} {share:5.1f} %"


def half_of(name: str) -> str:
    """Split the files for good: tune on one half, look at the other last."""
    return "looked at last" if int(md5(name.encode()).hexdigest(), 16) % 5 < 2 else "tuned on"


def sisimai(*, show: bool) -> None:
    shares: dict[tuple[str, str], Share] = defaultdict(Share)
    mails = {name: raw for name, raw in archive("sisimai-bounces") if name.startswith("bsd/")}
    judgments = {key: is_hard for key, (_, is_hard, _) in settled().items()}
    for name, expected in rows("sisimai-bounces").items():
        raw = mails[f"bsd/{name}"]
        mail = parse(raw)
        own = {address: hard for (file, address), hard in judgments.items() if file == name}
        for half in ("all", half_of(name)):
            for column, is_right in judged(mail, raw, expected, own):
                shares[half, column].add(is_right=is_right)
                if show and not is_right and half == "all":
                    reasons = ", ".join(row["reason"] for row in expected)
                    print(f"    {name}: {column} ({reasons}): {mail.bounces}")
    print_table("Sisimai", shares)


def judged(
    mail: ParsedMail, raw: bytes, expected: list[dict[str, str]], own: dict[str, bool]
) -> list[tuple[str, bool]]:
    if expected[0]["reason"] in QUIET:
        is_quiet = not mail.bounces and mail.automatic.kind in ("report", "reply")
        return [(column, is_quiet) for column in ("recipient", LABELLED, SETTLED) for _ in expected]
    written = raw.decode("utf-8", "replace").lower() + mail.text.lower()
    named = all(bounce.recipient.lower() in written for bounce in mail.bounces)
    right = len(mail.bounces) == len(expected) and named
    found = [("kind", mail.automatic.kind in ("bounce", "report"))]
    for row, bounce in zip(expected, mail.bounces, strict=False):
        found += fields(row, bounce, own)
    return found + [("recipient", right) for _ in expected]


def fields(row: dict[str, str], bounce: Bounce, own: dict[str, bool]) -> list[tuple[str, bool]]:
    labelled = row["reason"] in HARD
    found = [
        (LABELLED, bounce.hard == labelled),
        (SETTLED, bounce.hard == own.get(bounce.recipient, labelled)),
    ]
    # x.0.9xx are Sisimai's own numbers where a mail has none.
    if row["dsn"] and ".0.9" not in row["dsn"]:
        found.append(("status", bounce.status == row["dsn"]))
    if row["reply_code"]:
        found.append(("reply", bounce.reply_code == row["reply_code"]))
    return found


def flufl(*, show: bool) -> None:
    shares: dict[tuple[str, str], Share] = defaultdict(Share)
    expected = rows("flufl-bounces")
    for name, raw in archive("flufl-bounces"):
        wanted = {
            address.lower()
            for row in expected[name]
            for address in row["bounced_addresses"].split()
        }
        bounces = parse(raw).bounces
        found = {bounce.recipient.lower() for bounce in bounces}
        is_delayed = any(row["temporary"] == "true" for row in expected[name])
        for half in ("all", half_of(name)):
            shares[half, "recipient"].add(is_right=found == wanted)
            if wanted and found:
                action = all(bounce.action == "delayed" for bounce in bounces)
                shares[half, "delayed"].add(is_right=action == is_delayed)
        if show and found != wanted:
            print(f"    {name}: {sorted(wanted)} expected, {sorted(found)} found")
    print_table("flufl.bounce", shares)


def ordinary(*, show: bool) -> None:
    """Count mails of people, shops and lists that pass for bounces."""
    false, asked = 0, 0
    mails = [pair for name in ORDINARY for pair in archive(name)]
    mails += [(n, raw) for n, raw in archive("sisimai-bounces") if n.startswith("not/")]
    for name, raw in mails:
        mail = parse(raw)
        if not mail.sender.address or mail.sender.address.startswith(SENT_BY_SYSTEMS):
            continue
        asked += 1
        if mail.bounces:
            false += 1
            if show:
                print(f"    {name}: {mail.sender.address} {mail.subject!r} {mail.bounces}")
    print(f"\nOrdinary mails taken for bounces: {false} of {asked}")


def print_table(title: str, shares: dict[tuple[str, str], Share]) -> None:
    columns = list(dict.fromkeys(column for _, column in shares))
    print(f"\n{title:16}" + "".join(f"{column:>19}" for column in columns))
    for half in ("all", "tuned on", "looked at last"):
        print(f"{half:16}" + "".join(f"{shares[half, column]!s:>19}" for column in columns))


if __name__ == "__main__":
    wants_details = "--show" in sys.argv
    sisimai(show=wants_details)
    flufl(show=wants_details)
    ordinary(show=wants_details)
