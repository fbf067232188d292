"""Roles: nobody gives one above their own, and a desk keeps an owner."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.inviting import AlreadyHere, invite
from wingbeat.desk.people.leaving import NotYourself, come_back, leave
from wingbeat.desk.people.models import Agent, Role, Team
from wingbeat.desk.people.placing import place
from wingbeat.desk.people.roles import LastOwner, NotTheirs, may_give

pytestmark = pytest.mark.django_db


def adam() -> Agent:
    """An admin."""
    return Agent.objects.invite(email="adam@desk.example", name="Adam Admin", role=Role.ADMIN)


def changes() -> list[tuple[str, str]]:
    rows = Entry.objects.order_by("pk").values_list("kind", "facts")
    return [(kind, facts["change"]) for kind, facts in rows]


def test_an_invited_agent_cannot_log_in_before_a_password_is_set() -> None:
    team = cast.support_team()
    mia = invite(
        name="Mia",
        email="Mia@Desk.example",
        role=Role.LIGHT,
        teams=[team],
        by=cast.olga(),
        at=cast.NOON,
    )
    assert (mia.email, mia.is_light, mia.has_usable_password()) == ("mia@desk.example", True, False)
    assert list(mia.memberships.values_list("team", flat=True)) == [team.pk]
    assert changes() == [("agent.changed", "invited")]
    with pytest.raises(AlreadyHere, match=r"mia@desk\.example"):
        invite(
            name="Mia",
            email="mia@desk.example",
            role=Role.AGENT,
            teams=[],
            by=cast.olga(),
            at=cast.NOON,
        )


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.OWNER, {"light", "agent", "admin", "owner"}),
        (Role.ADMIN, {"light", "agent", "admin"}),
        (Role.AGENT, set()),
        (Role.LIGHT, set()),
    ],
)
def test_a_role_is_given_only_by_somebody_who_has_it(role: Role, may: set[str]) -> None:
    giver = Agent.objects.invite(email="giver@desk.example", name="Giver", role=role)
    assert set(may_give(giver)) == may


def test_an_admin_neither_makes_nor_changes_an_owner() -> None:
    admin, ada, olga = adam(), cast.ada(), cast.olga()
    with pytest.raises(NotTheirs):
        invite(
            name="Eve",
            email="eve@desk.example",
            role=Role.OWNER,
            teams=[],
            by=admin,
            at=cast.NOON,
        )
    with pytest.raises(NotTheirs):
        place(ada, role=Role.OWNER, teams=[], by=admin, at=cast.NOON)
    with pytest.raises(NotTheirs):
        place(admin, role=Role.OWNER, teams=[], by=admin, at=cast.NOON)
    with pytest.raises(NotTheirs, match="Olga Owner"):
        place(olga, role=Role.AGENT, teams=[], by=admin, at=cast.NOON)
    with pytest.raises(NotTheirs, match="Olga Owner"):
        leave(olga, by=admin, at=cast.NOON)
    assert not Entry.objects.exists()
    assert not Agent.objects.filter(email="eve@desk.example").exists()


def test_an_agent_changes_nobody_and_nobody_changes_the_desk_itself() -> None:
    with pytest.raises(NotTheirs):
        place(cast.lena(), role=Role.LIGHT, teams=[], by=cast.ada(), at=cast.NOON)
    with pytest.raises(NotTheirs):
        place(Agent.objects.system(), role=Role.AGENT, teams=[], by=cast.olga(), at=cast.NOON)


def test_the_last_owner_stays_one() -> None:
    olga = cast.olga()
    with pytest.raises(LastOwner, match="only owner"):
        place(olga, role=Role.ADMIN, teams=[], by=olga, at=cast.NOON)
    second = Agent.objects.invite(email="second@desk.example", name="Second", role=Role.OWNER)
    leave(second, by=olga, at=cast.NOON)
    with pytest.raises(LastOwner):  # the second cannot log in, so does not count
        place(olga, role=Role.ADMIN, teams=[], by=olga, at=cast.NOON)
    come_back(second, by=olga, at=cast.NOON)
    place(olga, role=Role.ADMIN, teams=[], by=olga, at=cast.NOON)
    assert not Agent.objects.filter(email="olga@desk.example", role=Role.OWNER).exists()
    assert changes() == [
        ("agent.changed", "left"),
        ("agent.changed", "came_back"),
        ("agent.changed", "placed"),
    ]


def test_nobody_locks_themselves_out() -> None:
    admin = adam()
    with pytest.raises(NotYourself):
        leave(admin, by=admin, at=cast.NOON)
    assert Agent.objects.get(pk=admin.pk).is_active


def test_a_place_keeps_who_leads_and_is_recorded_once_if_something_changed() -> None:
    max_, olga = cast.max_(), cast.olga()
    support = cast.support_team(lead=max_)
    other = Team.objects.create(name="Other")
    place(max_, role=Role.AGENT, teams=[support, other], by=olga, at=cast.NOON)
    place(max_, role=Role.AGENT, teams=[other, support], by=olga, at=cast.NOON)
    led = max_.memberships.order_by("team__name").values_list("team__name", "is_lead")
    assert list(led) == [("Other", False), ("Support", True)]
    place(max_, role=Role.AGENT, teams=[other], by=olga, at=cast.NOON)
    assert list(max_.memberships.values_list("team__name", flat=True)) == ["Other"]
    assert changes() == [("agent.changed", "placed")] * 2
