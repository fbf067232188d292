"""What each condition finds, for whoever asks, now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast
from wingbeat.desk.conversations.asking import meaning
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.models import Customer, Organization
from wingbeat.desk.people.models import Agent, Team

pytestmark = pytest.mark.django_db
NOW = cast.after(days=40)


def found(text: str, by: Agent | None = None) -> set[str]:
    """Subjects of what a question finds."""
    agent = by or cast.ada()
    rows = Conversation.objects.visible_to(agent).asked(read(text), by=agent, now=NOW)
    return set(rows.values_list("subject", flat=True))


@pytest.fixture
def desk() -> dict[str, Conversation]:
    """One conversation of every kind."""
    ada, max_ = cast.ada(), cast.max_()
    support = cast.support(ada, max_)
    orders = Inbox.objects.create(name="Bestellungen Ü", address="orders@desk.example")
    orders.teams.add(cast.support_team())

    def begun(subject: str, days: float, sender: Party = cast.NORA, **more: str) -> Conversation:
        inbox = orders if subject == "orders" else support
        said = cast.said(subject=subject, sender=sender, at=cast.after(days=days), **more)
        return cast.opened(inbox, said)

    rows = {
        "new": begun("new", 39.9),
        "old": begun("old", 30, cast.OTTO),
        "orders": begun("orders", 39.5, text="I was charged twice for it."),
        "mine": begun("mine", 38),
        "answered": begun("answered", 30),
        "quiet": begun("quiet", 1),
        "ended": begun("ended", 20),
        "spam": begun("spam", 20),
        "asleep": begun("asleep", 39),
    }
    rows["mine"].assign(agent=ada, by=ada, at=NOW)
    rows["old"].assign(agent=None, team=cast.support_team(), by=ada, at=NOW)
    rows["old"].tag("Late Parcel", by=ada, at=NOW)
    rows["orders"].tag("refund", by=ada, at=NOW)
    rows["orders"].note(cast.letter("Look at this twice: it is charged."), by=ada, at=NOW)
    rows["answered"].reply(cast.letter(), by=ada, at=cast.after(days=35), seen=None)
    rows["quiet"].reply(cast.letter(), by=ada, at=cast.after(days=2), seen=None)
    rows["ended"].end(by=ada, at=NOW, reason=Reason.DUPLICATE)
    rows["spam"].end(by=ada, at=NOW, reason=Reason.SPAM)
    rows["asleep"].snooze(until=NOW + timedelta(days=2), by=ada, at=NOW)
    rows["mine"].restrict(to=[max_], by=ada, at=NOW)
    receive(
        rows["new"], cast.said("Let me in.", sender=cast.OTTO, at=NOW),
        by=Agent.objects.system(), doubt=Doubt.UNKNOWN_SENDER,
    )  # fmt: skip
    acme = Organization.objects.create(name="Acme Öl")
    Customer.objects.filter(name="Otto Berg").update(organization=acme)
    return rows


EVERYTHING = {"new", "old", "orders", "mine", "answered", "quiet", "ended"}


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("", EVERYTHING),
        ("state:us", {"new", "old", "orders", "mine"}),
        ("state:customer", {"answered"}),
        ("state:quiet", {"quiet"}),
        ("state:customer,quiet", {"answered", "quiet"}),
        ("state:ended", {"ended"}),
        ("state:open -state:us", {"answered", "quiet"}),
        ("inbox:bestellungen_ü", set()),
        ('inbox:"BESTELLUNGEN ü"', {"orders"}),
        ("-inbox:Support", {"orders"}),
        ("inbox:orders@desk.example,Support", EVERYTHING),
        ("assignee:me", {"mine"}),
        ("assignee:nobody", EVERYTHING - {"mine"}),
        ('assignee:"ada fields",nobody', EVERYTHING),
        ("-assignee:me", EVERYTHING - {"mine"}),
        ("team:support", {"old"}),
        ("team:mine", {"old"}),
        ("team:none", EVERYTHING - {"old"}),
        ("-team:Support", EVERYTHING - {"old"}),
        ('tag:"late parcel"', {"old"}),
        ("tag:refund,#nothing", {"orders"}),
        ("tag:none", EVERYTHING - {"old", "orders"}),
        ("-tag:refund", EVERYTHING - {"orders"}),
        ("customer:otto", {"old"}),
        ("customer:OTTO@customers.example", {"old"}),
        ("customer:@customers.example", EVERYTHING),
        ("organization:acme", {"old"}),
        ("organization:ÖL", {"old"}),
        ("organization:none", EVERYTHING - {"old"}),
        ("charged", {"orders"}),
        ('"charged twice"', {"orders"}),
        ('"twice charged"', set()),
        ("twice charging", {"orders"}),
        ("-charged", EVERYTHING - {"orders"}),
        ("subject:old", {"old"}),
        ("subject:lamp", set()),
        ("waits>3d", {"old"}),
        ("waits<3d", {"new", "orders", "mine"}),
        ("latest>14d -state:ended", {"quiet"}),
        ("opened:..2026-03-03", {"quiet"}),
        ("opened:2026-04-10..2026-04-11", {"new", "orders"}),
        ("wakes<3d", {"asleep"}),
        ("wakes>3d", set()),
        ("is:snoozed", {"asleep"}),
        ("is:snoozed,awake", EVERYTHING | {"asleep"}),
        ("is:spam", {"spam"}),
        ("ended:duplicate", {"ended"}),
        ("ended:spam", {"spam"}),
        ("has:note", {"orders"}),
        ("has:stranger,trouble", {"new"}),
        ("has:attachment", set()),
        ("is:restricted", {"mine"}),
        ("-is:restricted state:us", {"new", "old", "orders"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("few", [1_000, 0])
def test_a_question_finds_what_it_says(
    desk: dict[str, Conversation], monkeypatch: pytest.MonkeyPatch, text: str,
    subjects: set[str], few: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(meaning, "FEW", few)  # by key, and by walking down the list
    assert found(text) == subjects


def test_me_is_whoever_asks(desk: dict[str, Conversation]) -> None:
    assert found("assignee:me", by=cast.max_()) == set()


def test_a_question_shows_nobody_more_than_they_may_read(desk: dict[str, Conversation]) -> None:
    Agent.objects.invite(email="eve@desk.example", name="Eve", password="x" * 12)
    eve = Agent.objects.get(email="eve@desk.example")
    cast.support_team(eve)
    assert found("is:restricted", by=eve) == set()
    assert found("state:us", by=eve) == {"new", "old", "orders"}
    assert found("state:us", by=cast.lena()) == set()


def test_whoever_waits_longest_stands_first_where_all_wait(desk: dict[str, Conversation]) -> None:
    asked = Conversation.objects.asked(read("state:us"), by=cast.ada(), now=NOW)
    assert [row.subject for row in asked] == ["old", "mine", "orders", "new"]
    asked = Conversation.objects.asked(read("state:us sort:opened"), by=cast.ada(), now=NOW)
    assert [row.subject for row in asked] == ["new", "orders", "mine", "old"]


def test_a_merged_conversation_is_found_as_the_whole(desk: dict[str, Conversation]) -> None:
    desk["orders"].merge(into=desk["new"], by=cast.ada(), at=NOW)
    assert found('"charged twice"') == {"new"}


def test_a_team_that_does_not_exist_is_nobodys(desk: dict[str, Conversation]) -> None:
    assert not Team.objects.filter(name="Billing").exists()
    assert found("team:Billing") == set()
    assert found("-team:Billing") == EVERYTHING
