"""People: invited, placed, seen off and let in again; nobody logs in as another."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import far_server
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent, Membership, Role, Team

pytestmark = pytest.mark.django_db
LINK = re.compile(r'value="(http://testserver/account/password/reset/key/[^"]+)"')


def can_mail() -> None:
    """Give the desk an account; the mails stay in `mail.outbox`."""
    with far_server() as far:
        sent.account(cast.support(), far)


def invited(client: Client, **answers: object) -> Agent:
    given = {"name": "Mia Moon", "email": "Mia@desk.example", "role": "agent", **answers}
    client.post("/setup/people/new/", given)
    return Agent.objects.get(email="mia@desk.example")


def page_of(client: Client, agent: Agent) -> str:
    return client.get(f"/setup/people/{agent.pk}/").content.decode()


def test_an_invited_person_sets_a_password_by_the_link_shown_and_is_in(admin: Client) -> None:
    team = cast.support_team()
    mia = invited(admin, role="light", teams=[team.pk])
    assert (mia.role, mia.memberships.get().team) == (Role.LIGHT, team)
    link = LINK.search(page_of(admin, mia))
    assert link is not None
    theirs = Client()
    form = theirs.get(link[1], follow=True).redirect_chain[-1][0]
    theirs.post(form, {"password1": "a calm new sentence", "password2": "a calm new sentence"})
    assert theirs.get("/settings/").status_code == 200
    assert LINK.search(page_of(admin, mia)) is None  # from now on the account is theirs alone


def test_whoever_logs_in_by_code_has_no_link_that_others_see(admin: Client) -> None:
    mia = invited(admin, role="light")
    assert LINK.search(page_of(admin, mia)) is not None
    Client().force_login(mia)
    assert LINK.search(page_of(admin, mia)) is None


def test_an_invitation_is_mailed_when_the_desk_can_send(admin: Client) -> None:
    can_mail()
    mia = invited(admin)
    assert mail.outbox[0].to == ["mia@desk.example"]
    assert "Adam Admin invites you" in mail.outbox[0].subject
    assert "/account/password/reset/key/" in mail.outbox[0].body
    admin.post(f"/setup/people/{mia.pk}/invitation/")
    assert len(mail.outbox) == 2


def test_an_invitation_that_cannot_be_mailed_says_why_and_shows_the_link(
    admin: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "wingbeat.channels.mail.own_mail.DeskBackend"
    page = page_of(admin, invited(admin))
    assert "No inbox of this desk can send mail yet." in page
    assert LINK.search(page) is not None


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"email": "ada@desk.example"}, "already uses ada@desk.example"),
        ({"email": "support@desk.example"}, "Customers write to that address"),
        ({"email": "no address"}, "valid email address"),
        ({"role": "owner"}, "not one of the available choices"),
        ({"role": "system"}, "not one of the available choices"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_is_told_beside_the_question(
    admin: Client, answers: dict[str, str], says: str
) -> None:
    cast.support(cast.ada())
    given = {"name": "Mia", "email": "mia@desk.example", "role": "agent", **answers}
    page = admin.post("/setup/people/new/", given)
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Agent.objects.filter(email="mia@desk.example").exists()


def test_an_admin_sees_an_owner_and_can_change_nothing(admin: Client, olga: Agent) -> None:
    page = page_of(admin, olga)
    assert "Only an owner can change an owner." in page
    assert "leaves" not in page
    given = {"role": "agent"}
    assert "higher role" in admin.post(f"/setup/people/{olga.pk}/", given).content.decode()
    admin.post(f"/setup/people/{olga.pk}/leaving/", {})
    admin.post(f"/setup/people/{olga.pk}/password-link/")
    olga.refresh_from_db()
    assert (olga.role, olga.is_active) == (Role.OWNER, True)
    assert not mail.outbox


def test_the_link_of_an_invited_owner_is_not_shown_to_an_admin(
    owner: Client, admin: Client
) -> None:
    mia = invited(owner, role="owner")
    assert LINK.search(page_of(owner, mia)) is not None
    assert LINK.search(page_of(admin, mia)) is None


def test_a_link_to_a_new_password_goes_to_its_owner_and_to_nobody_else(admin: Client) -> None:
    can_mail()
    ada = cast.ada()
    assert LINK.search(page_of(admin, ada)) is None
    answer = admin.post(f"/setup/people/{ada.pk}/password-link/", follow=True)
    assert mail.outbox[0].to == ["ada@desk.example"]
    assert "/password/reset/key/" not in answer.content.decode()


def test_role_and_teams_are_changed_together(owner: Client) -> None:
    ada, team = cast.ada(), cast.support_team()
    owner.post(f"/setup/people/{ada.pk}/", {"role": "admin", "teams": [team.pk]})
    ada.refresh_from_db()
    assert (ada.role, ada.memberships.get().team) == (Role.ADMIN, team)
    assert Entry.objects.filter(kind="agent.changed").count() == 1


def test_the_last_owner_is_told_why_they_stay(owner: Client, olga: Agent) -> None:
    page = owner.post(f"/setup/people/{olga.pk}/", {"role": "admin"})
    assert "Olga Owner is the only owner." in page.content.decode()
    assert page.status_code == 422


def test_whoever_leaves_hands_over_and_is_out(owner: Client) -> None:
    ada, max_ = cast.ada(), cast.max_()
    conversation = cast.opened(cast.support(ada, max_))
    conversation.assign(agent=ada, by=ada, at=cast.NOON)
    theirs = Client()
    theirs.force_login(ada)
    owner.post(f"/setup/people/{ada.pk}/leaving/", {"to": max_.pk})
    conversation.refresh_from_db()
    assert conversation.assignee == max_
    assert theirs.get("/").status_code == 302
    page = owner.get("/setup/people/").content.decode()
    assert page.index("Cannot log in") < page.index("Ada Fields")
    owner.post(f"/setup/people/{ada.pk}/return/")
    assert Agent.objects.get(pk=ada.pk).is_active


def test_what_only_they_could_read_must_go_to_somebody(owner: Client) -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    page = owner.post(f"/setup/people/{ada.pk}/leaving/", {"to": ""})
    assert page.status_code == 422
    assert "can be read by Ada Fields alone" in page.content.decode()
    assert Agent.objects.get(pk=ada.pk).is_active


def test_nobody_locks_themselves_out(owner: Client, olga: Agent, adam: Agent) -> None:
    assert "leaves" not in page_of(owner, olga)
    Agent.objects.filter(pk=adam.pk).update(role=Role.OWNER)
    page = owner.post(f"/setup/people/{olga.pk}/leaving/", {})
    assert "You would lock yourself out" in page.content.decode()


def test_the_desk_itself_is_nobody_on_the_list(owner: Client) -> None:
    system = Agent.objects.system()
    assert "desk@localhost" not in owner.get("/setup/people/").content.decode()
    assert owner.get(f"/setup/people/{system.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["/setup/people/", "/setup/teams/"])
def test_a_longer_list_asks_no_more_questions(owner: Client, path: str) -> None:
    def add(numbers: range) -> None:
        for number in numbers:
            team = Team.objects.create(name=f"Team {number}")
            agent = Agent.objects.invite(email=f"a{number}@desk.example", name=f"A {number}")
            Membership.objects.create(agent=agent, team=team)

    add(range(10))
    owner.get(path)
    with CaptureQueriesContext(connection) as ten:
        assert "A 9" in owner.get(path).content.decode()
    add(range(10, 20))
    with CaptureQueriesContext(connection) as twenty:
        assert "A 19" in owner.get(path).content.decode()
    assert len(ten) == len(twenty)
