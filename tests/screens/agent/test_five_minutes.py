"""Five minutes of one's own: nothing new comes meanwhile, and nobody else sees who takes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.automation import handing
from wingbeat.desk.automation.availability import Availability, Presence, be
from wingbeat.desk.automation.routing import Way, give_out, route_by
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def row_of(page: str, name: str) -> str:
    """What the Team page says of one person."""
    (row,) = [row for row in page.split('<li class="roster-row')[1:] if name in row]
    return row.partition("</li>")[0]


def test_routing_gives_whoever_pauses_nothing_and_nobody_else_sees_it(
    desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    room = {ada.pk: 20, cast.max_().pk: 20}
    team, at = cast.support_team(lead=cast.max_()), timezone.now()
    route_by(team, way=Way.TURNS, is_paused=False, most=room, by=cast.olga(), at=at)
    assert "Five minutes" in row_of(desk.get("/team/").content.decode(), "Ada Fields")
    desk.post(f"/team/{ada.pk}/presence/", {"presence": "pause"})

    hard = [cast.opened(support, cast.said("I am furious!", at=at)) for _one in range(4)]
    give_out(timezone.now())
    for one in hard:
        one.refresh_from_db()
    assert {one.assignee for one in hard} == {cast.max_()}

    own = row_of(desk.get("/team/").content.decode(), "Ada Fields")
    assert "protected time until" in own
    for reader in (cast.max_(), cast.olga()):
        seen = row_of(client_of(reader).get("/team/").content.decode(), "Ada Fields")
        assert "until" not in seen.partition("<form")[0]
        assert "is-away" not in seen

    # an hour that somebody protects is seen, and nobody pauses somebody else
    lead, hour = client_of(cast.max_()), timezone.localtime() + timedelta(hours=1)
    assert lead.post(f"/team/{ada.pk}/presence/", {"presence": "pause"}).status_code == 400
    lead.post(f"/team/{ada.pk}/presence/", {"presence": "protected", "until": hour.isoformat()})
    assert "protected time until" in row_of(lead.get("/team/").content.decode(), "Ada Fields")

    Availability.objects.update(until=timezone.now() - timedelta(seconds=1))
    later = cast.opened(support, cast.said("And now?", at=at))
    give_out(timezone.now())
    later.refresh_from_db()
    assert later.assignee == ada, "it ends by itself"


def test_whoever_pauses_keeps_what_is_theirs(desk: Client, support: Inbox, ada: Agent) -> None:
    room = {ada.pk: 20, cast.max_().pk: 20}
    team, at = cast.support_team(lead=cast.max_()), timezone.now()
    route_by(team, way=Way.TURNS, is_paused=False, most=room, by=cast.olga(), at=at)
    hers = cast.opened(support, cast.said(at=at))
    hers.assign(agent=ada, team=team, by=ada, at=at)
    hers.reply(cast.letter(), by=ada, at=at, seen=None)
    desk.post(f"/team/{ada.pk}/presence/", {"presence": "pause"})
    said = cast.said("And the other lamp?", at=timezone.now())
    receive(hers, said, by=Agent.objects.system())
    give_out(timezone.now())
    hers.refresh_from_db()
    assert hers.waits_for_us_since is not None
    assert hers.assignee == ada

    # an hour that somebody protects is different: what comes meanwhile goes to a colleague
    until = timezone.now() + timedelta(hours=1)
    be(ada, Presence.PROTECTED, until=until, by=ada, at=hers.waits_for_us_since - timedelta(1))
    give_out(timezone.now())
    hers.refresh_from_db()
    assert hers.assignee == cast.max_()


def test_nothing_tells_that_somebody_pauses(desk: Client, support: Inbox, ada: Agent) -> None:
    cast.support_team(lead=cast.max_())
    its = cast.opened(support, cast.said(at=timezone.now()))
    its.assign(agent=cast.max_(), team=None, by=ada, at=timezone.now())
    said = Entry.objects.filter(kind=Kind.AVAILABILITY_CHANGED)
    for presence in ("pause", Presence.HERE, "pause"):
        desk.post(f"/team/{ada.pk}/presence/", {"presence": presence})
        assert not said.exists()
    (taking,) = handing.plan(cast.max_(), by=cast.max_(), now=timezone.now())
    assert taking.taker == ada, "a list without her would show it"
    desk.post(f"/team/{ada.pk}/presence/", {"presence": Presence.AWAY})
    assert said.count() == 1
    desk.post(f"/team/{ada.pk}/presence/", {"presence": Presence.HERE})
    assert said.count() == 2


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.PROTECTED])
def test_five_minutes_cut_nothing_short_that_keeps_one_away_for_longer(
    desk: Client, support: Inbox, ada: Agent, presence: Presence
) -> None:
    now = timezone.now()
    be(ada, presence, until=now + timedelta(hours=8), by=cast.olga(), at=now)
    page = desk.post(f"/team/{ada.pk}/presence/", {"presence": "pause"}, follow=True)
    assert "You are away already" in page.content.decode()
    (kept,) = Availability.objects.all()
    assert (kept.presence, kept.until) == (presence, now + timedelta(hours=8))

    Availability.objects.update(until=now - timedelta(seconds=1))  # back again: they are theirs
    desk.post(f"/team/{ada.pk}/presence/", {"presence": "pause"})
    desk.post(f"/team/{ada.pk}/presence/", {"presence": "pause"})
    (kept,) = Availability.objects.all()
    assert (kept.presence, kept.by) == (Presence.PROTECTED, ada)
