"""Whether words speak of an attachment, for asking about one that is not there."""

from __future__ import annotations

import re

from wingbeat.screens.agent.own_words import text_in

# "I attach", "see the enclosed", "anbei", "im Anhang", "csatolom", "mellékelve", "во вложении".
_SPEAKS_OF = re.compile(
    r"\b(?:(?:i|we)(?:'ve| have)? attach(?:ed)?|(?:is|are) attached|see (?:the )?attached"
    r"|attached (?:is|are|you|please)|please find attached|enclosed (?:is|are|you)"
    r"|anbei|im anhang|(?:ich|wir) hänge\w*|angehängt|beigefügt|füge\w* .{0,40}\bbei"
    r"|csatol(?:om|tam|tan|juk|va|ásként)|mellékel(?:em|tem|ten|jük|ve)|a mellékletben"
    r"|во вложении|прикрепил\w*|прикрепля\w*|прилага(?:ю|ем))",
    re.IGNORECASE,
)


def speaks_of_attachment(html: str) -> bool:
    """Say whether the agent's own words, not those they quote, announce an attachment."""
    own = re.sub(r"<blockquote.*?</blockquote>", " ", html, flags=re.DOTALL)
    return bool(_SPEAKS_OF.search(text_in(own)))
