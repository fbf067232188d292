"""Which of three sorts of upkeep an article wants: broken links, wrong steps, or worn wording."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings

from wingbeat.desk.knowledge.models import Article, ArticleFeedback, Publication

# To an article, as its address is written: at which host, if at any, in which language, and which.
LINK = re.compile(
    r'href="(?:(?:https?:)?//([^/:"]+)[^/"]*)?/help/(?:[\w-]+/)?([\w-]+)/(\d{1,18})-', re.IGNORECASE
)


def wants(article: Article, html: str) -> str:
    """Say what an article wants, `links`, `steps` or `wording`.

    A link may lead to what no reader sees; a reader may not have been helped since it was verified.
    """
    linked = _linked(html)
    shown = Publication.objects.filter(article__in={pk for pk, _language in linked})
    if linked - set(shown.values_list("article_id", "language")):
        return "links"
    lately = {"at__gte": article.verified_at} if article.verified_at else {}
    unhelped = ArticleFeedback.objects.filter(article=article, has_helped=False, **lately)
    return "steps" if unhelped.exists() else "wording"


def let_down(article: Article, language: str, *, at: datetime) -> None:
    """Let whatever is published and links to an article that is gone be looked at now."""
    near = Publication.objects.filter(version__html__contains=f"/{article.pk}-")
    told = near.values_list("article_id", "version__html")
    linking = [pk for pk, html in told if (article.pk, language) in _linked(html)]
    Article.objects.filter(pk__in=linking, due_at__gt=at).update(due_at=at)


def _linked(html: str) -> set[tuple[int, str]]:
    """Return to which articles words link, and in which language: by a path, or a host of ours."""
    ours = {"", *settings.ALLOWED_HOSTS}
    return {(int(pk), said) for host, said, pk in LINK.findall(html) if host.lower() in ours}
