"""The articles of the example desk: published, one of them due, one for agents only."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.config.demo.arranged import articles
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.knowledge import finding
from wingbeat.desk.knowledge.models import Article, Publication

pytestmark = pytest.mark.django_db


def test_the_example_has_articles_in_every_state_that_one_should_see() -> None:
    cast.support(cast.ada())
    articles(cast.NOON)
    assert Article.objects.due(cast.NOON).count() == 1
    public = Publication.objects.readable(None).values_list("language", flat=True)
    assert sorted(public) == ["de", "en", "en", "en"]
    assert finding.find("garlic cloves", agent=None)
    assert not finding.find("paying twice", agent=None)
    assert finding.find("paying twice", agent=cast.ada())
    assert Inbox.objects.get().takes_forms
