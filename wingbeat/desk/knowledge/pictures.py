"""Pictures in articles: kept once, and shown to whoever reads words that they stand in."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.brand import picture_kind
from wingbeat.desk.knowledge.models import ArticlePicture, ArticleVersion, Publication
from wingbeat.desk.people.models import Agent

ADDRESS = re.compile(r"/help/pictures/([0-9a-f]{32})/")
LARGEST = 5 << 20
UNUSED_FOR = timedelta(days=1)  # so long somebody may still be writing the words around one


class NoPicture(ValueError):
    """What was sent is no picture that an article can show."""

    def __init__(self) -> None:
        super().__init__(_("A picture is a PNG, JPEG, GIF or WebP file of at most 5 MB."))


def keep_picture(content: bytes, *, by: Agent, at: datetime) -> ArticlePicture:
    """Keep a picture; the same one is kept once, and has its day again to be put into words.

    Raises:
        NoPicture: if it is none, or too large.
    """
    is_gif = content[:6] in (b"GIF87a", b"GIF89a")
    kind = "image/gif" if is_gif else picture_kind(content)
    if not kind or len(content) > LARGEST:
        raise NoPicture
    row = ArticlePicture(type=kind, by=by)
    row.put(content)
    row = ArticlePicture.objects.filter(sha256=row.sha256).first() or row
    row.at = at
    row.save(update_fields=["at"] if row.pk else None)
    return row


def keep_upload(file: UploadedFile[bytes] | None, *, by: Agent, at: datetime) -> ArticlePicture:
    """Keep a picture that was sent, or raise `NoPicture`; a too large one is not even read."""
    content = file.read() if file and (file.size or 0) <= LARGEST else b""
    return keep_picture(content, by=by, at=at)


def stand_in(html: str, article_id: int) -> None:
    """Remember with each picture in these words that it stands in this article."""
    for row in ArticlePicture.objects.filter(token__in=in_words(html)).select_for_update():
        row.articles = sorted({*row.articles, article_id})
        row.save(update_fields=["articles"])


def shown_to(agent: Agent | None, token: str) -> ArticlePicture | None:
    """Return a picture for a reader (None: anybody) of words that it stands in.

    Who writes articles reads every draft; anybody else only what is published for them.
    """
    row = ArticlePicture.objects.filter(token=token).first()
    if row is None or (agent is not None and not agent.is_light):
        return row
    readable = Publication.objects.readable(agent).filter(article__in=row.articles)
    return row if readable.filter(version__html__contains=row.address).exists() else None


def forget_unused(now: datetime) -> int:
    """Take away what stands in no version of any article; its bytes go with the next sweep."""
    old = ArticlePicture.objects.filter(at__lt=now - UNUSED_FOR)
    unused = [row.pk for row in old.defer("packed").iterator() if not _is_used(row)]
    return old.filter(pk__in=unused).delete()[0]


def _is_used(row: ArticlePicture) -> bool:
    versions = ArticleVersion.objects.filter(article__in=row.articles)
    return versions.filter(html__contains=row.address).exists()


def in_words(html: str) -> list[str]:
    """Return the tokens of the pictures that stand in words."""
    return ADDRESS.findall(html)


def with_bytes(html: str) -> str:
    """Return words whose pictures stand in them, for a file of its own."""
    for row in ArticlePicture.objects.filter(token__in=in_words(html)):
        told = b64encode(row.content()).decode()
        html = html.replace(row.address, f"data:{row.type};base64,{told}")
    return html
