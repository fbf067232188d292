"""Words of an old desk as words here: safe HTML, whole text, and the text that is new in it."""

from __future__ import annotations

from typing import NamedTuple

from wingbeat.channels.mail.incoming import party, storable
from wingbeat.channels.mail.parsing.addresses import read_addresses
from wingbeat.channels.mail.parsing.html import fold_html, html_of, sanitize, text_of
from wingbeat.channels.mail.parsing.quotes import fold, new_text
from wingbeat.desk.conversations.words import Party


class Words(NamedTuple):
    """One message's words in the three forms that the desk keeps."""

    html: str
    text: str
    text_new: str


def words_of(body: str, *, is_html: bool) -> Words:
    """Return the words of a body that somebody else's program has stored."""
    body = storable(body)
    if not is_html:
        folds = fold(body)
        return Words(html_of(body, folds), body, new_text(body, folds))
    safe = sanitize(body)
    text, known = text_of(safe)
    return Words(fold_html(safe), text, new_text(text, fold(text, known)))


def parties_in(field: str) -> tuple[Party, ...]:
    """Return the people in a field such as `Nora <nora@example.org>, otto@example.org`."""
    found, _more = read_addresses(storable(field).encode())
    return tuple(party(one) for one in found if "@" in one.address)
