"""Whether a draft speaks of an attachment, for asking about one that is not there."""

from __future__ import annotations

import re

from wingbeat.desk.conversations.forgotten import mentions_attachment
from wingbeat.screens.agent.own_words import text_in


def speaks_of_attachment(html: str) -> bool:
    """Say whether the agent's own words, not those they quote, announce an attachment."""
    own = re.sub(r"<blockquote.*?</blockquote>", " ", html, flags=re.DOTALL)
    return mentions_attachment(text_in(own)) is not None
