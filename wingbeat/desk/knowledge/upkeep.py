"""Which of three sorts of upkeep an article wants: broken links, wrong steps, or worn wording."""

from __future__ import annotations

import re
from datetime import datetime

from wingbeat.desk.knowledge.models import Article, ArticleFeedback, Publication

# To another article, as its address is written.
LINK = re.compile(r'href="[^"]*/help/[^"]*?/(\d+)-')


def wants(article: Article, html: str) -> str:
    """Say what an article wants, `links`, `steps` or `wording`.

    A link may lead to what no reader sees; a reader may not have been helped since it was verified.
    """
    linked = {int(number) for number in LINK.findall(html)}
    shown = Publication.objects.filter(article__in=linked).values_list("article_id", flat=True)
    if linked - set(shown):
        return "links"
    lately = {"at__gte": article.verified_at} if article.verified_at else {}
    unhelped = ArticleFeedback.objects.filter(article=article, has_helped=False, **lately)
    return "steps" if unhelped.exists() else "wording"


def let_down(article: Article, *, at: datetime) -> None:
    """Let whatever is published and links to an article that is gone be looked at now."""
    linking = Publication.objects.filter(version__html__contains=f"/{article.pk}-")
    Article.objects.filter(publications__in=linking, due_at__gt=at).update(due_at=at)
