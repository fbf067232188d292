"""Read the spam verdict that our own mail server wrote into a mail's headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_MOST_HEADERS = 500
_LONGEST_WHY = 160
_SCL = re.compile(r"^\s*(-?\d{1,2})\b")
_FOREFRONT = re.compile(r"\b(SCL|SFV|CAT):([A-Z0-9-]{1,8})\b", re.IGNORECASE)
# Exchange: 5 and 6 are suspected spam, 7 to 9 sure (the junk folder begins at 5).
_SPAM_LEVEL, _HIGHEST_LEVEL = 5, 9
# What Exchange Online found: spam of two grades, phishing of two, malware, spoofing.
_BAD_CATEGORIES = frozenset(("spm", "hspm", "phsh", "hphsh", "hphish", "malw", "spoof"))
_BAD_FILTER_VERDICTS = frozenset(("spm", "sks", "skb"))
# A greylisting or rewriting server has not called a mail spam.
_BAD_ACTIONS = frozenset(("reject", "add header", "rewrite subject", "quarantine", "discard"))


@dataclass(frozen=True, slots=True)
class SpamVerdict:
    """Whether our server calls a mail spam, and the header that says so."""

    is_spam: bool
    why: str = ""


def verdict(headers: Sequence[tuple[str, str]]) -> SpamVerdict:
    """Return what the headers say, in favor of the sender wherever they leave doubt.

    A sender could write such headers too, but gains nothing: only "this is spam" counts, and the
    word of a server on the way is worth as much as ours.
    """
    for name, value in headers[:_MOST_HEADERS]:
        judge = _JUDGES.get(name.lower())
        if judge and judge(" ".join(value[:2000].lower().split())):
            why = f"{name.title()}: {' '.join(value.split())}"
            return SpamVerdict(is_spam=True, why=why[:_LONGEST_WHY])
    return SpamVerdict(is_spam=False)


def _says_yes(value: str) -> bool:
    return value.startswith(("yes", "true", "spam")) or value == "1"


def _is_spam_level(value: str) -> bool:
    level = _SCL.match(value)
    return level is not None and _SPAM_LEVEL <= int(level[1]) <= _HIGHEST_LEVEL


def _is_forefront_spam(value: str) -> bool:
    """Read Exchange Online's report; `SFV:SKN` and kin skip filtering and outrank the level."""
    found = {match[1].lower(): match[2].lower() for match in _FOREFRONT.finditer(value)}
    if found.get("sfv", "").startswith(("skn", "ska", "ski", "skq", "nspm", "sfe")):
        return False
    if found.get("cat") in _BAD_CATEGORIES or found.get("sfv") in _BAD_FILTER_VERDICTS:
        return True
    return _is_spam_level(found.get("scl", ""))


_JUDGES: dict[str, Callable[[str], bool]] = {
    "x-spam-flag": _says_yes,  # SpamAssassin, rspamd, many providers
    "x-spam-status": lambda value: value.startswith("yes"),
    "x-spam": _says_yes,  # rspamd's milter
    "x-rspamd-action": lambda value: value in _BAD_ACTIONS,
    "x-barracuda-spam-flag": _says_yes,
    "x-ms-exchange-organization-scl": _is_spam_level,
    "x-forefront-antispam-report": _is_forefront_spam,
    "x-microsoft-antispam-mailbox-delivery": lambda value: "dest:j;" in f"{value};",
    "x-dspam-result": lambda value: value in ("spam", "blacklisted"),
    "x-bogosity": lambda value: value.startswith(("yes", "spam")),
    "x-proofpoint-spam-details": lambda value: "rule=spam" in value,
    "x-amavis-alert": lambda value: "spam" in value or "infected" in value,
}
