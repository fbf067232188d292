"""A folder of articles into the desk and out of it; twice changes nothing the second time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from wingbeat.channels.moving.articles.files import ArticleFile, Problem, as_markdown, read, written
from wingbeat.desk.knowledge.models import Article, ArticlePicture, ArticleVersion, Publication
from wingbeat.desk.knowledge.pictures import (
    LARGEST as LARGEST_PICTURE,
    NoPicture,
    in_words,
    keep_picture,
)
from wingbeat.desk.knowledge.writing import Place, Words, publish, write
from wingbeat.desk.moving.models import Brought, OldDesk, What
from wingbeat.desk.people.models import Agent

LARGEST = 1 << 20
_HELP = re.compile(r"\]\((?:https?://[^/()\s]+)?/help/(\w+)/(\d+)(?:-[^/()\s]*)?/(#[^()\s]*)?\)")


@dataclass(slots=True)
class Carried:
    """What an import did, or would do."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


class _OnlyTried(Exception):
    """Takes back what a trial has written."""


def bring(folder: Path, *, by: Agent, at: datetime, is_trial: bool = False) -> Carried:
    """Bring a folder's articles in, all of them or, stopped in between, none."""
    carried = Carried()
    files = list(_files(folder, carried))
    try:
        with transaction.atomic():
            _bring(folder, files, carried, by=by, at=at)
            if is_trial:
                raise _OnlyTried
    except _OnlyTried:
        pass
    carried.problems += [one for file in files for one in file.problems]
    carried.problems.sort(key=lambda one: (one.file, one.line))
    return carried


def _files(folder: Path, carried: Carried) -> Iterator[ArticleFile]:
    languages = frozenset(dict(settings.LANGUAGES))
    seen: dict[tuple[str, str], str] = {}
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder).as_posix()
        if path.stat().st_size > LARGEST:
            carried.problems.append(Problem(name, 1, "it is larger than 1 MB", stops=True))
            continue
        found = read(name, path.read_bytes(), languages)
        if isinstance(found, list):
            carried.problems += found
            continue
        key = (found.slug, found.language)
        if key in seen:
            says = f"{seen[key]} has the slug “{found.slug}” in {found.language} already"
            carried.problems.append(Problem(name, 1, says, stops=True))
            continue
        seen[key] = name
        yield found


def _bring(
    folder: Path, files: list[ArticleFile], carried: Carried, *, by: Agent, at: datetime
) -> None:
    desk, _made = OldDesk.objects.get_or_create(
        name=f"articles {folder.absolute()}"[:200], defaults={"began_at": at}
    )
    known = {slug: article for article, slug in slugs().items()}
    for slug in dict.fromkeys(file.slug for file in files if file.slug not in known):
        known[slug] = Article.objects.create(owner=by, due_at=at)
        Brought.objects.create(desk=desk, what=What.ARTICLE, ref=slug, became=known[slug].pk)
    addresses = {
        file.file.rpartition("/")[2]: reverse(
            "help:article", args=[file.language, known[file.slug].pk, file.slug]
        )
        for file in files
    }

    def leads_to(name: str) -> str | None:
        return addresses.get(name) or _picture(folder, name, by=by, at=at)

    for file in files:
        carried.counts[_keep(file, known[file.slug], leads_to, by=by, at=at)] += 1


def _picture(folder: Path, name: str, *, by: Agent, at: datetime) -> str | None:
    """Keep a picture that lies in the folder; return its address, None where there is none."""
    try:
        path = (folder / name).resolve()
        is_there = path.is_relative_to(folder.resolve()) and path.is_file()
        content = path.read_bytes() if is_there and path.stat().st_size <= LARGEST_PICTURE else b""
    except (OSError, ValueError):  # a name that no file can have
        return None
    try:
        return keep_picture(content, by=by, at=at).address
    except NoPicture:
        return None


