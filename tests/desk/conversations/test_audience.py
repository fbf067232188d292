"""The visibility rule in memory and the one in queries are the same rule."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests import cast
from wingbeat.desk.conversations import audience
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.restricting import Admission
from wingbeat.desk.people.models import Agent, Membership, Role, Team

pytestmark = pytest.mark.django_db


def a_desk(chance: random.Random) -> tuple[list[Agent], list[Conversation]]:
    """Make agents, teams, inboxes and conversations whose ties are drawn at random."""
    teams = [Team.objects.create(name=f"Team {n}") for n in range(3)]
    inboxes = [
        Inbox.objects.create(
            name=f"Inbox {n}", address=f"inbox{n}@desk.example", is_for_team=n == 3
        )
        for n in range(4)
    ]
    for inbox in inboxes:
        inbox.teams.set([team for team in teams if chance.random() < 0.5])
    agents = [
        Agent.objects.invite(
            email=f"a{n}@desk.example", name=f"Agent {n}",
            role=chance.choice([Role.OWNER, Role.ADMIN, Role.AGENT, Role.AGENT, Role.LIGHT]),
            is_active=chance.random() < 0.8,
        )
        for n in range(8)
    ]  # fmt: skip
    agents.append(Agent.objects.system())
    Membership.objects.bulk_create(
        Membership(agent=agent, team=team)
        for agent in agents for team in teams if chance.random() < 0.4
    )  # fmt: skip
    conversations = [cast.opened(chance.choice(inboxes)) for _n in range(12)]
    for conversation in conversations:
        conversation.assignee = chance.choice([None, *agents])
        conversation.is_restricted = chance.random() < 0.4
        conversation.save()
        for agent in agents:
            if chance.random() < 0.2:
                Admission.objects.create(
                    conversation=conversation, agent=agent, by=agents[0], at=cast.NOON
                )
    return agents, conversations


@pytest.mark.parametrize("seed", range(12))
def test_it_always_agrees_with_visible_to(seed: int) -> None:
    agents, conversations = a_desk(random.Random(seed))
    seen = audience.conversations(conversation.pk for conversation in conversations)
    readers = audience.readers(agent.pk for agent in agents)
    for agent in Agent.objects.filter(pk__in=[agent.pk for agent in agents]):
        asked = set(Conversation.objects.visible_to(agent).values_list("pk", flat=True))
        assert {pk for pk, facts in seen.items() if readers[agent.pk].may_see(facts)} == asked
        assert {pk for pk, facts in seen.items() if readers[agent.pk].reasons(facts)} == asked
        loaded = Conversation.objects.filter(pk__in=seen)
        assert {one.pk for one in loaded if audience.may_read(agent, one)} == asked


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    agents, conversations = a_desk(random.Random(99))
    with django_assert_num_queries(5):
        audience.conversations([conversation.pk for conversation in conversations])
        audience.readers([agent.pk for agent in agents])
    with django_assert_num_queries(5):
        audience.conversations([conversations[0].pk])
        audience.readers([agents[0].pk])


def test_nobody_may_see_what_does_not_exist() -> None:
    ada = cast.ada()
    assert audience.conversations([404]) == {}
    assert audience.readers([ada.pk, 404]).keys() == {ada.pk}
