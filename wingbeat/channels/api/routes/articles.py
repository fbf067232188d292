"""Articles: as readers see them, and as those who write them do, with every version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import allowed, doing, named_if
from wingbeat.channels.api.errors import NotAllowed, Unusable, answers
from wingbeat.channels.api.gate import KeyRequest, asker
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.paging import AskedPage, Page, page
from wingbeat.channels.api.shapes import InPath, Language, Number, Shape, Spoken, Text, Words
from wingbeat.channels.mail import own_words
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.knowledge import markup, pictures, writing
from wingbeat.desk.knowledge.models import Article, Publication
from wingbeat.desk.people.models import Agent

router = Router(tags=["articles"])
ONE = "/articles/{id}"


class ArticleShape(Shape):
    """What is asked again and again, answered once; as published in one language."""

    id: int
    language: str
    title: str
    html: str
    text: str
    audience: Literal["public", "internal"]
    brand: str
    collection: str
    published_at: datetime


class InLanguage(Shape):
    """An article's newest words in a language, and whether readers see them."""

    language: str
    title: str
    newest: int = Field(description="The version written last.")
    published: int | None = Field(description="The version that readers see, if any.")


class WrittenShape(Shape):
    """An article as those who write it see it."""

    id: int
    audience: Literal["public", "internal"]
    brand: str = Field(description="Empty: for every brand.")
    collection: str
    owner: int
    verify_every_days: int
    verified_at: datetime | None
    due_at: datetime = Field(description="When somebody should look at it again.")
    languages: list[InLanguage]


class VersionShape(Shape):
    """An article's words in one language as somebody left them."""

    id: int
    language: str
    title: str
    html: str
    text: str
    by: int
    at: datetime


class FeedbackShape(Shape):
    """What a reader said."""

    id: int
    language: str
    has_helped: bool
    comment: str
    at: datetime


class PictureShape(Shape):
    """Where a picture stands: the `src` of an `img` in an article's `html`."""

    id: int = Field(description="For a `signature_picture`.")
    address: str


class ArticleSent(shapes.Sent):
    """An article as it should be from now on, with its words in one language."""

    language: Spoken
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    text: Words = ""
    html: Words = Field("", description="Instead of `text`; cleaned to what the editor writes.")
    audience: Literal["public", "internal"] = "public"
    collection: Annotated[Text, Field(max_length=120)] = ""
    brand: Annotated[Text, Field(max_length=120, description="Empty: for every brand.")] = ""
    owner: Number | None = Field(None, description="Who looks after it; else it stays as it is.")
    verify_every_days: Annotated[int, Field(ge=1, le=3650)] = 180


@router.get("/articles", response=answers(Page[ArticleShape]))
def list_articles(request: HttpRequest, where: AskedPage) -> dict[str, Any]:
    """List the articles as published, one for each language, by number."""
    return page(Publication.objects.readable(asker(request)), ("pk",), where, _article)


@router.post("/articles", response=answers(WrittenShape, 201))
def write_article(request: KeyRequest, body: ArticleSent) -> Status[WrittenShape]:
    """Begin an article with its words in one language; readers see them once published."""
    return Status(201, _kept(None, body, by=allowed(request, Scope.WRITE)))


@router.post("/article-pictures", response=answers(PictureShape, 201))
def add_article_picture(request: KeyRequest, file: File[UploadedFile]) -> Status[PictureShape]:
    """Keep a picture for an article or a signature; others see it once these are in use."""
    row = pictures.keep_upload(file, **doing(request))
    return Status(201, PictureShape.of(row))


@router.get("/written-articles", response=answers(Page[WrittenShape]))
def list_written_articles(
    request: KeyRequest,
    where: AskedPage,
    due: Annotated[bool, Query(description="Only those that are to be looked at again.")] = False,  # noqa: FBT002  how ninja reads a query
) -> dict[str, Any]:
    """List every article as those who write it see it, published or not, by number."""
    rows = Article.objects.visible_to(_writer(request)).with_words()
    rows = rows.due(timezone.now()) if due else rows
    return page(rows, ("pk",), where, _written)


@router.get(ONE, response=answers(WrittenShape))
def get_article(request: KeyRequest, id: InPath) -> WrittenShape:
    """Read where an article stands, in every language."""
    return _written(_of(_writer(request), id))


