"""A mail server's refusal in its own words, and after them what a person can do about it."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wingbeat.channels.mail.smtp_out import Answer

_NOBODY_THERE = (
    r"5\.1\.(?:1|2|3|6|10)\b|no such (?:user|mailbox|address)|unknown (?:user|recipient)"
    r"|(?:user|recipient|mailbox|address|account)\b.{0,40}"
    r"(?:unknown|not found|does ?n[o']t exist|unavailable)"
)
_TOO_LARGE = r"^552|5\.3\.4\b|5\.2\.3\b|(?:message|mail|size).{0,30}(?:too (?:large|big)|exceeds)"
_FULL = r"[45]\.2\.2\b|(?:mailbox|quota|storage).{0,30}(?:full|exceeded)|over quota"
# The first row that fits gives the advice: a pattern over "code enhanced-status words".
ADVICE: tuple[tuple[str, Promise], ...] = (
    (
        r"relay|5\.7\.0 |^530|authenticat\w+ (?:is )?required",
        _("The mail server sends only for those who log in: an admin enters user and password."),
    ),
    (
        r"^5\d\d 5\.1\.[78]|not (?:owned by|authori[sz]ed to send)|send(?:er)? as",
        _("The mail server does not let this account send under the inbox's address."),
    ),
    (_NOBODY_THERE, _("There is no such address: use another one.")),
    (_FULL, _("Their mailbox is full: use another address, or another way to reach them.")),
    (_TOO_LARGE, _("The mail is too large: send large files by a link.")),
    (
        r"^4\d\d 4\.7\.[01]\b|gr[ae]y-?list|try again|come back",
        _("Servers that do not know us yet often ask us to come back: the desk does."),
    ),
    (
        r"spam|5\.7\.\d|blocked|blacklist|blocklist|reputation|policy",
        _("Their server does not accept our mail: an admin should look at its words."),
    ),
)


def said(answer: Answer) -> str:
    """Return a server's answer with advice, where its words allow any."""
    words = str(answer)
    for pattern, advice in ADVICE:
        if re.search(pattern, words, re.IGNORECASE):
            return f"{words} – {advice}"
    return words
