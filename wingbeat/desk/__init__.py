"""Django nouns and verbs, low to high: journal, people, customers, conversations."""

from __future__ import annotations
