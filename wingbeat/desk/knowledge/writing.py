"""Writing an article, publishing and withdrawing it, and finding it still true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.knowledge import finding, pictures
from wingbeat.desk.knowledge.models import (
    Article,
    ArticleFeedback,
    ArticleVersion,
    Audience,
    Collection,
    Publication,
)
from wingbeat.desk.knowledge.upkeep import let_down
from wingbeat.desk.people.models import Agent

LONGEST_COMMENT = 2_000


class NothingToPublish(ValueError):
    """The article has no words in that language."""

    def __init__(self, article: Article, language: str) -> None:
        why = _("Article %(n)d has no words in the language “%(language)s”; write them first.")
        super().__init__(why % {"n": article.pk, "language": language[:20]})


@dataclass(frozen=True, slots=True)
class Words:
    """An article in one language, as an author leaves it; `html` is clean."""

    language: str
    title: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands, for whom, and how often somebody looks at it again."""

    audience: str = Audience.PUBLIC
    collection: str = ""
    owner: Agent | None = None
    verify_every_days: int = 180
    brand: Brand | None = None  # None: every brand


@transaction.atomic
def write(
    article: Article | None, words: Words, place: Place, *, by: Agent, at: datetime
) -> Article:
    """Keep words as the newest version in their language; readers see them once published."""
    article = article or Article(owner=by, due_at=at)
    is_new = article.pk is None
    name = place.collection.strip()[:120]
    article.collection = Collection.objects.get_or_create(name=name)[0] if name else None
    article.audience, article.brand = place.audience, place.brand
    article.owner = place.owner or article.owner
    article.verify_every_days = place.verify_every_days
    article.due_at = (article.verified_at or at) + article.verify_every
    article.save()
    newest = article.newest(words.language)
    if newest is None or (newest.title, newest.html) != (words.title, words.html):
        ArticleVersion.objects.create(
            article=article, language=words.language, title=words.title[:200],
            html=words.html, text=words.text, by=by, at=at,
        )  # fmt: skip
        pictures.stand_in(words.html, article.pk)
    _record(Kind.ARTICLE_WRITTEN, article, by=by, at=at, language=words.language, new=is_new)
    return article


@transaction.atomic
def publish(article: Article, language: str, *, by: Agent, at: datetime) -> Publication:
    """Show the newest words to readers. Whoever publishes says that they are true.

    Raises:
        NothingToPublish: if there are none in this language.
    """
    version = article.newest(language)
    if version is None:
        raise NothingToPublish(article, language)
    row, _made = Publication.objects.update_or_create(
        article=article, language=language, defaults={"version": version, "by": by, "at": at}
    )
    finding.index(row)
    _verified(article, by=by, at=at)
    _record(Kind.ARTICLE_PUBLISHED, article, by=by, at=at, language=language)
    return row


@transaction.atomic
def withdraw(article: Article, language: str, *, by: Agent, at: datetime) -> None:
    """Take an article out of the readers' sight; its versions stay."""
    for row in Publication.objects.filter(article=article, language=language):
        finding.forget(row)
        row.delete()
        let_down(article, language, at=at)
        _record(Kind.ARTICLE_WITHDRAWN, article, by=by, at=at, language=language)


@transaction.atomic
def verify(article: Article, *, by: Agent, at: datetime) -> None:
    """Say that an article is still true; it is due again after its time."""
    _verified(article, by=by, at=at)
    _record(Kind.ARTICLE_VERIFIED, article, by=by, at=at)


@transaction.atomic
def judge(
    article: Article, language: str, *, has_helped: bool, comment: str, by: Agent, at: datetime
) -> ArticleFeedback:
    """Keep what a reader said. One who was not helped makes the article due now."""
    row = ArticleFeedback.objects.create(
        article=article, language=language, has_helped=has_helped,
        comment=comment.strip()[:LONGEST_COMMENT], at=at,
    )  # fmt: skip
    if not has_helped and row.comment and article.due_at > at:
        article.due_at = at
        article.save(update_fields=["due_at"])
    _record(Kind.ARTICLE_JUDGED, article, by=by, at=at, language=language, helped=has_helped)
    return row


def _verified(article: Article, *, by: Agent, at: datetime) -> None:
    article.verified_at, article.verified_by = at, by
    article.due_at = at + article.verify_every
    article.save(update_fields=["verified_at", "verified_by", "due_at"])


def _record(
    kind: Kind, article: Article, *, by: Agent, at: datetime, **facts: int | bool | str
) -> None:
    record(kind, by=by, at=at, facts={"article": article.pk, **facts})
