"""What happened is told to those who may see it, and to nobody else."""

from __future__ import annotations

import pytest

from tests import cast
from tests.cast import NOON, after
from wingbeat.config.live import feeding
from wingbeat.config.live.feeding import Feed
from wingbeat.config.live.hub import Event, Hub
from wingbeat.desk.conversations import presence, receiving
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.presence import Present, Registry
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Agent]:
    return {"ada": cast.ada(), "max": cast.max_(), "olga": cast.olga(), "lena": cast.lena()}


@pytest.fixture
def conversation(people: dict[str, Agent]) -> Conversation:
    """One that Ada and Olga may see."""
    made = cast.opened(cast.support(people["ada"]))
    seal()
    return made


def told(people: dict[str, Agent], position: int) -> dict[str, list[Event]]:
    """Return what each of them hears of everything since a position."""
    seal()
    pks = {agent.pk for agent in people.values()}
    told = feeding.events(reading.after(position), pks)
    return {name: [event for event, to in told if agent.pk in to] for name, agent in people.items()}


def short(events: list[Event]) -> list[tuple[str, object, object]]:
    return [(event.name, event.facts["id"], event.facts.get("kind")) for event in events]


def test_who_may_see_a_conversation_hears_of_it_and_of_its_list(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    start = reading.head()
    said = cast.said("It is dark.", at=after(minutes=1))
    message = receiving.receive(conversation, said, by=Agent.objects.system())
    heard = told(people, start)
    assert short(heard["ada"]) == [
        ("conversation", conversation.pk, "message.received"),
        ("inbox", conversation.inbox_id, None),
    ]
    assert heard["ada"][0].facts["message"] == message.pk
    assert heard["ada"][0].position == start + 1
    assert heard["olga"] == heard["ada"]
    assert heard["max"] == heard["lena"] == []


def test_a_light_agent_hears_of_what_they_were_let_into(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    start = reading.head()
    conversation.admit(people["lena"], by=people["ada"], at=NOON)
    assert short(told(people, start)["lena"])[0] == (
        "conversation", conversation.pk, "agent.admitted",
    )  # fmt: skip


def test_a_restricted_conversation_is_a_secret_from_that_moment_on(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    start = reading.head()
    conversation.restrict(to=[], by=people["ada"], at=NOON)
    heard = told(people, start)
    # Olga's list has lost a line, and she may know that much; not which conversation it was
    assert short(heard["olga"]) == [("inbox", conversation.inbox_id, None)]
    start = reading.head()
    conversation.note(cast.letter("A secret.", to=()), by=people["ada"], at=after(minutes=1))
    heard = told(people, start)
    assert [event.name for event in heard["ada"]] == ["conversation", "inbox"]
    assert heard["olga"] == heard["max"] == []


def test_the_list_that_a_conversation_has_left_is_told_of(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    start, before = reading.head(), conversation.inbox_id
    conversation.move(to=sales, by=people["olga"], at=NOON)
    heard = told(people, start)
    assert short(heard["ada"]) == [("inbox", before, None)]
    assert {event.facts["id"] for event in heard["olga"] if event.name == "inbox"} == {
        before, sales.pk,
    }  # fmt: skip


def test_a_merged_conversation_is_told_of_where_it_is_read(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    other = cast.opened(conversation.inbox, cast.said("Again.", at=after(minutes=1)))
    other.merge(into=conversation, by=people["ada"], at=after(minutes=2))
    seal()
    start = reading.head()
    other.note(cast.letter("Same lamp.", to=()), by=people["ada"], at=after(minutes=3))
    assert short(told(people, start)["ada"])[0] == ("conversation", conversation.pk, "note.added")


def test_the_number_of_queries_does_not_grow_with_entries_or_agents(
    people: dict[str, Agent], conversation: Conversation, django_assert_num_queries: object
) -> None:
    for minute in range(20):
        conversation.tag(f"tag {minute}", by=people["ada"], at=after(minutes=minute))
    seal()
    entries = reading.after(0)
    assert len(entries) > 20
    with django_assert_num_queries(5):  # type: ignore[operator]  # pytest-django types it as a fixture
        feeding.events(entries, {agent.pk for agent in people.values()})


def test_a_stream_that_was_away_hears_what_it_missed(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    start = reading.head()
    conversation.tag("lamp", by=people["ada"], at=NOON)
    seal()
    assert [event.name for event in feeding.missed(start, people["ada"].pk)] == [
        "conversation", "inbox",
    ]  # fmt: skip
    assert feeding.missed(start, people["max"].pk) == []
    assert feeding.missed(start + 1, people["ada"].pk) == []


def test_a_stream_that_was_away_for_long_looks_at_its_list_anew(
    people: dict[str, Agent], conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "MOST_MISSED", 2)
    start = reading.head()
    for name in ("a", "b", "c"):
        conversation.tag(name, by=people["ada"], at=NOON)
    seal()
    assert feeding.missed(start, people["ada"].pk) == [Event("inbox", {"id": None}, start + 3)]


def test_who_looks_is_told_to_those_there_of_the_others_and_to_whoever_may_see_it(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    ada, olga = people["ada"], people["olga"]
    who = tuple(
        Present(one.pk, one.name, one.initials, is_typing=one == ada) for one in (ada, olga)
    )
    streams = {agent.pk for agent in people.values()}
    told = [
        ({one["name"] for one in event.facts["who"]}, to)
        for event, to in feeding.presence(conversation.pk, who[:1], streams)
    ]
    assert told == [(set(), {ada.pk}), ({ada.name}, {olga.pk})]
    conversation.restrict(to=[], by=ada, at=NOON)
    alone = [to for _event, to in feeding.presence(conversation.pk, who[:1], streams)]
    assert alone == [{ada.pk}]
    both = list(feeding.presence(conversation.pk, who, {olga.pk}))
    assert [one["typing"] for one in both[0][0].facts["who"]] == [True]


class Listening(Hub):
    """A hub that keeps what it is given."""

    def __init__(self, *agents: Agent) -> None:
        super().__init__()
        self._agents = {agent.pk for agent in agents}
        self.sent: list[tuple[str, set[int]]] = []

    def agents(self) -> set[int]:
        return self._agents

    def send(self, event: Event, agent_ids: object) -> None:
        self.sent.append((event.name, set(agent_ids)))  # type: ignore[call-overload]  # an iterable of ids


def test_a_feed_tells_only_what_happens_after_it_began(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    hub = Listening(people["ada"])
    feed = Feed(hub, Registry())
    assert feed.advance(now=NOON) == 0
    conversation.tag("lamp", by=people["ada"], at=NOON)
    seal()
    assert feed.advance(now=NOON) == 1
    assert feed.advance(now=NOON) == 0
    assert hub.sent == [("conversation", {people["ada"].pk}), ("inbox", {people["ada"].pk})]


def test_whoever_may_not_see_a_conversation_any_more_sees_nobody_in_it_either(
    people: dict[str, Agent], conversation: Conversation
) -> None:
    registry, told = Registry(), []
    feed = Feed(Listening(), registry)
    for agent in (people["ada"], people["olga"]):
        registry.give(presence.Sign(conversation.pk, agent.pk, agent.name, agent.initials, NOON))
    registry.on_change = lambda _pk, who, **_more: told.append([one.agent_id for one in who])
    conversation.restrict(to=[], by=people["ada"], at=NOON)
    seal()
    feed.advance(now=NOON)
    assert told == [[people["ada"].pk]]
