"""Shelving: the articles of the example desk, and an inbox that takes the contact form."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from wingbeat.channels.mail.parsing.html import html_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.knowledge.writing import Place, Words, publish, write
from wingbeat.desk.people.models import Agent

ARTICLES = Path(__file__).with_name("articles.toml")


def put_up(now: datetime) -> None:
    """Write and publish every article; the first was last looked at so long ago that it is due."""
    by = Agent.objects.at_work().filter(role="agent").order_by("pk").first()
    by = by or Agent.objects.system()
    ages = (timedelta(days=days) for days in (200, 40, 90, 10))
    for table, age in zip(_tables(), ages, strict=True):
        at, article = now - age, None
        place = Place(table.get("audience", "public"), table["collection"])
        for language in (code for code, _name in settings.LANGUAGES if code in table):
            said = table[language]
            text = said["text"].strip()
            words = Words(language, said["title"], html_of(text), text)
            article = write(article, words, place, by=by, at=at)
            publish(article, language, by=by, at=at)
    Inbox.objects.filter(pk=Inbox.objects.order_by("pk")[0].pk).update(takes_forms=True)


def _tables() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(ARTICLES.read_text())["article"]
    return found
