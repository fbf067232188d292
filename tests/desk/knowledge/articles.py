"""Articles for tests: about keys, and about lamps."""

from __future__ import annotations

from datetime import datetime

from tests import cast
from wingbeat.desk.knowledge.models import Article, Publication
from wingbeat.desk.knowledge.writing import Place, Words, publish, write


def written(
    title: str = "When a lamp stays dark", text: str = "Turn the bulb, then change the fuse.",
    *, language: str = "en", article: Article | None = None, at: datetime = cast.NOON, **place: str,
) -> Article:  # fmt: skip
    words = Words(language, title, f"<p>{text}</p>", text)
    return write(article, words, Place(**place), by=cast.ada(), at=at)  # type: ignore[arg-type]  # its text fields


def published(*args: str, **more: object) -> Publication:
    language = str(more.get("language", "en"))
    return publish(written(*args, **more), language, by=cast.ada(), at=cast.NOON)  # type: ignore[arg-type]  # as above
