"""A mail's HTML: what a page may show of it, its visible text, and its quotes folded."""

from __future__ import annotations

from wingbeat.channels.mail.parsing.html.beginning import beginning_of
from wingbeat.channels.mail.parsing.html.folding import fold_html
from wingbeat.channels.mail.parsing.html.plain import html_of
from wingbeat.channels.mail.parsing.html.sanitizing import sanitize
from wingbeat.channels.mail.parsing.html.walking import text_of

__all__ = ["beginning_of", "fold_html", "html_of", "sanitize", "text_of"]
