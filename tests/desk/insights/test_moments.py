"""Kept moments are what the laws make in one batch, whatever happened between, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.desk.insights.lives import caught_up, kept, lived
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason, take_back_alone
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.merging import merge
from wingbeat.desk.conversations.rating import Word, rate
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.splitting import split
from wingbeat.desk.insights import evaluating
from wingbeat.desk.insights.evaluating import generation, rebuild
from wingbeat.desk.insights.happened import happened, places_of
from wingbeat.desk.insights.moment import Evaluation, Moment
from wingbeat.desk.journal.models import Cursor
from wingbeat.desk.people.models import Agent
from wingbeat.laws import memory
from wingbeat.laws.moments import derive

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada)


def batch() -> list[tuple[Any, ...]]:
    """Return what the library makes of all rows at once, in one call."""
    ids = list(Conversation.objects.values_list("pk", flat=True))
    maker, policy = generation(), memory.shipped_policy().moments
    rows = derive(happened(places_of(ids)), policy, evaluating.LATER)
    made = [Moment.of(one, law=maker.law, policy=maker.policy).same() for one in rows]
    return sorted(made, key=str)


def test_what_was_derived_step_by_step_is_what_one_batch_makes(support: Inbox, ada: Agent) -> None:
    for turn in range(3):
        conversation = cast.opened(support, cast.said(at=cast.after(days=turn)))
        caught_up()
        at = cast.after(days=turn, hours=5)
        conversation.reply(cast.letter("We look."), by=ada, at=at, seen=None)
        caught_up()
        receive(conversation, cast.said("And now?", at=at + timedelta(hours=1)), by=ada)
        caught_up()
    lived(support, ada)
    caught_up()
    kinds = {row[4] for row in kept()}
    told = {"first_words_late", "first_words_in_time", "silence", "promise_kept", "promise_broken"}
    assert kinds >= told | {"rating"}
    assert kept() == batch()


def test_what_rebuilding_makes_is_identical_down_to_the_last_row(
    support: Inbox, ada: Agent
) -> None:
    lived(support, ada)
    caught_up()
    before = kept()
    assert before
    assert rebuild(cast.after(days=50)) == 0, "a second look finds nothing to change"
    Moment.objects.all().delete()
    Evaluation.objects.all().delete()
    assert rebuild(cast.after(days=60)) == len(before)
    assert kept() == before


def test_entries_read_twice_change_nothing(support: Inbox, ada: Agent) -> None:
    lived(support, ada)
    caught_up()
    before = [(row.pk, *row.same()) for row in Moment.objects.order_by("pk")]
    Cursor.objects.filter(reader=evaluating.READER).update(position=0)
    caught_up()
    assert [(row.pk, *row.same()) for row in Moment.objects.order_by("pk")] == before


def test_the_time_that_was_promised_counts_even_if_the_inbox_promises_another_since(
    support: Inbox, ada: Agent
) -> None:
    support.promise = {"first": 60}
    support.save()
    conversation = cast.opened(support)
    support.promise = {"first": 60_000}
    support.save()
    conversation.reply(cast.letter("We look."), by=ada, at=cast.after(hours=2), seen=None)
    caught_up()
    told = set(Moment.objects.values_list("kind", "at"))
    assert ("silence", cast.after(hours=1)) in told
    assert "first_words_late" in {kind for kind, _ in told}


def test_a_silence_is_kept_with_its_own_time_and_told_from_then_on(
    support: Inbox, ada: Agent
) -> None:
    support.promise = {"first": 60}
    support.save()
    conversation = cast.opened(support)
    caught_up()
    ours = Moment.objects.of_conversations([conversation.pk])
    assert not ours.until(cast.after(minutes=59)).exists()
    assert [one.kind for one in ours.until(cast.after(minutes=60))] == ["silence"]
    conversation.reply(cast.letter("We look."), by=ada, at=cast.after(minutes=9), seen=None)
    caught_up()
    assert [one.kind for one in ours.until(cast.after(days=9))] == ["first_words_in_time"]


def test_mere_thanks_are_owed_nothing_and_are_a_moment(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    conversation.reply(cast.letter("It is sent."), by=ada, at=cast.after(hours=1), seen=None)
    receive(conversation, cast.said("Thank you so much!", at=cast.after(hours=2)), by=ada)
    caught_up()
    kinds = [one.kind for one in Moment.objects.of_conversations([conversation.pk])]
    assert kinds == ["first_words_in_time", "thanks"]


def silences(conversation: Conversation) -> list[Any]:
    caught_up()
    felt = Moment.objects.filter(conversation=conversation, kind="silence").order_by("at")
    return [one.at for one in felt]


def test_nobody_is_silent_to_whom_it_is_solved_ended_or_good(support: Inbox, ada: Agent) -> None:
    system = Agent.objects.system()
    solved, ended, good, asks = (
        cast.opened(support, cast.said(text, at=cast.after(hours=n)))
        for n, text in enumerate(["A.", "B.", "C.", "And where is the other one?"])
    )
    at = cast.after(hours=5)
    solved.solve(by=system, at=at)
    ended.end(by=ada, at=at, reason=Reason.DONE_ELSEWHERE)
    for one in (good, asks):
        rate(one, one.customer, Word.GOOD, "", by=system, at=at)
    assert [silences(one) for one in (solved, ended, good)] == [[], [], []]
    assert silences(asks)[0] == cast.after(hours=27), "a question waits on"
    ended.refresh_from_db()
    ended.reopen(by=ada, at=cast.after(hours=9))
    assert silences(ended)[0] == cast.after(hours=33), "owed from then on"
    ended.end(by=ada, at=cast.after(hours=10), reason=Reason.ANSWERED)
    take_back_alone(
        ended, cast.after(hours=10), snoozed_until=None, by=ada, at=cast.after(hours=11)
    )
    assert silences(ended)[0] == cast.after(hours=33), "an end taken back has never been"
    assert kept() == batch()


def test_the_end_of_what_is_merged_ends_no_wait_elsewhere(support: Inbox, ada: Agent) -> None:
    one, other = (cast.opened(support, cast.said(at=cast.after(hours=n))) for n in (0, 1))
    other.end(by=ada, at=cast.after(hours=2), reason=Reason.DUPLICATE)
    merge(other, into=one, by=ada, at=cast.after(hours=3))
    one.refresh_from_db()
    assert one.waits_for_us_since is not None
    assert silences(one)[0] == cast.after(hours=24)


def test_merged_and_split_conversations_are_lived_through_where_they_are_read(
    support: Inbox, ada: Agent
) -> None:
    one, other = (cast.opened(support, cast.said(at=cast.after(hours=n))) for n in (0, 1))
    one.reply(cast.letter("We look."), by=ada, at=cast.after(hours=2), seen=None)
    caught_up()
    assert Moment.objects.filter(conversation=other).exists(), "a silence is to come"
    other.refresh_from_db()
    merge(other, into=one, by=ada, at=cast.after(hours=3))
    caught_up()
    assert not Moment.objects.filter(conversation=other).exists()
    assert kept() == batch()
    question = receive(one, cast.said("And another?", at=cast.after(hours=4)), by=ada)
    split(one, [question], by=ada, at=cast.after(hours=5))
    caught_up()
    assert kept() == batch()


def test_every_ended_conversation_is_evaluated_though_one_breaks_the_law(
    support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = lived(support, ada)
    real, broken = happened, made[1].pk

    def breaks(places: Any) -> Any:
        if broken in places:
            raise RuntimeError("nothing about this in the row")
        return real(places)

    monkeypatch.setattr(evaluating, "happened", breaks)
    caught_up()
    maker = generation()
    covered = Evaluation.objects.coverage([support.pk], maker.law, maker.policy)
    assert covered == (2, 3)
    row = Evaluation.objects.get(pk=broken)
    assert (row.failures > 0, row.why) == (True, "RuntimeError")
    assert Moment.objects.filter(conversation=made[2]).exists(), "it held up no other"
    monkeypatch.setattr(evaluating, "happened", real)
    evaluating.evaluate_news(cast.after(days=60))
    assert Evaluation.objects.coverage(None, maker.law, maker.policy) == (3, 3)


def test_a_desk_that_was_there_before_the_law_is_caught_up_with(support: Inbox, ada: Agent) -> None:
    lived(support, ada)
    caught_up()
    before = kept()
    Moment.objects.all().delete()
    Evaluation.objects.all().delete()
    Cursor.objects.exclude(reader=evaluating.READER).delete()
    caught_up()
    assert kept() == before


def test_a_moment_leads_to_the_message_it_was_made_from(support: Inbox, ada: Agent) -> None:
    [conversation] = lived(support, ada, 1)
    caught_up()
    for one in Moment.objects.of_conversations([conversation.pk]):
        assert one.evidence, "nothing without evidence"
        if one.kind == "silence":
            assert one.message_id == conversation.messages.earliest("at").pk
        if one.kind == "promise_broken":
            assert one.message_id is None
            assert one.evidence == f"promise {Promise.objects.get().pk}"


def test_one_look_costs_the_same_for_few_conversations_as_for_many(
    support: Inbox, ada: Agent
) -> None:
    counts = []
    for many in (10, 20):
        ids = [one.pk for one in lived(support, ada, many)]
        evaluating.evaluate(ids, now=cast.after(days=60))
        with CaptureQueriesContext(connection) as captured:
            evaluating.evaluate(ids, now=cast.after(days=60))
        counts.append(len(captured))
    assert counts[0] == counts[1]
