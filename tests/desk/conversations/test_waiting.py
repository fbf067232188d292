"""Since when a customer waits is a column that verbs write; recomputing it gives the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from tests import cast
from wingbeat.desk.conversations import receiving, replying
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.margin import AlreadyDecided, Doubt
from wingbeat.desk.conversations.waiting import waits_since
from wingbeat.desk.people.models import Agent

STEPS = (
    "customer",
    "reply",
    "undo",
    "note",
    "automatic",
    "stranger",
    "let_in",
    "end",
    "reopen",
    "snooze",
)


class TestWaiting(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(STEPS), max_size=14))
    def test_the_column_says_what_the_messages_say(self, steps: list[str]) -> None:
        ada, system = cast.ada(), Agent.objects.system()
        conversation = cast.opened(cast.support(ada))
        for minute, step in enumerate(steps, start=1):
            play(step, conversation, minute, ada, system)
            conversation.refresh_from_db()
            if not conversation.is_over:
                assert conversation.waits_for_us_since == waits_since(conversation)
            waits = conversation.waits_for_us_since is not None
            assert waits == (conversation.state == "us"), step


def play(step: str, conversation: Conversation, minute: int, ada: Agent, system: Agent) -> None:
    """Do one thing at that minute; what does not apply now is left out."""
    at = cast.after(minutes=minute)
    newest = conversation.messages.order_by("-pk").first()
    match step:
        case "customer":
            receiving.receive(conversation, cast.said(at=at), by=system)
        case "automatic":
            receiving.receive(conversation, cast.said(at=at, automatic="reply"), by=system)
        case "stranger":
            words = cast.said(at=at, sender=cast.OTTO)
            receiving.receive(conversation, words, by=system, doubt=Doubt.UNKNOWN_SENDER)
        case "let_in" if newest and newest.in_margin:
            conversation.let_in(newest, by=ada, at=at)
        case "reply":
            conversation.reply(cast.letter(), by=ada, at=at, seen=None)
        case "undo" if newest and newest.is_ours:
            replying.undo(newest, by=ada, at=newest.at)
        case "note":
            conversation.note(cast.letter(to=()), by=ada, at=at)
        case "end" if not conversation.is_over:
            conversation.end(by=ada, at=at, reason="answered")
        case "reopen" if conversation.is_over:
            conversation.reopen(by=ada, at=at)
        case "snooze":
            conversation.snooze(until=cast.after(days=1), by=ada, at=at)
        case _:
            pass


def test_taking_back_a_reply_to_an_ended_conversation_leaves_it_ended(db: None) -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    conversation.end(by=ada, at=cast.after(minutes=1), reason="answered")
    letter = conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=2), seen=None)
    conversation.refresh_from_db()
    assert conversation.state == "customer"
    replying.undo(letter, by=ada, at=cast.after(minutes=2))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("ended", None)


@pytest.mark.django_db
def test_a_reply_taken_back_leaves_their_words_in_the_list() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    theirs = conversation.excerpt
    reply = conversation.reply(cast.letter("Not yet."), by=ada, at=cast.after(hours=1), seen=None)
    assert conversation.excerpt == "Not yet."
    replying.undo(reply, by=ada, at=cast.after(hours=1))
    conversation.refresh_from_db()
    assert conversation.excerpt == theirs


@pytest.mark.django_db
def test_whoever_was_kept_out_may_still_be_let_in() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    words = cast.said("Me too.", sender=cast.OTTO, at=cast.after(hours=1))
    stranger = receiving.receive(
        conversation, words, by=Agent.objects.system(), doubt=Doubt.UNKNOWN_SENDER
    )
    conversation.keep_out(stranger, by=ada, at=cast.after(hours=2))
    conversation.let_in(stranger, by=ada, at=cast.after(hours=3))
    stranger.refresh_from_db()
    assert not stranger.in_margin
    with pytest.raises(AlreadyDecided):
        conversation.keep_out(stranger, by=ada, at=cast.after(hours=4))
