"""Placeholders such as {{customer.first_name|there}}: which there are, filled in, and left over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from selectolax.lexbor import LexborHTMLParser

PLACEHOLDER = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}")

# The closed list. Those that may be unknown need a fallback: words to stand there instead.
KNOWN: dict[str, str | Promise] = {
    "customer.first_name": _("the customer's first name"),
    "customer.name": _("the customer's name"),
    "customer.organization": _("their organization"),
    "conversation.subject": _("the subject"),
    "conversation.number": _("the number of the conversation"),
    "agent.first_name": _("your first name"),
    "agent.name": _("your name"),
    "inbox.name": _("the name of the inbox"),
}
MAY_BE_UNKNOWN = frozenset(
    {"customer.first_name", "customer.name", "customer.organization", "conversation.subject"}
)


class WrongPlaceholder(ValueError):
    """Prepared words name something that cannot be filled in; the text says what can."""


class PlaceholderLeft(ValueError):
    """Words that are about to be sent still hold a placeholder."""

    def __init__(self, left: list[str]) -> None:
        why = _("Not sent: %(left)s has not been filled in.")
        super().__init__(why % {"left": ", ".join(left)})
        self.left = left


def fill(html: str, values: Mapping[str, str]) -> str:
    """Put values, or their fallbacks, in the place of placeholders; what has neither stays."""

    def filled(found: re.Match[str]) -> str:
        value = values.get(_spoken(found[1]), "")
        return escape(value, quote=False) if value else (found[2] or "").strip() or found[0]

    return PLACEHOLDER.sub(filled, html)


def left_in(html: str) -> list[str]:
    """Return the placeholders in an author's own words; what they quote is not theirs."""
    if html.count("{") < 2:  # the common case; markup may stand between the two
        return []
    tree = LexborHTMLParser(html)
    for quote in tree.css("blockquote"):
        quote.decompose()
    text = tree.body.text() if tree.body is not None else ""
    return list(dict.fromkeys(found[0] for found in PLACEHOLDER.finditer(text)))


def check(html: str) -> None:
    """See that prepared words can always be filled in.

    Raises:
        WrongPlaceholder: naming every one that cannot, and what to write instead.
    """
    found = {_spoken(one[1]): (one[2] or "").strip() for one in PLACEHOLDER.finditer(html)}
    unknown = [name for name in found if name not in KNOWN]
    if unknown:
        told = ", ".join(f"{{{{{name}}}}}" for name in unknown)
        why = _("%(what)s cannot be filled in; there are %(known)s.")
        raise WrongPlaceholder(why % {"what": told, "known": ", ".join(KNOWN)})
    bare = [name for name, instead in found.items() if name in MAY_BE_UNKNOWN and not instead]
    if bare:
        why = _("%(what)s is not always known. Say what stands there then: %(such)s.")
        such = f"{{{{{bare[0]}|there}}}}"
        raise WrongPlaceholder(why % {"what": ", ".join(bare), "such": such})


def stop_if_left(html: str) -> None:
    """Stop a send of words that were not filled in.

    Raises:
        PlaceholderLeft: naming them as they stand there.
    """
    left = left_in(html)
    if left:
        raise PlaceholderLeft(left)


def _spoken(name: str) -> str:
    return unescape(name).replace("\N{NO-BREAK SPACE}", " ").strip()
