"""A hurt is mended when the customer says so, and by nothing that we do."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.care.grant import give
from wingbeat.desk.care.mending import Bond, State, bond
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations import rating
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import solve
from wingbeat.desk.conversations.rating import Word
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> Agent:
    return cast.ada()


@pytest.fixture
def one(ada: Agent) -> Conversation:
    return cast.opened(cast.support(ada, cast.max_()))


def rated(one: Conversation, value: Word, hours: float) -> None:
    desk = Agent.objects.system()
    rating.rate(one, one.customer, value=value, comment="", by=desk, at=cast.after(hours=hours))


def seen(one: Conversation, agent: Agent, hours: float = 99) -> Bond | None:
    visible = Conversation.objects.visible_to(agent)
    return bond([one.customer_id], visible, cast.after(hours=hours))


def test_no_act_of_ours_mends_what_a_bad_word_tells_and_their_next_word_does(
    one: Conversation, ada: Agent
) -> None:
    assert seen(one, ada) is None
    rated(one, Word.BAD, 1)
    assert seen(one, ada) == Bond(State.HURT, cast.after(hours=1), one.pk)
    one.reply(cast.letter("We are sorry."), by=ada, at=cast.after(hours=2), seen=None)
    assert seen(one, ada) == Bond(State.BEING_MENDED, cast.after(hours=2), one.pk)
    give(one, "refund", 900, by=ada, at=cast.after(hours=3))
    one.end(by=ada, at=cast.after(hours=4), reason="answered")
    assert seen(one, ada) == Bond(State.BEING_MENDED, cast.after(hours=3), one.pk)
    solve(one, by=Agent.objects.system(), at=cast.after(hours=5))
    assert seen(one, ada) == Bond(State.MENDED, cast.after(hours=5), one.pk)


def test_a_broken_promise_hurts_one_kept_or_taken_back_in_time_does_not(
    one: Conversation, ada: Agent
) -> None:
    due = cast.after(hours=5)
    promise(one, "a call", due_at=due, by=ada, at=cast.NOON).keep(by=ada, at=cast.after(hours=4))
    promise(one, "a mail", due_at=due, by=ada, at=cast.NOON).withdraw(
        by=ada, at=cast.after(hours=4)
    )
    assert seen(one, ada) is None
    promise(one, "a lamp", due_at=due, by=ada, at=cast.NOON).keep(by=ada, at=cast.after(hours=6))
    assert seen(one, ada, hours=4) is None
    assert seen(one, ada) == Bond(State.HURT, due, one.pk)
    rated(one, Word.GOOD, 7)
    assert seen(one, ada) == Bond(State.MENDED, cast.after(hours=7), one.pk)


def test_a_hurt_that_one_may_not_read_of_is_told_to_nobody(one: Conversation, ada: Agent) -> None:
    rated(one, Word.BAD, 1)
    one.restrict(to=[], by=cast.max_(), at=cast.after(hours=1))
    assert seen(one, ada) is None
