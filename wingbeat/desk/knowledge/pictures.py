"""Pictures in articles and signatures, and logos: kept once, shown to whoever reads these."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _

from wingbeat.desk.knowledge.models import ArticlePicture, ArticleVersion, Publication
from wingbeat.desk.people.models import Agent

ADDRESS = re.compile(r"/help/pictures/([0-9a-f]{32})/")
LARGEST, LARGEST_SMALL = (
    5 << 20,
    256 << 10,
)  # bytes; logos and what signs come with every page or mail
SIGNS = ~Q(agent=None, inbox=None, brand=None)
IS_LOGO = ~Q(logo_of=None)
KINDS = {  # by their first bytes; never SVG: it runs
    rb"\x89PNG\r\n\x1a\n": "image/png", rb"\xff\xd8\xff": "image/jpeg",
    rb"GIF8[79]a": "image/gif", rb"RIFF.{4}WEBP": "image/webp",
}  # fmt: skip
UNUSED_FOR = timedelta(days=1)  # so long somebody may still be writing the words around one


class NoPicture(ValueError):
    """What was sent is no picture that can be shown there."""

    def __init__(self, most: int) -> None:
        told = _("A picture is a PNG, JPEG, GIF or WebP file of at most %(most)s here.")
        super().__init__(told % {"most": f"{most >> 20} MB" if most >> 20 else f"{most >> 10} kB"})


def keep_picture(content: bytes, *, by: Agent, at: datetime, most: int = LARGEST) -> ArticlePicture:
    """Keep a picture; the same one is kept once, and has its day again to be put into words.

    Raises:
        NoPicture: if it is none, or too large.
    """
    kind = next(
        (kind for begins, kind in KINDS.items() if re.match(begins, content, re.DOTALL)), ""
    )
    if not kind or len(content) > most:
        raise NoPicture(most)
    row = ArticlePicture(type=kind, by=by)
    row.put(content)
    row = ArticlePicture.objects.filter(sha256=row.sha256).first() or row
    row.at = at
    row.save(update_fields=["at"] if row.pk else None)
    return row


def keep_upload(
    file: UploadedFile[bytes] | None, *, by: Agent, at: datetime, most: int = LARGEST
) -> ArticlePicture:
    """Keep a picture that was sent, or raise `NoPicture`; a too large one is not even read."""
    content = file.read() if file and (file.size or 0) <= most else b""
    return keep_picture(content, by=by, at=at, most=most)


def stand_in(html: str, article_id: int) -> None:
    """Remember with each picture in these words that it stands in this article."""
    for row in ArticlePicture.objects.filter(token__in=in_words(html)).select_for_update():
        row.articles = sorted({*row.articles, article_id})
        row.save(update_fields=["articles"])


def shown_to(agent: Agent | None, token: str) -> ArticlePicture | None:
    """Return a picture for a reader (None: anybody) of words that it stands in.

    Who writes articles reads every draft; anybody else only what is published for them. What signs
    replies is seen by all who write some.
    """
    row = ArticlePicture.objects.filter(token=token).first()
    if row is None or (agent is not None and (not agent.is_light or _signs(row))):
        return row
    readable = Publication.objects.readable(agent).filter(article__in=row.articles)
    return row if readable.filter(version__html__contains=row.address).exists() else None


def forget_unused(now: datetime) -> int:
    """Take away what stands nowhere; its bytes go with the next sweep."""
    old = ArticlePicture.objects.filter(at__lt=now - UNUSED_FOR)
    unused = [row.pk for row in old.exclude(SIGNS | IS_LOGO).defer("packed") if not _is_used(row)]
    return old.filter(pk__in=unused).delete()[0]


def signing_hashes() -> frozenset[str]:
    """Return the SHA-256 of every picture that signs replies."""
    return frozenset(ArticlePicture.objects.filter(SIGNS).values_list("sha256", flat=True))


def _signs(row: ArticlePicture) -> bool:
    return ArticlePicture.objects.filter(SIGNS, pk=row.pk).exists()


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
