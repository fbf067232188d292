"""Why something was not done is told in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import translation

from tests import cast
from wingbeat.desk.conversations.ending import NotTheirWord, UnknownReason
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.placeholders import PlaceholderLeft
from wingbeat.desk.conversations.redelivering import NothingToSettle
from wingbeat.desk.conversations.replying import ThreadChanged
from wingbeat.desk.conversations.tagging import WrongTag
from wingbeat.desk.customers.business import ToldOtherwise
from wingbeat.desk.customers.describing import UnknownZone
from wingbeat.desk.knowledge.models import Article
from wingbeat.desk.knowledge.writing import NothingToPublish

REFUSALS: list[Callable[[], Exception]] = [
    lambda: NotTheirWord(cast.opened(cast.support())),
    lambda: UnknownReason("bored"),
    lambda: PlaceholderLeft(["{{customer.name}}"]),
    lambda: NothingToSettle(Outgoing(state="sent")),
    lambda: ThreadChanged([]),
    lambda: WrongTag("#"),
    lambda: ToldOtherwise("order-4711"),
    lambda: UnknownZone("Mars/Olympus"),
    lambda: NothingToPublish(Article(pk=7), "hu"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("refused", REFUSALS)
def test_a_refusal_speaks_every_language_of_the_desk(refused: Callable[[], Exception]) -> None:
    told = set()
    for language in ("en", "de", "ru", "hu"):
        with translation.override(language):
            told.add(str(refused()))
    assert len(told) == 4, told
