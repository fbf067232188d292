"""Whether a draft speaks of an attachment, for asking about one that is not there."""

from __future__ import annotations

from wingbeat.channels.mail.own_words import text_in
from wingbeat.desk.conversations.forgotten import mentions_attachment
from wingbeat.desk.conversations.words import unquoted


def speaks_of_attachment(html: str) -> bool:
    """Say whether the agent's own words, not those they quote, announce an attachment."""
    return mentions_attachment(text_in(unquoted(html))) is not None
