"""Who hears of what concerns them: once until they look, never of what they may not read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.cast import NOON, after
from wingbeat.config.live import feeding
from wingbeat.desk.care import notification
from wingbeat.desk.care.notification import Notification, Why, concerns
from wingbeat.desk.care.notifying import notify_of_events, notify_of_promises
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations import delivering
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.mentioning import follow
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def max_() -> Agent:
    return cast.max_()


@pytest.fixture
def lamp(ada: Agent, max_: Agent) -> Conversation:
    """A conversation that Ada and Max may read, of which nobody has been told."""
    made = cast.opened(cast.support(ada, max_))
    told()
    return made


def told() -> list[tuple[str, str]]:
    """Tell everybody; return who has heard of what and has not looked."""
    seal()
    notify_of_events(NOON)
    rows = Notification.objects.unseen().order_by("pk").select_related("agent")
    return [(row.agent.name, row.why) for row in rows]


def written(conversation: Conversation, *, minutes: int = 5) -> None:
    receive(
        conversation,
        cast.said("Hello?", at=after(minutes=minutes)),
        by=Agent.objects.system(),
    )


def test_whoever_is_given_a_conversation_hears_of_it_and_nobody_else(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    assert told() == []
    lamp.assign(agent=max_, team=None, by=ada, at=NOON)
    assert told() == [("Max Stone", Why.ASSIGNED)]
    assert Notification.objects.get().by == ada


def test_nobody_hears_of_what_they_did_themselves(lamp: Conversation, ada: Agent) -> None:
    follow(lamp, by=ada, at=NOON)
    lamp.assign(agent=ada, team=None, by=ada, at=NOON)
    lamp.note(cast.letter("I look.", to=()), by=ada, at=NOON)
    assert told() == []


def test_ten_lines_of_a_customer_are_one_notification_until_somebody_looks(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    lamp.assign(agent=max_, team=None, by=max_, at=NOON)
    for minutes in range(10):
        written(lamp, minutes=minutes + 1)
        assert told() == [("Max Stone", Why.WORDS)]
    assert Notification.objects.get().times == 10
    assert Entry.objects.filter(kind=Kind.AGENT_NOTIFIED).count() == 1
    assert notification.see(max_, [lamp.pk], at=after(hours=1)) == 1
    assert told() == []
    written(lamp, minutes=90)
    assert told() == [("Max Stone", Why.WORDS)]


def test_a_note_that_names_somebody_is_stronger_than_following(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    follow(lamp, by=max_, at=NOON)
    lamp.note(cast.letter("@Max what do you think?", to=()), by=ada, at=after(minutes=1))
    assert told() == [("Max Stone", Why.MENTIONED)]
    lamp.end(by=ada, at=after(minutes=2), reason="answered")
    assert told() == [("Max Stone", Why.MENTIONED), ("Max Stone", Why.FOLLOWED)]
    one = concerns(Notification.objects.select_related("conversation"))
    assert [[row.why for row in concern.reasons] for concern in one] == [
        [Why.MENTIONED, Why.FOLLOWED]
    ]


def test_a_send_that_failed_concerns_whoever_wrote_it(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    sent = lamp.reply(cast.letter(), by=max_, at=NOON, seen=None, undo_for=timedelta(0))
    (outgoing,) = delivering.lease_due(after(minutes=1), lease="a", until=after(minutes=5), limit=1)
    assert outgoing.message_id == sent.pk
    system = Agent.objects.system()
    delivering.fail(outgoing, by=system, at=after(minutes=2), why="550 no such user", refused={})
    assert told() == [("Max Stone", Why.FAILED)]


def test_a_promise_that_comes_near_is_told_once_to_whoever_keeps_it(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    promise(lamp, "A new lamp", due_at=after(hours=10), by=ada, at=NOON)
    assert notify_of_promises(after(hours=7)) == 0
    assert notify_of_promises(after(hours=9)) == 1
    assert notify_of_promises(after(hours=9, minutes=1)) == 0
    notification.see(ada, at=after(hours=9, minutes=2))
    assert notify_of_promises(after(hours=11)) == 0
    assert Notification.objects.get().agent == ada


def test_several_promises_are_told_once_and_not_again_each_minute(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    promise(lamp, "A new lamp", due_at=after(hours=10), by=ada, at=NOON)
    promise(lamp, "A new bulb", due_at=after(hours=20), by=ada, at=NOON)
    assert notify_of_promises(after(hours=9)) == 1
    for minutes in range(3):
        assert notify_of_promises(after(hours=17, minutes=minutes)) == 0
    assert Notification.objects.get().times == 1, "it stands unseen and tells of both"
    notification.see(ada, at=after(hours=18))
    assert notify_of_promises(after(hours=19)) == 0
    promise(lamp, "A new cord", due_at=after(hours=40), by=ada, at=NOON)
    assert notify_of_promises(after(hours=33)) == 1, "this one came near after she had looked"


def test_a_promise_in_what_was_merged_is_told_once_in_the_whole(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    promise(lamp, "A new lamp", due_at=after(hours=10), by=ada, at=NOON)
    other = cast.opened(lamp.inbox)
    lamp.merge(into=other, by=ada, at=after(hours=1))
    assert notify_of_promises(after(hours=9)) == 1
    notification.see(ada, at=after(hours=9, minutes=1))
    assert notify_of_promises(after(hours=9, minutes=2)) == 0
    assert Notification.objects.get().conversation == other


def test_who_looks_at_the_whole_has_seen_what_concerned_them_in_a_part(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    lamp.assign(agent=max_, team=None, by=ada, at=NOON)
    elsewhere = cast.opened(lamp.inbox)
    elsewhere.assign(agent=max_, team=None, by=ada, at=NOON)
    assert len(told()) == 2
    whole = cast.opened(lamp.inbox)
    lamp.merge(into=whole, by=ada, at=after(hours=1))
    assert notification.see(max_, [whole.pk], at=after(hours=2)) == 1
    assert Notification.objects.unseen().get().conversation == elsewhere


def test_a_look_costs_the_same_however_much_of_what_was_merged_elsewhere_is_unseen(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    costs = []
    for _turn in range(2):
        for _number in range(3):
            part, whole = cast.opened(lamp.inbox), cast.opened(lamp.inbox)
            part.assign(agent=max_, team=None, by=ada, at=NOON)
            told()
            part.merge(into=whole, by=ada, at=after(hours=1))
        with CaptureQueriesContext(connection) as captured:
            assert notification.see(max_, [lamp.pk], at=after(hours=2)) == 0
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_promise_goes_to_the_assignee_who_is_at_work(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    lamp.assign(agent=max_, team=None, by=ada, at=NOON)
    promise(lamp, "A new lamp", due_at=after(hours=10), by=ada, at=NOON)
    assert notify_of_promises(after(hours=9)) == 1
    assert Notification.objects.get().agent == max_


def test_what_one_may_not_read_is_neither_told_nor_shown(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    follow(lamp, by=max_, at=NOON)
    written(lamp)
    assert told() == [("Max Stone", Why.FOLLOWED)]
    lamp.restrict(to=[], by=ada, at=after(minutes=6))
    written(lamp, minutes=7)
    told()
    assert Notification.objects.get().times == 1
    assert not Notification.objects.visible_to(max_).exists()


def test_spam_the_margin_and_robots_concern_nobody(lamp: Conversation, max_: Agent) -> None:
    lamp.assign(agent=max_, team=None, by=max_, at=NOON)
    robot = cast.said("I am away.", at=after(minutes=1), automatic="reply")
    receive(lamp, robot, by=Agent.objects.system())
    assert told() == []
    lamp.end(by=max_, at=after(minutes=2), reason="spam")
    lamp.note(cast.letter("@Ada is it?", to=()), by=max_, at=after(minutes=3))
    assert told() == []


def test_whoever_does_not_want_to_hear_of_it_does_not(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    max_.untold = [Why.ASSIGNED]
    max_.save()
    lamp.assign(agent=max_, team=None, by=ada, at=NOON)
    assert told() == []


def test_only_the_one_it_concerns_hears_it_live(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    start = reading.head()
    lamp.assign(agent=max_, team=None, by=ada, at=NOON)
    told()
    seal()
    events = feeding.events(reading.after(start), {ada.pk, max_.pk})
    heard = [(event.facts["id"], to) for event, to in events if event.name == "notification"]
    assert heard == [(lamp.pk, {max_.pk})]
    kinds = [event.facts.get("kind") for event, _to in events if event.name == "conversation"]
    assert kinds == [Kind.ASSIGNED]


def test_what_was_seen_is_forgotten_after_two_weeks(
    lamp: Conversation, ada: Agent, max_: Agent
) -> None:
    lamp.assign(agent=max_, team=None, by=ada, at=NOON)
    told()
    assert notification.forget_old(after(days=60)) == 0
    notification.see(max_, at=NOON)
    assert notification.forget_old(after(days=13)) == 0
    assert notification.forget_old(after(days=14)) == 1
