"""What stands beside a conversation is told at once, each thing by itself and for its reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.care.at_hand import ANY, AtHand, at_hand
from wingbeat.desk.care.notification import Notification, Why
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations import cause, linking, merging, rating, splitting
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import About, CustomField, Shape
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.mentioning import follow
from wingbeat.desk.customers import merging as people
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
NOTHING = AtHand(*[False] * len(ANY))


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada(), cast.max_()))


def other() -> Conversation:
    return cast.opened(cast.support(), cast.said(sender=cast.OTTO))


def split_off(one: Conversation) -> None:
    source = other()
    new = splitting.split(source, list(source.messages.all()), by=cast.ada(), at=cast.NOON)
    splitting.Split.objects.filter(conversation=new).update(conversation=one)


def draft(one: Conversation) -> None:
    Draft.objects.create(
        conversation=one, agent=cast.max_(), inbox=one.inbox, saved_at=cast.NOON,
        shared_at=cast.NOON,
    )  # fmt: skip


def causes(one: Conversation) -> cause.Cause:
    return cause.keep(None, name="Late", under=None, by=cast.ada(), at=cast.NOON)


def retired(one: Conversation) -> None:
    cause.mark(one, causes(one), by=cast.ada(), at=cast.NOON)
    cause.Cause.objects.update(retired_at=cast.NOON)


def told(agent: Agent, one: Conversation) -> None:
    Notification.objects.create(
        agent=agent, conversation=one, why=Why.values[0], by=cast.max_(), at=cast.NOON
    )


THINGS: dict[str, Callable[[Conversation], object]] = {
    "merged": lambda one: merging.merge(other(), into=one, by=cast.ada(), at=cast.NOON),
    "split_off": split_off,
    "linked": lambda one: linking.link(other(), to=one, by=cast.ada(), at=cast.NOON),
    "followed": lambda one: follow(one, by=cast.ada(), at=cast.NOON),
    "shared_drafts": draft,
    "others": lambda one: one.participants.create(email="otto@customers.example"),
    "rated": lambda one: rating.rate(one, one.customer, 1, "", by=cast.ada(), at=cast.NOON),
    "promised": lambda one: promise(
        one, "A lamp", due_at=cast.after(days=1), by=cast.ada(), at=cast.NOON
    ),
    "records": lambda one: people.merge(
        other().customer, into=one.customer, by=cast.ada(), at=cast.NOON
    ),
    "fields": lambda _one: CustomField.objects.create(
        name="order", label="Order", about=About.CONVERSATION, shape=Shape.values[0]
    ),
    "causes": causes,
    "has_cause": retired,
    "unseen": lambda one: told(cast.ada(), one),
}


def test_an_ordinary_conversation_has_none_of_it_and_that_is_one_question(
    found: Conversation,
) -> None:
    follow(found, by=cast.max_(), at=cast.NOON)  # what is another's is not the reader's
    told(cast.max_(), found)
    with CaptureQueriesContext(connection) as captured:
        assert at_hand(found, cast.ada()) == NOTHING
    assert len(captured) == 2, "one, and one for Ada"


@pytest.mark.parametrize("name", AtHand._fields)
def test_each_thing_is_told_by_its_name_and_of_its_conversation_alone(
    found: Conversation, name: str
) -> None:
    THINGS[name](found)
    assert at_hand(found, cast.ada()) == NOTHING._replace(**{name: True})
    elsewhere = cast.opened(
        found.inbox, cast.said(sender={"name": "Mia", "address": "mia@customers.example"})
    )
    of_the_desk = name in {"fields", "causes"}
    assert getattr(at_hand(elsewhere, cast.ada()), name) == of_the_desk
