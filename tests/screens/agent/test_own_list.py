"""Words of a team's own: its leads keep the list, and who writes such a word is told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.hinting import line, read
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Change
from wingbeat.desk.people.models import Team
from wingbeat.language.own_list import MOST_LINES

pytestmark = pytest.mark.django_db

SAID = "Your invoice went out today, and a coupon lies beside it."


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support, cast.said(text="My lamp came broken.", at=timezone.now()))


@pytest.fixture
def team(support: Inbox) -> Team:
    """The team that answers the inbox; Max leads it."""
    team = support.teams.get()
    team.memberships.update_or_create(agent=cast.max_(), defaults={"is_lead": True})
    return team


def page_of(team: Team) -> str:
    return reverse("agent:own-list", args=[team.pk])


def keep(team: Team, words: str) -> None:
    Team.objects.filter(pk=team.pk).update(own_list=words)


def test_a_word_of_the_list_is_told_with_what_the_team_says_instead(
    desk: Client, conversation: Conversation, team: Team
) -> None:
    assert "coupon" not in line(read(desk, conversation, SAID))
    keep(team, "coupon = voucher\nper se")
    told = line(read(desk, conversation, SAID))
    assert "“coupon” is on the team" in told
    assert "Say: voucher" in told
    assert "Leave it out." in line(read(desk, conversation, "Your invoice is not wrong Per  se."))
    to = "Otto Berg <otto@shop.example>"
    assert "coupon" in line(read(desk, conversation, SAID, kind="forward", to=to))


@pytest.mark.parametrize("kept", [
    "Your invoice went out today, with coupons.", "You wrote “a coupon lies beside it”: it does.",
])  # fmt: skip
def test_part_of_a_word_and_what_is_quoted_are_left_alone(
    desk: Client, conversation: Conversation, team: Team, kept: str
) -> None:
    keep(team, "coupon = voucher")
    assert "coupon" not in line(read(desk, conversation, kept))


def test_another_teams_words_are_no_matter_of_this_inbox(
    desk: Client, conversation: Conversation
) -> None:
    Team.objects.create(name="Sales", own_list="coupon = voucher")
    assert "coupon" not in line(read(desk, conversation, SAID))


def test_whoever_leads_keeps_the_list_and_the_log_has_the_change(
    client_of: ClientOf, team: Team
) -> None:
    lead = client_of(cast.max_())
    assert page_of(team) in lead.get(reverse("agent:hint-counts")).content.decode()
    answer = lead.post(page_of(team), {"own_list": "  coupon=voucher \r\n\r\nper se\r\nx = y ="})
    assert answer.status_code == 302
    team.refresh_from_db()
    assert team.own_list == "coupon = voucher\nper se\nx = y ="
    assert "coupon" in Change.objects.get().differences
    assert "coupon = voucher" in lead.get(page_of(team)).content.decode()
    assert client_of(cast.ada()).get(page_of(team)).status_code == 404


@pytest.mark.parametrize(("words", "number"), [
    ("coupon = voucher\n= nothing", 2), ("a" * 81, 1),
    ("word\n" * (MOST_LINES + 1), MOST_LINES + 1),
])  # fmt: skip
def test_a_line_that_is_no_pair_is_named_and_nothing_is_lost(
    client_of: ClientOf, team: Team, words: str, number: int
) -> None:
    keep(team, "coupon = voucher")
    page = client_of(cast.max_()).post(page_of(team), {"own_list": words}).content.decode()
    assert f"Line {number}, " in page
    assert words.split("\n", maxsplit=1)[0][:60] in page
    team.refresh_from_db()
    assert team.own_list == "coupon = voucher"