@router.put(ONE, response=answers(WrittenShape))
def rewrite_article(request: KeyRequest, id: InPath, body: ArticleSent) -> WrittenShape:
    """Write an article anew in one language: a version more, which readers see once published."""
    by = allowed(request, Scope.WRITE)
    return _kept(_of(by, id), body, by=by)


@router.get(f"{ONE}/versions", response=answers(Page[VersionShape]))
def list_versions(
    request: KeyRequest,
    id: InPath,
    where: AskedPage,
    language: Annotated[str, Query(max_length=8, description="Only of this language.")] = "",
) -> dict[str, Any]:
    """List an article's words as they were left, the newest first."""
    rows = _of(_writer(request), id).versions.all()
    rows = rows.filter(language=language.replace("\x00", "")) if language else rows
    return page(rows, ("-pk",), where, VersionShape.of)


@router.get(f"{ONE}/feedback", response=answers(Page[FeedbackShape]))
def list_feedback(request: KeyRequest, id: InPath, where: AskedPage) -> dict[str, Any]:
    """List what readers said of an article, the newest first."""
    return page(_of(_writer(request), id).feedback.all(), ("-at", "-pk"), where, FeedbackShape.of)


@router.put(f"{ONE}/publications/{{language}}", response=answers(WrittenShape))
def publish_article(request: KeyRequest, id: InPath, language: Language) -> WrittenShape:
    """Show the newest words in a language to readers. Whoever publishes says they are true."""
    return _done(request, id, writing.publish, language=language)


@router.delete(f"{ONE}/publications/{{language}}", response=answers(WrittenShape))
def withdraw_article(request: KeyRequest, id: InPath, language: Language) -> WrittenShape:
    """Show readers no words in a language any more; the versions stay."""
    return _done(request, id, writing.withdraw, language=language)


@router.post(f"{ONE}/verification", response=answers(WrittenShape))
def verify_article(request: KeyRequest, id: InPath) -> WrittenShape:
    """Say that an article is still true; it is due again after its time."""
    return _done(request, id, writing.verify)


def _writer(request: KeyRequest) -> Agent:
    agent = allowed(request, Scope.READ)
    if agent.is_light:
        raise NotAllowed("A light agent reads articles as they are published.")
    return agent


def _of(by: Agent, pk: int) -> Article:
    return get_object_or_404(Article.objects.visible_to(by).with_words(), pk=pk)


def _done(request: KeyRequest, pk: int, verb: Callable[..., Any], **more: Any) -> WrittenShape:
    who = doing(request)
    verb(_of(who["by"], pk), **more, **who)
    return _written(_of(who["by"], pk))


def _kept(found: Article | None, body: ArticleSent, *, by: Agent) -> WrittenShape:
    people, nobody = Agent.objects.at_work(), f"Nobody with the number {body.owner} works here now."
    owner = named_if(people, body.owner, "body.owner", nobody)
    brand = Brand.objects.filter(name=body.brand).first() if body.brand else None
    if body.brand and brand is None:
        raise Unusable({"body.brand": f"There is no brand “{body.brand}”."})
    html = markup.cleaned(body.html or own_words.from_plain(body.text))
    words = writing.Words(body.language, body.title, html, own_words.text_in(html))
    place = writing.Place(body.audience, body.collection, owner, body.verify_every_days, brand)
    row = writing.write(found, words, place, by=by, at=timezone.now())
    return _written(_of(by, row.pk))


def _article(row: Publication) -> ArticleShape:
    collection = row.article.collection
    return ArticleShape.of(
        row.version, id=row.article_id, audience=row.article.audience,
        brand=row.article.brand.name if row.article.brand else "",
        collection=collection.name if collection else "", published_at=row.at,
    )  # fmt: skip


def _written(row: Article) -> WrittenShape:
    newest = {one.language: one for one in sorted(row.versions.all(), key=lambda one: one.pk)}
    published = {one.language: one.version_id for one in row.publications.all()}
    return WrittenShape.of(
        row,
        brand=row.brand.name if row.brand else "",
        collection=row.collection.name if row.collection else "",
        languages=[
            InLanguage(
                language=language, title=one.title, newest=one.pk, published=published.get(language)
            )
            for language, one in sorted(newest.items())
        ],
    )
