"""What `is:late` finds: a clock that has run out, and a promise past its time, even put aside."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.care.promise import Promise, promise
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.conversation import Conversation

pytestmark = pytest.mark.django_db
LATER = cast.after(days=3)


def found(question: str) -> set[Conversation]:
    return set(Conversation.objects.asked(read(question), by=cast.ada(), now=LATER))


def test_a_clock_rests_while_it_is_put_aside_and_a_promise_does_not() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    waits, rests, promised, kept = (cast.opened(inbox) for _one in range(4))
    for one in (rests, promised, kept):
        one.snooze(until=cast.after(days=9), by=ada, at=cast.after(hours=1))
    for one in (promised, kept):
        promise(one, "A new lamp.", due_at=cast.after(days=1), by=ada, at=cast.after(hours=1))
    Promise.objects.filter(conversation=kept).update(outcome="kept", settled_at=cast.after(hours=9))

    assert found("is:late") == {waits, promised}
    assert found("is:late is:snoozed") == {promised}
    assert found("is:late is:awake") == {waits}
    assert found("-is:late is:snoozed") == {rests, kept}
    assert found("-is:late") == set()


def test_an_answered_conversation_is_late_by_what_was_promised_in_it() -> None:
    ada = cast.ada()
    answered = cast.opened(cast.support(ada))
    answered.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    assert found("is:late") == set()
    promise(answered, "A new lamp.", due_at=cast.after(days=1), by=ada, at=cast.after(hours=1))
    assert found("is:late") == {answered}


def test_what_is_late_changes_though_nobody_does_anything() -> None:
    assert read("is:late").moves_with_time
