"""Versions stay, publishing is a row, and everything falls due again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast
from tests.desk.knowledge.articles import published, written
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.knowledge import finding
from wingbeat.desk.knowledge.markup import cleaned
from wingbeat.desk.knowledge.models import Article
from wingbeat.desk.knowledge.writing import NothingToPublish, judge, publish, verify, withdraw
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def titles(asked: str, agent: Agent | None = None, **more: object) -> list[str]:
    return [row.version.title for row in finding.find(asked, agent=agent, **more)]  # type: ignore[arg-type]  # as given


def test_a_draft_is_read_by_nobody_outside_until_it_is_published() -> None:
    article = written()
    assert not Article.objects.visible_to(None).exists()
    assert titles("lamp") == []
    publish(article, "en", by=cast.ada(), at=cast.NOON)
    assert list(Article.objects.visible_to(None)) == [article]
    assert titles("lamps") == ["When a lamp stays dark"]


def test_newer_words_wait_for_their_publication_and_old_versions_stay() -> None:
    row = published()
    written("When a lantern stays dark", article=row.article, at=cast.after(days=1))
    assert titles("lantern") == []
    assert row.article.versions.count() == 2
    publish(row.article, "en", by=cast.ada(), at=cast.after(days=1))
    assert (titles("lantern"), titles("lamp")) == (["When a lantern stays dark"], [])
    written("When a lantern stays dark", article=row.article, at=cast.after(days=2))
    assert row.article.versions.count() == 2, "saving the same words is no new version"


def test_what_is_withdrawn_is_found_by_nobody() -> None:
    row = published()
    withdraw(row.article, "en", by=cast.ada(), at=cast.NOON)
    assert titles("lamp", cast.ada()) == []
    assert row.article.versions.exists()


def test_internal_articles_are_for_agents() -> None:
    published("Secret margins", "We pay less.", audience="internal")
    assert titles("margins") == []
    assert not Article.objects.visible_to(None).exists()
    assert titles("margins", cast.ada()) == ["Secret margins"]


def test_words_are_found_however_inflected_and_in_their_language() -> None:
    published("Reklamationen und Rücksendungen", "So senden Sie es zurück.", language="de")
    assert titles("reklamation") == ["Reklamationen und Rücksendungen"]
    assert titles("reklamation", language="en") == []


def test_somebodys_words_find_what_they_are_most_about() -> None:
    published()
    published("Opening hours", "We are open from nine to five.")
    found = finding.suggest("My lamp is dark and I changed the bulb twice", agent=None)
    assert found[0].version.title == "When a lamp stays dark"
    assert finding.suggest("?!", agent=None) == []


def test_every_article_falls_due_and_verifying_gives_it_time() -> None:
    article = written()
    assert article not in Article.objects.due(cast.NOON)
    late = cast.NOON + timedelta(days=180)
    assert article in Article.objects.due(late)
    verify(article, by=cast.max_(), at=late)
    assert article not in Article.objects.due(late)
    assert article.verified_by == cast.max_()


def test_whom_it_did_not_help_makes_it_due() -> None:
    row = published()
    system = Agent.objects.system()
    at = cast.after(days=1)
    judge(row.article, "en", has_helped=True, comment="Yes!", by=system, at=at)
    assert row.article not in Article.objects.due(at)
    judge(row.article, "en", has_helped=False, comment="Which fuse?", by=system, at=at)
    assert row.article in Article.objects.due(at)


def test_nothing_is_published_in_a_language_without_words() -> None:
    with pytest.raises(NothingToPublish, match="“hu”"):
        publish(written(), "hu", by=cast.ada(), at=cast.NOON)


def test_the_journal_tells_each_verb_and_no_words() -> None:
    row = published()
    withdraw(row.article, "en", by=cast.ada(), at=cast.NOON)
    told = list(Entry.objects.order_by("pk").values_list("kind", "facts"))
    assert [kind for kind, _facts in told] == [
        "article.written", "article.published", "article.withdrawn",
    ]  # fmt: skip
    assert "lamp" not in str(told)


def test_an_article_holds_nothing_that_runs_or_loads() -> None:
    html = cleaned(
        '<h2>A</h2><script>x</script><img src="http://t.example/p.png" onerror="x">'
        '<a href="javascript:x">b</a><table><tr><td style="color:red">c</td></tr></table>'
    )
    for bad in ("script", "img", "onerror", "javascript", "style"):
        assert bad not in html
    assert "<h2>A</h2>" in html
    assert "<td>c</td>" in html
