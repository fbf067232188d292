"""Articles: versions that stay, what of them is published, and who found them true when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.blobs import StoredBytes
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.people.models import Agent


class Audience(models.TextChoices):
    """Who may read an article."""

    PUBLIC = "public", _("everybody, in the help center")
    INTERNAL = "internal", _("agents only")


class Collection(models.Model):
    """Articles that belong together, under one name."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, agent: Agent | None) -> ArticleQuerySet:
        """What somebody may read: agents everything; light ones, and anybody, what is published."""
        if agent is not None and not (agent.is_active and agent.is_light):
            return self if agent.is_active else self.none()
        published = Publication.objects.filter(article=OuterRef("pk"))
        return self.filter(Exists(published), **({} if agent else {"audience": Audience.PUBLIC}))

    def with_words(self) -> ArticleQuerySet:
        """With every version, and which of them readers see."""
        beside = self.select_related("collection", "brand")
        return beside.prefetch_related("versions", "publications")

    def due(self, now: datetime) -> ArticleQuerySet:
        """Those that somebody should look at again, the longest due first."""
        return self.filter(due_at__lte=now).order_by("due_at", "pk")


class Article(models.Model):
    """What is asked again and again, answered once. Its words stand in versions, by language."""

    # Without one it is for every brand.
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="articles")
    collection = models.ForeignKey(
        Collection, models.SET_NULL, null=True, blank=True, related_name="articles"
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verify_every_days = models.PositiveSmallIntegerField(_("days until it is due"), default=180)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField()

    objects: ClassVar[ArticleQuerySet] = ArticleQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="article_due")]

    @property
    def verify_every(self) -> timedelta:
        return timedelta(days=self.verify_every_days)

    def newest(self, language: str) -> ArticleVersion | None:
        """Return the newest words in a language, published or not."""
        return self.versions.filter(language=language).order_by("-pk").first()


class ArticleVersion(Deed):
    """The words of an article as somebody left them. Versions are added and never changed."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    language = models.CharField(max_length=8)
    title = models.CharField(_("title"), max_length=200)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["article", "language", "-id"], name="article_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        return slugify(self.title, allow_unicode=True)[:60] or "article"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def readable(self, agent: Agent | None, language: str = "") -> PublicationQuerySet:
        """What is published for this reader, with its words; in one language, or in all."""
        rows = self.select_related("version", "article__collection", "article__brand").order_by(
            "article__collection__name", "version__title", "pk"
        )
        if agent is None:
            rows = rows.filter(article__audience=Audience.PUBLIC)
        return rows.filter(language=language) if language else rows

    def of_brand(self, brand: Brand) -> PublicationQuerySet:
        """Those of one brand, and those of all."""
        return self.filter(Q(article__brand=None) | Q(article__brand=brand.pk))

    def found(self, ids: Sequence[int]) -> list[Publication]:
        """Return these, in the order that they were found in."""
        rows = {row.pk: row for row in self.filter(pk__in=ids)}
        return [rows[pk] for pk in ids if pk in rows]


class Publication(Deed):
    """That a version is what readers of its language see. Without a row it is a draft."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="publications")
    language = models.CharField(max_length=8)
    version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="+")

    objects: ClassVar[PublicationQuerySet] = PublicationQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="published_once")
        ]


class ArticleFeedback(models.Model):
    """What a reader said of an article: whether it helped, and why if they liked to."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="feedback")
    language = models.CharField(max_length=8)
    has_helped = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["article", "-at"], name="feedback_of_article")]


def _token() -> str:
    return uuid4().hex


class ArticlePicture(StoredBytes, Deed):
    """A picture in articles or signatures; who may see it is decided by these, each time."""

    token = models.CharField(max_length=32, unique=True, default=_token)
    type = models.CharField(max_length=20)
    # Numbers of the articles in whose words it has ever stood: where to look for it.
    articles = models.JSONField(default=list)

    @property
    def address(self) -> str:
        """Its path, as it stands in the words; the same under every brand."""
        return f"/help/pictures/{self.token}/"

    @property
    def file_name(self) -> str:
        return f"{self.token}.{self.type.removeprefix('image/')}"