def _keep(
    file: ArticleFile,
    article: Article,
    leads_to: Callable[[str], str | None],
    *,
    by: Agent,
    at: datetime,
) -> str:
    """Keep what a file says that the desk does not; return what that came to."""
    newest = article.newest(file.language)
    html = file.html(leads_to)
    here = _file_of(article, file.language, newest, file.slug, {}) if newest else None
    told = ArticleFile(**{name: getattr(file, name) for name in _COMPARED}, file="")
    told.markdown = as_markdown(html)
    if here is not None and all(getattr(here, name) == getattr(told, name) for name in _COMPARED):
        return "same"
    text = _text(html)
    place = Place(file.audience, file.section, article.owner, file.again_after)
    if newest is not None and as_markdown(newest.html) == told.markdown:
        html, text = newest.html, newest.text  # the same words, written in other HTML
    write(article, Words(file.language, file.title, html, text), place, by=by, at=at)
    if file.is_published:
        publish(article, file.language, by=by, at=at)
    _verified(article, file, by=by, at=at)
    return "changed" if here is not None else "new"


_COMPARED = (
    "title", "slug", "language", "section", "audience", "is_published", "verified_on",
    "again_after", "markdown",
)  # fmt: skip


def _verified(article: Article, file: ArticleFile, *, by: Agent, at: datetime) -> None:
    """Let an article be as old as its file says; one without a day is due at once."""
    on = file.verified_on
    article.verified_at = datetime.combine(on, time(12), UTC) if on else None
    article.verified_by = by if on else None
    article.due_at = article.verified_at + article.verify_every if article.verified_at else at
    article.save(update_fields=["verified_at", "verified_by", "due_at"])


def _text(html: str) -> str:
    from wingbeat.channels.mail import own_words

    return own_words.text_in(html)


def slugs() -> dict[Article, str]:
    """Return the name of every article in files: the one it came with, or that of its title."""
    came = dict(
        Brought.objects.filter(what=What.ARTICLE).order_by("-pk").values_list("became", "ref")
    )
    first: dict[int, str] = {}
    for version in ArticleVersion.objects.order_by("-pk").only("article_id", "title"):
        first[version.article_id] = version.slug
    taken: set[str] = set(came.values())
    found = {}
    for article in Article.objects.order_by("pk").select_related("collection"):
        slug = came.get(article.pk) or first.get(article.pk, f"article-{article.pk}")
        if article.pk not in came and slug in taken:
            slug = f"{slug[:50]}-{article.pk}"
        taken.add(slug)
        found[article] = slug
    return found


def carry_out(folder: Path) -> int:
    """Write the newest words of every article in every language; return how many files."""
    folder.mkdir(parents=True, exist_ok=True)
    named = slugs()
    places = {article.pk: slug for article, slug in named.items()}
    count = 0
    for article, slug in named.items():
        languages = article.versions.values_list("language", flat=True).distinct()
        for language in sorted(set(languages)):
            newest = article.newest(language)
            if newest is not None:
                told = _file_of(article, language, newest, slug, places)
                rows = ArticlePicture.objects.filter(token__in=in_words(told.markdown))
                for picture in rows:
                    (folder / picture.file_name).write_bytes(picture.content())
                    told.markdown = told.markdown.replace(picture.address, picture.file_name)
                (folder / f"{slug}.{language}.md").write_text(written(told), encoding="utf-8")
                count += 1
    return count


def _file_of(
    article: Article, language: str, newest: ArticleVersion, slug: str, places: dict[int, str]
) -> ArticleFile:
    shown = Publication.objects.filter(article=article, language=language, version=newest)
    markdown = as_markdown(newest.html)
    return ArticleFile(
        file="", title=newest.title, slug=slug, language=language,
        section=article.collection.name if article.collection else "",
        audience=article.audience, is_published=shown.exists(),
        verified_on=article.verified_at.date() if article.verified_at else None,
        again_after=article.verify_every_days,
        markdown=_HELP.sub(lambda found: _link(found, places), markdown) if places else markdown,
    )  # fmt: skip


def _link(found: re.Match[str], places: dict[int, str]) -> str:
    language, pk, place = found[1], int(found[2]), found[3] or ""
    slug = places.get(pk)
    return f"]({slug}.{language}.md{place})" if slug else found[0]
