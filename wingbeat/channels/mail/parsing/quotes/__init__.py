"""Quotes and signatures in plain text: where they are, and the text without them."""

from __future__ import annotations

from wingbeat.channels.mail.parsing.quotes.folding import fold, new_text

__all__ = ["fold", "new_text"]
