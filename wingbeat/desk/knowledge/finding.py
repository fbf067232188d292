"""Finding articles: by every word of a question, or by what somebody's words are most about."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.searching import stemmed, stems_asked
from wingbeat.desk.knowledge.models import Publication, PublicationQuerySet
from wingbeat.desk.people.models import Agent

MOST = 20
MOST_WORDS = 40  # of somebody's words; the longest tell most
SHORTEST = 4
SQL = {
    "sqlite": {
        "index": "INSERT INTO search_articles (rowid, words) VALUES (%s, %s)",
        "forget": "DELETE FROM search_articles WHERE rowid = %s",
        "find": """
            SELECT rowid FROM search_articles WHERE search_articles MATCH %s
            ORDER BY bm25(search_articles), rowid LIMIT %s""",
    },
    "postgresql": {
        "index": """
            INSERT INTO search_articles (publication_id, words)
            VALUES (%s, to_tsvector('simple', %s))""",
        "forget": "DELETE FROM search_articles WHERE publication_id = %s",
        "find": """
            SELECT publication_id FROM search_articles, to_tsquery('simple', %s) AS asked
            WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC, publication_id LIMIT %s""",
    },
}


def index(publication: Publication) -> None:
    """Make what is published findable, in the caller's transaction; its title counts thrice."""
    forget(publication)
    version = publication.version
    stems = " ".join(stemmed("\n".join([*[version.title] * 3, version.text])))
    with connection.cursor() as cursor:
        cursor.execute(SQL[connection.vendor]["index"], [publication.pk, stems])


def forget(publication: Publication) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL[connection.vendor]["forget"], [publication.pk])


def find(
    asked: str,
    *,
    agent: Agent | None,
    language: str = "",
    most: int = MOST,
    brand: Brand | None = None,
) -> list[Publication]:
    """Return articles with every word asked for, the best first; `agent` is None for a stranger.

    With a brand, those of other brands are left out.
    """
    rows = _readable(agent, language, brand)
    return _found(rows, stems_asked(asked), " & ", most=most)


def suggest(
    words: str,
    *,
    agent: Agent | None,
    language: str = "",
    most: int = 3,
    brand: Brand | None = None,
) -> list[Publication]:
    """Return the articles that somebody's words are most about."""
    telling = sorted({w for w in words.split() if len(w) >= SHORTEST}, key=len, reverse=True)
    groups = stems_asked(" ".join(telling[:MOST_WORDS]), most=MOST_WORDS)
    return _found(_readable(agent, language, brand), groups, " | ", most=most)


def _readable(agent: Agent | None, language: str, brand: Brand | None) -> PublicationQuerySet:
    rows = Publication.objects.readable(agent, language)
    return rows.of_brand(brand) if brand is not None else rows


def _found(
    rows: PublicationQuerySet, groups: list[list[str]], between: str, *, most: int
) -> list[Publication]:
    if not groups:
        return []
    with connection.cursor() as cursor:
        cursor.execute(SQL[connection.vendor]["find"], [_question(groups, between), 10 * most])
        ids = [row[0] for row in cursor.fetchall()]
    return rows.found(ids)[:most]


def _question(groups: Iterable[list[str]], between: str) -> str:
    if connection.vendor == "postgresql":
        quoted = (["'" + stem.replace("'", "''") + "'" for stem in group] for group in groups)
        return between.join("(" + " | ".join(group) + ")" for group in quoted)
    joint = {" & ": " AND ", " | ": " OR "}[between]
    return joint.join("(" + " OR ".join(f'"{stem}"' for stem in group) + ")" for group in groups)
