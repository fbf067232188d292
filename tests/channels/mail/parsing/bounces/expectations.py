"""What the corpus says of its bounces, and which of its archives hold ordinary mail."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from tests.needs import corpus

# The reasons that mean "this address will never work again".
JUDGED = Path(__file__).parents[5] / "docs" / "evidence" / "bounces.md"
HARD = {"userunknown", "hostunknown", "hasmoved", "notaccept"}
QUIET = {"feedback", "vacation"}
ORDINARY = ("mail-gem", "mime4j", "zammad", "php-imap-webklex", "mu", "talon", "freescout")
SENT_BY_SYSTEMS = ("mailer-daemon", "postmaster")


def rows(name: str) -> dict[str, list[dict[str, str]]]:
    """Return the expected rows of a set by file."""
    head, *lines = corpus("mail", f"{name}.expected.tsv").read_text("utf-8").splitlines()
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        row = dict(zip(head.split("\t"), line.split("\t"), strict=False))
        found[row["file"]].append(row)
    return found


def settled() -> dict[tuple[str, str], tuple[str, bool, str]]:
    """Return what we judged against a label, by mail and recipient: label, hard, and the words."""
    cells = re.findall(
        r"^\| (\S+\.eml) \| (\S+) \| (\w+) \| (hard|soft) \| (.+) \|$",
        JUDGED.read_text("utf-8"),
        re.MULTILINE,
    )
    return {
        (mail, recipient): (label, kind == "hard", words)
        for mail, recipient, label, kind, words in cells
    }
