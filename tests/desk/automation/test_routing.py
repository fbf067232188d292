"""Routing: fair and the same each time, never to whoever is away or full; a day handed over."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, strategies as st

from tests import cast
from wingbeat.desk.automation import handing
from wingbeat.desk.automation.availability import Availability, Presence, WrongReturn, be
from wingbeat.desk.automation.choosing import Hand, by_load, in_turn, share_out
from wingbeat.desk.automation.handing import HandOver, NotTheirDay, UndoneAlready
from wingbeat.desk.automation.routing import Way, give_out, route, route_by
from wingbeat.desk.conversations import receiving
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.mentioning import Mention
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.journal.models import Cursor, Entry
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent, Role

pytestmark = pytest.mark.django_db

hands = st.lists(
    st.builds(Hand, pk=st.integers(1, 30), load=st.integers(0, 9), most=st.integers(0, 9)),
    max_size=8,
    unique_by=lambda hand: hand.pk,
)


@given(hands, st.integers(0, 30))
def test_nobody_gets_more_than_they_take(people: list[Hand], latest: int) -> None:
    room = {hand.pk for hand in people if hand.load < hand.most}
    for choose in (in_turn, by_load):
        taker = choose(people, latest)
        assert taker in room if room else taker is None
        assert taker == choose(reversed(people), latest)  # the same, however they are listed


@given(st.sets(st.integers(1, 30), min_size=1, max_size=6), st.integers(0, 30), st.integers(1, 60))
def test_turns_are_shared_evenly(people: set[int], latest: int, count: int) -> None:
    turns: Counter[int] = Counter(dict.fromkeys(people, 0))
    for _turn in range(count):
        latest = in_turn([Hand(pk, 0, 1) for pk in people], latest) or 0
        turns[latest] += 1
    assert max(turns.values()) - min(turns.values()) <= 1


@given(hands, st.integers(0, 40))
def test_a_day_is_shared_so_that_nobody_has_much_more(people: list[Hand], count: int) -> None:
    items = list(range(100, 100 + count))
    able = [hand.pk for hand in people]
    shared = share_out(items, dict.fromkeys(items, able), people)
    assert list(shared) == items
    given = Counter(pk for pk in shared.values() if pk is not None)
    loads = {hand.pk: hand.load + given[hand.pk] for hand in people}
    for pk, many in given.items():
        assert many == 0 or loads[pk] - 1 <= min(loads.values())


def desk(way: Way, *, most: int = 20) -> tuple[Inbox, Agent, Agent]:
    ada, max_ = cast.ada(), cast.max_()
    inbox = cast.support(ada, max_)
    room = {ada.pk: most, max_.pk: most}
    team = cast.support_team()
    route_by(team, way=way, is_paused=False, most=room, by=cast.olga(), at=cast.NOON)
    return inbox, ada, max_


def write(inbox: Inbox, count: int) -> list[Conversation]:
    senders = [{"name": "", "address": f"c{number}@home.example"} for number in range(count)]
    return [
        cast.opened(inbox, cast.said(sender=sender, at=cast.after(minutes=number)))  # type: ignore[arg-type]  # a party
        for number, sender in enumerate(senders)
    ]


def letter_to(conversation: Conversation) -> Letter:
    return cast.letter(to=({"name": "", "address": conversation.customer.first_address},))


def whose(conversations: list[Conversation]) -> list[str]:
    rows = Conversation.objects.filter(pk__in=[each.pk for each in conversations])
    return [row.assignee.name.split()[0] if row.assignee else "-" for row in rows.order_by("pk")]


def test_what_arrives_is_given_in_turn_and_once() -> None:
    inbox, _ada, _max = desk(Way.TURNS)
    conversations = write(inbox, 4)
    seal()
    assert route(cast.after(hours=1)) == 4
    assert whose(conversations) == ["Ada", "Max", "Ada", "Max"]
    entries = Entry.objects.filter(kind="conversation.assigned")
    assert {entry.agent_id for entry in entries} == {Agent.objects.system().pk}
    seal()
    assert route(cast.after(hours=1)) == 0
    Cursor.objects.all().delete()  # the journal read once more changes nothing
    assert route(cast.after(hours=2)) == 0


def test_whoever_has_least_gets_the_next() -> None:
    inbox, ada, _max = desk(Way.LOAD)
    for conversation in write(inbox, 2):
        conversation.assign(agent=ada, team=None, by=ada, at=cast.NOON)
    more = write(inbox, 3)
    give_out(cast.after(hours=1))
    assert whose(more) == ["Max", "Max", "Ada"]


def test_full_hands_get_nothing_until_they_answer() -> None:
    inbox, ada, _max = desk(Way.TURNS, most=1)
    conversations = write(inbox, 3)
    give_out(cast.after(hours=1))
    assert whose(conversations) == ["Ada", "Max", "-"]
    conversations[0].reply(letter_to(conversations[0]), by=ada, at=cast.after(hours=2), seen=None)
    seal()
    route(cast.after(hours=2))
    assert whose(conversations) == ["Ada", "Max", "Ada"]


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.PROTECTED])
def test_whoever_is_not_here_gets_nothing_until_they_are_back(presence: Presence) -> None:
    inbox, ada, _max = desk(Way.TURNS)
    be(ada, presence, until=cast.after(hours=8), by=ada, at=cast.NOON)
    first = write(inbox, 2)
    give_out(cast.after(hours=1))
    assert whose(first) == ["Max", "Max"]
    second = write(inbox, 2)
    give_out(cast.after(hours=9))  # they are back by themselves
    assert sorted(whose(second)) == ["Ada", "Max"]


def test_who_writes_while_theirs_is_away_is_not_left_waiting() -> None:
    inbox, ada, _max = desk(Way.TURNS)
    conversation, other = write(inbox, 2)
    for each in (conversation, other):
        each.assign(agent=ada, team=None, by=ada, at=cast.NOON)
    conversation.reply(letter_to(conversation), by=ada, at=cast.after(hours=1), seen=None)
    be(ada, Presence.AWAY, by=ada, at=cast.after(hours=2))
    sender = {"name": "", "address": conversation.customer.first_address}
    again = cast.said(sender=sender, at=cast.after(hours=3))  # type: ignore[arg-type]  # a party
    receiving.receive(conversation, again, by=Agent.objects.system())
    give_out(cast.after(hours=3))
    assert whose([conversation, other]) == ["Max", "Ada"]  # what they had in hand stays theirs


def test_a_paused_team_and_restricted_conversations_are_left_alone() -> None:
    inbox, ada, _max = desk(Way.TURNS)
    conversation, restricted = write(inbox, 2)
    restricted.restrict(to=[ada], by=ada, at=cast.NOON)
    give_out(cast.after(hours=1))
    assert whose([conversation, restricted]) == ["Ada", "-"]
    pause = {"way": Way.TURNS, "is_paused": True, "most": {}}
    route_by(cast.support_team(), **pause, by=cast.olga(), at=cast.NOON)  # type: ignore[arg-type]  # as named
    (later,) = write(inbox, 1)
    assert give_out(cast.after(hours=1)) == 0
    assert whose([later]) == ["-"]


def test_protected_time_ends_and_only_the_present_is_kept() -> None:
    ada = cast.ada()
    with pytest.raises(WrongReturn, match="until when"):
        be(ada, Presence.PROTECTED, by=ada, at=cast.NOON)
    with pytest.raises(WrongReturn, match="past"):
        be(ada, Presence.AWAY, until=cast.NOON, by=ada, at=cast.NOON)
    for hours in range(1, 4):
        be(ada, Presence.AWAY, until=cast.after(hours=hours), by=ada, at=cast.NOON)
    be(ada, Presence.HERE, by=ada, at=cast.NOON)
    assert Availability.objects.count() == 1


def test_giving_out_costs_the_same_whatever_waits_elsewhere() -> None:
    inbox, _ada, _max = desk(Way.LOAD)
    counts = []
    for _round in range(2):
        write(inbox, 10)
        give_out(cast.after(hours=1))
        with CaptureQueriesContext(connection) as captured:
            give_out(cast.after(hours=1))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# A day


def test_a_day_is_previewed_handed_over_in_one_act_and_taken_back() -> None:
    ada, max_ = cast.ada(), cast.max_()
    zoe = Agent.objects.invite(email="zoe@desk.example", name="Zoe Zander")
    inbox = cast.support(ada, max_, zoe)
    conversations = write(inbox, 4)
    for conversation in conversations:
        conversation.assign(agent=ada, team=None, by=ada, at=cast.NOON)
    plan = handing.plan(ada, by=ada, now=cast.NOON)
    assert [taking.conversation.pk for taking in plan] == [each.pk for each in conversations]
    assert [taking.taker for taking in plan] == [max_, zoe, max_, zoe]
    assert whose(conversations) == ["Ada"] * 4  # looking changes nothing
    takers = {taking.conversation.pk: taking.taker.pk for taking in plan if taking.taker}
    row = handing.hand_over(ada, takers, by=ada, at=cast.after(hours=1))
    assert whose(conversations) == ["Max", "Zoe", "Max", "Zoe"]
    conversations[3].assign(agent=max_, team=None, by=max_, at=cast.after(hours=2))
    assert handing.take_back(row, by=ada, at=cast.after(hours=3)) == 3
    assert whose(conversations) == ["Ada", "Ada", "Ada", "Max"]
    with pytest.raises(UndoneAlready):
        handing.take_back(row, by=ada, at=cast.after(hours=4))


def test_words_to_whoever_takes_a_day_stand_in_each_conversation_and_cost_no_draft() -> None:
    ada, max_ = cast.ada(), cast.max_()
    inbox = cast.support(ada, max_)
    taken, left = write(inbox, 2)
    for conversation in (taken, left):
        conversation.assign(agent=ada, team=None, by=ada, at=cast.NOON)
    begun = Draft.objects.create(
        conversation=taken,
        inbox=inbox,
        agent=ada,
        kind=DraftKind.NOTE,
        html="Half a",
        saved_at=cast.NOON,
    )
    words = "The workshop <calls> at four.\n"
    handing.hand_over(ada, {taken.pk: max_.pk}, by=ada, at=cast.NOON, words=words)
    [note] = Message.objects.filter(kind=MessageKind.NOTE).select_related("words")
    assert (note.conversation, note.agent) == (taken, ada)
    assert note.words.text == "The workshop <calls> at four."
    assert "&lt;calls&gt;" in note.words.html
    assert Draft.objects.filter(pk=begun.pk).exists()
    handing.hand_over(ada, {left.pk: max_.pk}, by=ada, at=cast.NOON, words="  ")
    assert Message.objects.filter(kind=MessageKind.NOTE).count() == 1


def test_words_at_a_hand_over_let_nobody_in_whom_they_name() -> None:
    ada, zoe = cast.ada(), Agent.objects.invite(email="zoe@desk.example", name="Zoe Zander")
    conversations = write(cast.support(ada, zoe), 2)
    for conversation in conversations:
        conversation.assign(agent=ada, team=None, by=ada, at=cast.NOON)
    takers, words = {row.pk: zoe.pk for row in conversations}, f"ask @{cast.max_().name}"
    handing.hand_over(ada, takers, by=ada, at=cast.NOON, words=words)
    assert Message.objects.filter(kind=MessageKind.NOTE, words__text=words).count() == 2
    assert not Conversation.objects.visible_to(cast.max_()).exists()
    assert not Mention.objects.exists()
    conversations[0].note(cast.letter(words, to=()), by=ada, at=cast.NOON)
    assert list(Conversation.objects.visible_to(cast.max_())) == conversations[:1]


def test_nobody_is_given_what_they_may_not_read() -> None:
    ada, max_ = cast.ada(), cast.max_()
    conversation = cast.opened(cast.support(ada))
    conversation.assign(agent=ada, team=None, by=ada, at=cast.NOON)
    assert [taking.taker for taking in handing.plan(ada, by=ada, now=cast.NOON)] == [None]
    handing.hand_over(ada, {conversation.pk: max_.pk}, by=ada, at=cast.NOON)
    conversation.refresh_from_db()
    assert conversation.assignee is None  # it waits for its team
    assert not Conversation.objects.visible_to(max_).filter(pk=conversation.pk).exists()


def test_only_oneself_a_lead_or_an_admin_hands_over_a_day() -> None:
    ada, max_ = cast.ada(), cast.max_()
    cast.support(ada, max_)
    with pytest.raises(NotTheirDay):
        handing.hand_over(ada, {}, by=max_, at=cast.NOON)
    cast.support_team(lead=max_)
    handing.hand_over(ada, {}, by=max_, at=cast.NOON)
    adam = Agent.objects.invite(email="adam@desk.example", name="Adam", role=Role.ADMIN)
    handing.hand_over(ada, {}, by=adam, at=cast.NOON)
    assert HandOver.objects.count() == 2
