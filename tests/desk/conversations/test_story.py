"""One conversation from first words to its end: who waits, since when, and who acts next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast
from wingbeat.desk.conversations import receiving, replying
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.ending import AlreadyEnded, Reason
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.replying import ThreadChanged, TooLateToUndo
from wingbeat.desk.conversations.waiting import waits_since
from wingbeat.desk.conversations.words import IncomingAttachment, Party
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def test_a_customers_first_words_wait_for_us_from_the_moment_they_came() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    assert list(Conversation.objects.visible_to(ada).waiting_for_us()) == [conversation]
    assert conversation.waits_for_us_since == cast.NOON
    assert conversation.excerpt == "My lamp does not light."


def test_a_reply_hands_the_turn_to_the_customer_and_undoing_it_takes_the_turn_back() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    message = conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=5), seen=None)
    assert (conversation.state, conversation.waits_for_us_since) == ("customer", None)

    draft = replying.undo(message, by=ada, at=cast.after(minutes=5, seconds=10))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("us", cast.NOON)
    assert draft.html == "<p>We send you a new one.</p>"
    assert draft.to == "Nora Lind <nora@customers.example>"
    assert conversation.messages.count() == 1


def test_a_reply_cannot_be_undone_once_its_window_is_over() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    message = conversation.reply(
        cast.letter(), by=ada, at=cast.NOON, seen=None, undo_for=timedelta(seconds=15)
    )
    with pytest.raises(TooLateToUndo):
        replying.undo(message, by=ada, at=cast.after(seconds=16))


def test_a_send_is_stopped_when_somebody_has_written_since() -> None:
    ada, system = cast.ada(), Agent.objects.system()
    conversation = cast.opened(cast.support(ada))
    seen = replying.newest_message_id(conversation)
    receiving.receive(
        conversation, cast.said("It lights again!", at=cast.after(minutes=1)), by=system
    )
    with pytest.raises(ThreadChanged) as stopped:
        conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=2), seen=seen)
    assert [message.words.text for message in stopped.value.newer] == ["It lights again!"]
    assert conversation.messages.count() == 2


def test_automatic_mail_changes_nothing_but_is_kept() -> None:
    ada, system = cast.ada(), Agent.objects.system()
    conversation = cast.opened(cast.support(ada))
    conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=1), seen=None)
    away = cast.said("I am away.", at=cast.after(minutes=2), automatic="reply")
    receiving.receive(conversation, away, by=system)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("customer", None)
    assert conversation.messages.count() == 3


def test_a_forward_to_somebody_else_answers_nobody() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    supplier: Party = {"name": "", "address": "sales@supplier.example"}
    letter = cast.letter("Can you deliver two of these?", to=(supplier,))
    conversation.reply(letter, by=ada, at=cast.after(minutes=5), seen=None)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("us", cast.NOON)
    assert waits_since(conversation) == cast.NOON
    assert conversation.knows("sales@supplier.example")


def test_a_stranger_stands_in_the_margin_until_let_in() -> None:
    ada, system = cast.ada(), Agent.objects.system()
    conversation = cast.opened(cast.support(ada))
    conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=1), seen=None)
    words = cast.said("I am her husband.", sender=cast.OTTO, at=cast.after(minutes=2))
    message = receiving.receive(conversation, words, by=system, doubt=Doubt.UNKNOWN_SENDER)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.has_stranger) == ("customer", True)
    assert not conversation.knows(cast.OTTO["address"])

    conversation.let_in(message, by=ada, at=cast.after(minutes=3))
    conversation.refresh_from_db()
    assert conversation.waits_for_us_since == cast.after(minutes=2)
    assert (conversation.state, conversation.has_stranger) == ("us", False)
    assert conversation.knows(cast.OTTO["address"])


def test_ending_twice_says_so_and_a_customers_words_open_it_again() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    conversation.end(by=ada, at=cast.after(minutes=1), reason=Reason.ANSWERED)
    with pytest.raises(AlreadyEnded, match="already ended"):
        conversation.end(by=ada, at=cast.after(minutes=2), reason=Reason.ANSWERED)
    receiving.receive(
        conversation, cast.said("Still dark.", at=cast.after(hours=1)), by=Agent.objects.system()
    )
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("us", cast.after(hours=1))


def test_merged_conversations_are_read_as_one_and_can_be_parted_again() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    first = cast.opened(inbox)
    second = cast.opened(inbox, cast.said("Did you get my mail?", at=cast.after(minutes=30)))
    second.merge(into=first, by=ada, at=cast.after(hours=1))
    assert [m.words.text for m in first.messages_to_show()] == [
        "My lamp does not light.",
        "Did you get my mail?",
    ]
    assert list(Conversation.objects.visible_to(ada).waiting_for_us()) == [first]
    assert first.latest_at == cast.after(minutes=30)

    second.unmerge(by=ada, at=cast.after(hours=2))
    first.refresh_from_db()
    assert (first.latest_at, second.latest_at) == (cast.NOON, cast.after(minutes=30))
    assert first.messages_to_show().count() == 1
    assert Conversation.objects.visible_to(ada).waiting_for_us().count() == 2


def test_a_stranger_stays_in_the_margin_he_wrote_to_when_a_merge_is_taken_back() -> None:
    ada, system = cast.ada(), Agent.objects.system()
    inbox = cast.support(ada)
    first, second = cast.opened(inbox), cast.opened(inbox, cast.said("Did you get my mail?"))
    stranger = cast.said("Me too.", sender=cast.OTTO, at=cast.after(minutes=40))
    receiving.receive(second, stranger, by=system, doubt=Doubt.UNKNOWN_SENDER)
    second.merge(into=first, by=ada, at=cast.after(hours=1))
    first.refresh_from_db()
    assert first.has_stranger

    second.unmerge(by=ada, at=cast.after(hours=2))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.has_stranger, second.has_stranger) == (False, True)


def test_a_mark_of_files_goes_with_the_message_that_has_one() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    bill = IncomingAttachment("bill.pdf", "application/pdf", b"%PDF")
    first, second = cast.opened(inbox), cast.opened(inbox, cast.said(attachments=(bill,)))
    second.merge(into=first, by=ada, at=cast.after(hours=1))
    first.refresh_from_db()
    assert first.has_attachments
    second.unmerge(by=ada, at=cast.after(hours=2))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.has_attachments, second.has_attachments) == (False, True)


def test_a_split_shows_its_messages_in_both_places() -> None:
    ada, system = cast.ada(), Agent.objects.system()
    conversation = cast.opened(cast.support(ada))
    other = receiving.receive(
        conversation, cast.said("And my invoice is wrong.", at=cast.after(hours=1)), by=system
    )
    new = conversation.split([other], by=ada, at=cast.after(hours=2))
    assert [m.pk for m in new.messages_to_show()] == [other.pk]
    assert conversation.messages_to_show().count() == 2
    assert new.waits_for_us_since == cast.after(hours=1)


def test_every_verb_leaves_one_entry_without_words() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    conversation.assign(agent=ada, by=ada, at=cast.after(minutes=1))
    conversation.snooze(until=cast.after(hours=4), by=ada, at=cast.after(minutes=2))
    conversation.tag("Lamp", by=ada, at=cast.after(minutes=3))
    conversation.note(cast.letter("Ask Max.", to=()), by=ada, at=cast.after(minutes=4))
    kinds = list(Entry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "conversation.opened",
        "conversation.assigned",
        "conversation.snoozed",
        "conversation.tagged",
        "note.added",
    ]
    assert Draft.objects.count() == 0
