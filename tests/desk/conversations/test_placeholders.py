"""Placeholders: filled in, or a stop. Nobody is written to as {{first_name}}."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.placeholders import (
    PlaceholderLeft,
    WrongPlaceholder,
    check,
    fill,
    left_in,
)
from wingbeat.desk.conversations.replying import say_automatically, write_to
from wingbeat.desk.people.models import Agent

LEFT = "Dear {{first_name}}, a new lamp is on its way."


def test_a_value_is_filled_in_and_never_becomes_markup() -> None:
    values = {"customer.first_name": "<b>Nora</b>"}
    assert fill("<p>Dear {{ customer.first_name|there }},</p>", values) == (
        "<p>Dear &lt;b&gt;Nora&lt;/b&gt;,</p>"
    )


def test_an_unknown_value_gives_way_to_its_fallback_and_without_one_it_stays() -> None:
    assert fill("Hello {{customer.first_name|there}}", {}) == "Hello there"
    assert fill("Hello {{customer.first_name}}", {}) == "Hello {{customer.first_name}}"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>Dear {{first_name}}, {{ order }}</p>", ["{{first_name}}", "{{ order }}"]),
        ("<p>Dear {<b></b>{first_name}}</p>", ["{{first_name}}"]),
        ("<p>See below.</p><blockquote>{{ their template }}</blockquote>", []),
        ("<p>A set {1, 2} and a brace {{</p>", []),
    ],
)
def test_what_is_left_is_found_in_ones_own_words_only(html: str, left: list[str]) -> None:
    assert left_in(html) == left


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("{{customer.phone}}", "there are customer.first_name"),
        ("{{customer.first_name}}", "{{customer.first_name|there}}"),
    ],
)
def test_prepared_words_that_might_not_be_filled_in_are_refused(html: str, told: str) -> None:
    with pytest.raises(WrongPlaceholder) as why:
        check(html)
    assert told in str(why.value)


@pytest.mark.django_db
def test_a_reply_with_a_placeholder_is_stopped_and_nothing_is_queued() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    with pytest.raises(PlaceholderLeft, match=r"\{\{first_name\}\}"):
        conversation.reply(cast.letter(LEFT), by=ada, at=cast.after(hours=1), seen=None)
    assert not Outgoing.objects.exists()


@pytest.mark.django_db
def test_neither_a_first_mail_nor_the_desk_itself_sends_one() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    conversation = cast.opened(inbox)
    with pytest.raises(PlaceholderLeft):
        write_to(inbox, cast.letter(LEFT), by=ada, at=cast.after(hours=1))
    system = Agent.objects.system()
    with pytest.raises(PlaceholderLeft):
        say_automatically(conversation, cast.letter(LEFT), by=system, at=cast.NOON)
    assert Message.objects.count() == 1
