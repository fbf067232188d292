"""Hints while a reply is written: one in view, tracked or called wrong, counted, off at will."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.hinting import (
    ASKED,
    FORGOTTEN,
    NOT_THEIRS,
    button,
    counts,
    line,
    read,
    remembered,
)
from wingbeat.desk.care.promise import Promise, promise
from wingbeat.desk.conversations.cause import Cause, mark
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent
from wingbeat.laws import coaching

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support, cast.said(text=ASKED, at=timezone.now()))


def test_a_note_is_read_for_what_is_missing_in_it_and_not_even_counted(
    desk: Client, conversation: Conversation
) -> None:
    page = read(desk, conversation, FORGOTTEN, kind="note")
    assert "attached" in line(page)
    assert "hints-panel" not in page, "no customer is left with a note"
    assert line(read(desk, conversation, NOT_THEIRS, kind="note")) == ""
    assert counts() == []


def test_a_forward_is_read_for_what_is_missing_and_for_no_name_of_the_customer(
    desk: Client, conversation: Conversation
) -> None:
    to = "Otto Berg <otto@shop.example>"
    assert line(read(desk, conversation, NOT_THEIRS, kind="forward", to=to)) == ""
    assert "attached" in line(read(desk, conversation, FORGOTTEN, kind="forward", to=to))
    assert [row[1:] for row in counts()] == [("support.attachment", 1, 0, 0)]


def test_no_promise_is_tracked_from_words_that_the_customer_does_not_read(
    desk: Client, conversation: Conversation
) -> None:
    shown = read(desk, conversation, "We will call you by Friday.")
    press = button(shown, "track")
    assert press, "a reply may track it"
    read(desk, conversation, "We will call you by Friday.", kind="forward", hint=press)
    assert Draft.objects.get(kind="forward").steps == Draft.objects.get(kind="reply").steps == []


def test_the_question_left_open_is_named_and_counted_once_until_it_is_answered(
    desk: Client, conversation: Conversation
) -> None:
    half = "Hello Nora, the invoice is in your mail. Shipping to Linz costs 5 EUR."
    page = read(desk, conversation, half)
    assert "They asked: “Is the bulb dimmable?”" in line(page)
    page = read(desk, conversation, f"{half} Thank you.", **remembered(page))
    assert counts() == [("Support", "memory.question_open", 1, 0, 0)]
    page = read(desk, conversation, f"{half} The bulb is dimmable.", **remembered(page))
    assert line(page) == ""
    assert counts() == [("Support", "memory.question_open", 1, 1, 0)]


def test_nothing_has_been_left_open_by_a_mere_greeting(
    desk: Client, conversation: Conversation
) -> None:
    assert line(read(desk, conversation, "Hello Nora,")) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Dear Nroa,", "“Nroa”: they write Nora Lind."),
        ("Hello {{customer.first_name}}, it is on its way.", "has not been filled in"),
        ("The invoice is attached.", "You speak of an attachment; nothing is attached."),
    ],
)
def test_facts_are_told(desk: Client, conversation: Conversation, text: str, told: str) -> None:
    assert told in read(desk, conversation, text)


def test_what_is_unchanged_is_not_read_again(desk: Client, conversation: Conversation) -> None:
    page = read(desk, conversation, "Dear Nroa, the lamp is on its way to you today.")
    assert read(desk, conversation, "Dear Nroa, the lamp is on its way to you today.",
                **remembered(page)) == ""  # fmt: skip


def test_a_promise_is_tracked_by_one_click_and_given_when_the_reply_leaves(
    desk: Client, conversation: Conversation
) -> None:
    words = "We will send you the new lamp tomorrow."
    page = read(desk, conversation, words)
    page = read(desk, conversation, words, hint=button(page, "track"), **remembered(page))
    assert "Keep track of “We will send you the new lamp tomorrow.”, due" in page
    assert button(page, "track") == ""
    assert counts()[-1] == ("Support", "support.promise", 1, 1, 0)
    assert not Promise.objects.exists()
    form = {"to": "nora@customers.example", "text": words}
    desk.post(f"/conversations/{conversation.pk}/replies/", form)
    row = Promise.objects.get()
    assert (row.words, row.message) == (words, conversation.messages.get(kind="agent"))
    assert timedelta() < row.due_at - timezone.now() < timedelta(days=2)


def test_a_reply_taken_back_promises_nothing_and_its_draft_does_again(
    desk: Client, conversation: Conversation
) -> None:
    words = "We will send you the new lamp tomorrow."
    page = read(desk, conversation, words)
    read(desk, conversation, words, hint=button(page, "track"), **remembered(page))
    form = {"to": "nora@customers.example", "text": words}
    desk.post(f"/conversations/{conversation.pk}/replies/", form)
    sent = conversation.messages.get(kind="agent")
    desk.post(f"/messages/{sent.pk}/undoing/")
    assert not Promise.objects.exists()
    (step,) = Draft.objects.get().steps
    assert step[0] == "promise"


def test_a_reply_cannot_leave_after_the_time_that_it_promises(
    desk: Client, conversation: Conversation
) -> None:
    words = "We will send you the new lamp tomorrow."
    page = read(desk, conversation, words)
    read(desk, conversation, words, hint=button(page, "track"), **remembered(page))
    form = {"to": "nora@customers.example", "text": words, "then": "later"}
    late = (timezone.now() + timedelta(days=9)).isoformat()
    answer = desk.post(f"/conversations/{conversation.pk}/replies/", {**form, "leaves_at": late})
    assert "It would leave after the time that it promises" in answer.content.decode()


def test_a_promise_that_stands_is_not_gone_back_on_unnoticed(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    now = timezone.now()
    promise(conversation, "We will send the new lamp tomorrow.",
            due_at=now + timedelta(days=1), by=ada, at=now)  # fmt: skip
    said = "The invoice is in your mail, and shipping the bulb costs 5 EUR."
    page = read(desk, conversation, f"{said} We will send the new lamp in 9 days.")
    assert "Another day than we promised" in line(page)


def test_a_promise_in_a_conversation_one_may_not_read_is_not_told(
    conversation: Conversation, client_of: ClientOf, ada: Agent
) -> None:
    now = timezone.now()
    other = Inbox.objects.create(address="legal@desk.example", name="Legal")
    hidden = cast.opened(other, cast.said(at=now))
    assert hidden.customer == conversation.customer
    promise(hidden, "We will send the new lamp tomorrow.",
            due_at=now + timedelta(days=1), by=ada, at=now)  # fmt: skip
    page = read(client_of(ada), conversation, "We will send the new lamp in 9 days.")
    assert "Another day" not in page


def test_what_they_told_is_not_asked_again(desk: Client, support: Inbox) -> None:
    told = cast.said(text="The lamp is dark. My order number is 4711.", at=timezone.now())
    page = read(desk, cast.opened(support, told), "Could you please send us your order number?")
    assert "They told us already: 4711." in line(page)


def test_what_they_are_left_with_is_shown(desk: Client, conversation: Conversation) -> None:
    page = read(
        desk, conversation, "It is the fuse. We will send a new one tomorrow.\nKind regards"
    )
    left = page[page.index("left-with") :]
    for words in ("We will send a new one tomorrow.", "Is the bulb dimmable?"):
        assert words in left


def test_a_no_comes_with_ways_that_others_took_after_the_same_cause(
    desk: Client, support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coaching, "_heard", lambda: {"en": {"bare_no": 1.0}})
    now, lost = timezone.now(), Cause.objects.create(name="Ticket lost")
    hidden = Inbox.objects.create(address="x@desk.example", name="X")
    ways = (
        ("You can choose a voucher instead.", support),
        ("You can take a hidden thing instead.", hidden),
        ("You can take a secret thing instead.", support),
    )
    for way, inbox in ways:
        other = cast.opened(inbox, cast.said(at=now, sender=cast.OTTO))
        other.reply(cast.letter(text=way, to=(cast.OTTO,)), by=ada, at=now, seen=None)
        mark(other, lost, by=ada, at=now)
        other.solve(by=Agent.objects.system(), at=now)
    other.restrict(to=[ada], by=ada, at=now)
    asked = cast.opened(support, cast.said(text="Can I have my money back, please?", at=now))
    words = "We cannot refund this ticket, and we are sorry to say so."
    assert "voucher" not in read(desk, asked, words)
    mark(asked, lost, by=ada, at=now)
    page = read(desk, asked, f"{words} Kind regards")
    assert "A no, and no other way" in page
    assert "Customers accepted: You can choose a voucher instead." in page
    assert "hidden thing" not in page
    assert "secret thing" not in page, "she may read it; a hint is seen by whoever looks on"


def test_a_long_line_of_recipients_holds_nobody_up(
    desk: Client, conversation: Conversation
) -> None:
    begun = time.monotonic()
    read(desk, conversation, "Dear Nora,", to="a" * 60_000)
    assert time.monotonic() - begun < 5
    otto = "x@y.example, Otto Berg <o@customers.example>"
    assert "Nora Lind" in line(read(desk, conversation, "Dear Otto,"))
    assert line(read(desk, conversation, "Dear Otto,", to=otto)) == "", "it goes to him, too"


def test_kinder_words_are_offered_in_first_words_to_who_asks_for_them(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    words = "Dear Nora, you failed to send invoice 4711. Kind regards"
    assert "Kinder:" not in read(desk, conversation, words)
    page = desk.get("/settings/").content.decode()
    assert "Kinder wordings, too" in page
    ada.hears_manner = True
    ada.save()
    page = read(desk, conversation, f"{words}, Ada")
    assert "Kinder: Dear Nora, you did not get to send invoice 4711." in page
    conversation.reply(cast.letter(), by=ada, at=timezone.now(), seen=None)
    assert "Kinder:" not in read(desk, conversation, words)


def test_off_means_that_nothing_is_read(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    page = read(desk, conversation, "Dear Nroa,", hint="switch:off")
    ada.refresh_from_db()
    assert not ada.is_coached
    assert "they write" not in page
    assert "they write" not in read(desk, conversation, "Dear Nroa, hello.")
    assert counts() == []
    assert "they write" in read(desk, conversation, "Dear Nroa, hello.", hint="switch:on")


def test_without_scripts_the_page_shows_the_hints_and_a_button_loses_no_word(
    desk: Client, conversation: Conversation
) -> None:
    form = {"to": "nora@customers.example", "text": "Dear Nroa, here is all that we know."}
    url = f"/conversations/{conversation.pk}/hints/reply/"
    page = desk.post(url, form).content.decode()
    assert "they write Nora Lind" in page
    assert "here is all that we know." in page
    page = desk.get(f"/conversations/{conversation.pk}/composer/reply/").content.decode()
    assert "they write Nora Lind" in page
    form |= {"hint": button(page, "wrong"), "text": "Dear Nroa, here is all that I know."}
    page = desk.post(url, form).content.decode()
    assert "they write Nora Lind" not in page
    assert "here is all that I know." in page


def test_a_language_that_nobody_reads_here_is_left_alone(desk: Client, support: Inbox) -> None:
    theirs = cast.said(text="Bonjour, où est ma facture ? Merci.", at=timezone.now())
    page = read(desk, cast.opened(support, theirs),
                "Bonjour Nroa, nous ne pouvons pas rembourser cette commande.")  # fmt: skip
    assert line(page) == ""


def test_light_agents_get_hints_and_track_nothing(
    conversation: Conversation, client_of: ClientOf, ada: Agent
) -> None:
    lena = cast.lena()
    conversation.assign(agent=lena, by=ada, at=timezone.now())
    page = read(client_of(lena), conversation, "We will send you the new lamp tomorrow, Nroa.")
    assert button(page, "wrong")
    assert not button(page, "track")


def test_a_reply_in_a_long_history_asks_as_little_as_in_a_short_one(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    def asked(text: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            read(desk, conversation, text)
        return len(captured)

    words = "We will send you the new lamp tomorrow."
    asked(words)
    short = asked(f"{words} Hello.")
    now = timezone.now()
    for n in range(10):
        conversation.reply(cast.letter(), by=ada, at=now + timedelta(minutes=n), seen=None)
        promise(conversation, f"Thing {n}", due_at=now + timedelta(days=9), by=ada, at=now)
    asked(words)  # the reply took the draft along: it begins anew
    assert asked(f"{words} Hello.") <= short
    assert short <= 30


def test_a_pasted_book_is_read_in_part_and_said_so(
    desk: Client, conversation: Conversation
) -> None:
    page = read(desk, conversation, "The lamp is on its way to you. " * 12_500)
    assert "Only the beginning of these words was read" in page
