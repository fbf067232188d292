"""Lists: who waits for us, since when, whose."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations import presence
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens.agent.lists import KINDS, ROWS, ROWS_BESIDE

pytestmark = pytest.mark.django_db


def wait(inbox: Inbox, count: int, *, named: bool = True) -> None:
    """Let customers write, each an hour after the one before."""
    for number in range(count):
        name = f"Customer {number:02}" if named else ""
        sender = {"name": name, "address": f"c{number}@customers.example"}
        cast.opened(inbox, cast.said(sender=sender, at=cast.after(hours=number)))  # type: ignore[arg-type]  # a party


def test_whoever_waits_longest_stands_first(desk: Client, support: Inbox) -> None:
    wait(support, 3)
    page = desk.get("/").content.decode()
    assert page.index("Customer 00") < page.index("Customer 01") < page.index("Customer 02")
    assert "Customer 00 comes first." in page


@pytest.mark.parametrize("named", [True, False])
def test_a_list_costs_the_same_whatever_its_length(
    desk: Client, support: Inbox, named: bool
) -> None:
    counts = []
    for _round in range(2):
        wait(support, 10, named=named)
        desk.get("/")
        with CaptureQueriesContext(connection) as captured:
            desk.get("/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_whoever_gave_no_name_goes_by_their_address(desk: Client, support: Inbox) -> None:
    wait(support, 1, named=False)
    assert [row.customer for row in desk.get("/").context["list"].rows] == ["c0@customers.example"]


def test_beside_a_conversation_stands_less_of_the_list(desk: Client, support: Inbox) -> None:
    wait(support, ROWS_BESIDE + 1)
    url = desk.get("/").context["list"].rows[0].url
    assert len(desk.get(url).context["list"].rows) == ROWS_BESIDE


def test_who_waits_is_not_counted_inside_a_list_request(desk: Client, support: Inbox) -> None:
    wait(support, 1)
    assert 'class="rail-count">' not in desk.get("/").content.decode()
    assert ">1<" in desk.get("/rail/").content.decode()
    assert 'class="rail-count">' in desk.get("/").content.decode()


def test_a_count_stops_at_99(desk: Client, support: Inbox) -> None:
    wait(support, 101)
    assert "99+" in desk.get("/rail/").content.decode()


def test_a_page_goes_on_where_the_one_before_it_stopped(desk: Client, support: Inbox) -> None:
    wait(support, ROWS + 2)
    first = desk.get("/").context["list"]
    second = desk.get(first.next_url).context["list"]
    assert len(first.rows) == ROWS
    assert [str(row.customer) for row in second.rows] == ["Customer 50", "Customer 51"]
    assert second.next_url == ""


@pytest.mark.parametrize("after", ["yesterday_x", "5_6_7", "5_6", "0_5_2026-01-01T00:00"])
@pytest.mark.parametrize("show", ["waiting", "mine"])
def test_a_page_behind_nonsense_is_the_first(
    desk: Client, support: Inbox, show: str, after: str
) -> None:
    wait(support, 1)
    page = desk.get(f"/?show={show}&after={after}").context["list"]
    assert len(page.rows) == (show == "waiting")


@pytest.mark.parametrize(
    ("zone", "after"),
    [
        ("Europe/Vienna", "0001-01-01T00:00_5"),
        ("America/New_York", "9999-12-31T23:59_5"),
    ],
)
def test_a_page_behind_the_end_of_time_is_the_first(
    desk: Client, support: Inbox, zone: str, after: str
) -> None:
    wait(support, 1)
    Agent.objects.update(zone=zone)
    assert len(desk.get(f"/?show=newcomers&after={after}").context["list"].rows) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_list_says_why_it_is_empty(desk: Client, support: Inbox, kind: str) -> None:
    Account.objects.create(inbox=support, imap_host="imap.desk.example")
    page = desk.get(f"/?show={kind}").content.decode()
    assert str(KINDS[kind].nothing) in page


def test_newcomers_stand_by_age_as_far_as_one_may_see(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    hidden = Inbox.objects.create(name="HR", address="hr@desk.example")
    unseen = cast.opened(hidden, cast.said(sender=cast.OTTO))
    later = cast.opened(support, cast.said(sender=cast.OTTO, at=cast.after(hours=2)))
    first = cast.opened(support, cast.said(at=cast.after(hours=1)))
    cast.opened(support, cast.said("And this?", at=cast.after(hours=3)))
    shown = desk.get("/?show=newcomers").context["list"].rows
    assert [row.pk for row in shown] == [first.pk, later.pk]
    both = Team.objects.create(name="Both")
    both.memberships.create(agent=cast.max_())
    for inbox in (hidden, support):
        inbox.teams.add(both)
    shown = client_of(cast.max_()).get("/?show=newcomers").context["list"].rows
    assert [row.pk for row in shown] == [unseen.pk, first.pk]
    first.reply(cast.letter(), by=cast.ada(), at=cast.after(hours=4), seen=None)
    assert [row.pk for row in desk.get("/?show=newcomers").context["list"].rows] == [later.pk]


def test_mine_is_what_i_have_in_hand(desk: Client, support: Inbox, ada: Agent) -> None:
    mine, ended = cast.opened(support), cast.opened(support)
    cast.opened(support).assign(agent=cast.max_(), by=ada, at=cast.NOON)
    for conversation in (mine, ended):
        conversation.assign(agent=ada, by=ada, at=cast.NOON)
    ended.end(by=ada, at=cast.NOON, reason="answered")
    assert [row.pk for row in desk.get("/?show=mine").context["list"].rows] == [mine.pk]


def test_a_row_tells_of_notes_and_of_who_is_late(desk: Client, support: Inbox, ada: Agent) -> None:
    late = cast.opened(support)  # in March 2026, long past a day ago
    late.note(cast.letter(to=()), by=ada, at=cast.NOON)
    row = desk.get("/").context["list"].rows[0]
    assert row.is_late
    assert row.has_note


def test_rows_tell_who_else_reads_and_writes_and_ask_the_database_nothing_for_it(
    desk: Client, support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "registry", presence.Registry())
    wait(support, 3)
    pks = list(Conversation.objects.order_by("pk").values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as alone:
        assert "data-here" not in desk.get("/", headers={"HX-Request": "true"}).content.decode()
    now = timezone.now()
    for pk in pks:
        presence.arrive(pk, by=ada, at=now)
    max_, olga = cast.max_(), cast.olga()
    presence.arrive(pks[0], by=max_, at=now)
    presence.arrive(pks[1], by=olga, at=now, is_typing=True)
    with CaptureQueriesContext(connection) as together:
        page = desk.get("/", headers={"HX-Request": "true"}).content.decode()
    assert len(together) == len(alone)
    assert page.count("data-here") == 2
    assert f"{max_.name} is reading" in page
    assert f"{olga.name} is writing here" in page


def test_another_teams_inbox_does_not_exist(support: Inbox, client_of: ClientOf) -> None:
    wait(support, 1)
    stranger = client_of(Agent.objects.invite(email="x@desk.example", name="Xenia Else"))
    assert stranger.get(f"/inboxes/{support.pk}/").status_code == 404
    assert stranger.get("/").context["list"].rows == ()
    assert 'class="rail-count">' not in stranger.get("/rail/").content.decode()


def test_htmx_gets_the_rows_alone(desk: Client, support: Inbox) -> None:
    wait(support, 1)
    fragment = desk.get("/", headers={"HX-Request": "true"}).content.decode()
    assert "Customer 00" in fragment
    assert "<html" not in fragment


def test_whoever_is_not_logged_in_logs_in_first(client: Client) -> None:
    answer = client.get("/conversations/1/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/conversations/1/"


def test_who_waits_longest_stands_first_where_one_wants_it_and_it_stays(
    desk: Client, ada: Agent, support: Inbox, client_of: ClientOf
) -> None:
    wait(support, ROWS + 2)
    Conversation.objects.filter(customer__name="Customer 40").update(severity=2)
    Conversation.objects.filter(customer__name="Customer 00").update(due_at=cast.after(days=90))
    first = desk.get("/").context["list"]
    assert [row.customer for row in first.rows[:2]] == ["Customer 40", "Customer 01"]

    desk.post(first.order_url, {"longest": "yes"})
    for where in ("/", "/?show=waiting", f"/inboxes/{support.pk}/", first.rows[3].url):
        shown = client_of(ada).get(where).context["list"]
        assert [row.customer for row in shown.rows[:2]] == ["Customer 00", "Customer 01"]
    further = desk.get(desk.get("/").context["list"].next_url).context["list"]
    assert [row.customer for row in further.rows] == ["Customer 50", "Customer 51"]

    back = desk.post(shown.order_url, {"longest": "no"}, follow=True)
    assert back.context["list"].rows[0].customer == "Customer 40"


def test_only_the_list_of_those_who_wait_has_an_order_to_choose(
    desk: Client, ada: Agent, support: Inbox
) -> None:
    cast.opened(support).assign(agent=ada, by=ada, at=cast.after(hours=1))
    assert 'id="order"' in desk.get("/").content.decode()
    assert 'id="order"' not in desk.get("/?show=mine").content.decode()


def test_beside_rows_nothing_says_that_there_are_none(desk: Client, support: Inbox) -> None:
    wait(support, 1)
    page = desk.get("/?show=everything").content.decode()
    assert "Customer 00 comes first." in page
    Conversation.objects.get().end(
        by=Agent.objects.get(name="Ada Fields"), at=timezone.now(), reason="answered"
    )
    page = desk.get("/?show=over").content.decode()
    assert "Nothing has ended yet." not in page
    assert "Choose a conversation." in page


def test_the_list_that_one_came_from_stays_lit(desk: Client, support: Inbox) -> None:
    wait(support, 1)
    (row,) = desk.get("/").context["list"].rows
    assert desk.get(row.url).context["place"] == "home"
    beside = desk.get(row.url.partition("?")[0]).context
    assert (beside["place"], beside["place_inbox"]) == ("inbox", support.pk)
