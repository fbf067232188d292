"""What becomes of hints: called wrong, given as examples, counted by team, put to rest."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.hinting import (
    ASKED,
    NAME,
    button,
    counts,
    line,
    read,
    remembered,
)
from wingbeat.channels.privacy.emptying import empty_conversations
from wingbeat.desk.care.hint import HintCount, HintExample
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Team
from wingbeat.laws.coaching import KINDS
from wingbeat.screens.agent.hint_pages import NAMES

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support, cast.said(text=ASKED, at=timezone.now()))


def test_a_hint_called_wrong_stays_away_and_is_counted_without_anybody(
    desk: Client, conversation: Conversation
) -> None:
    page = read(desk, conversation, "Dear Nroa,")
    page = read(desk, conversation, "Dear Nroa,", hint=button(page, "wrong"), **remembered(page))
    assert "they write" not in line(page)
    page = read(desk, conversation, "Dear Nroa, hello.", **remembered(page))
    assert line(page) == ""
    assert counts() == [("Support", "first_impression.name_misspelt", 1, 0, 1)]
    columns = {field.name for field in HintCount._meta.get_fields()}
    assert columns == {"id", "team", "kind", "shown", "heeded", "wrong"}


def test_words_of_a_wrong_hint_are_kept_only_by_their_authors_click(
    desk: Client, conversation: Conversation, ada: Agent, client_of: ClientOf
) -> None:
    words = {"text": "Dear Nroa, here is all that we know."}
    page = read(desk, conversation, **words)
    assert not button(page, "example")
    page = read(desk, conversation, **words, **remembered(page), hint=button(page, "wrong"))
    assert HintExample.objects.count() == 0
    offer = button(page, "example")
    for _twice in range(2):
        page = read(desk, conversation, **words, **remembered(page), hint=offer)
    assert "Given, thank you." in page
    example = HintExample.objects.get()
    assert (example.kind, example.language, example.words) == (NAME, "en", "Nroa")
    assert counts()[0][1:] == (NAME, 1, 0, 1), "it was counted once"
    assert "Nroa" not in desk.get("/hints/").content.decode(), "she leads nobody"
    stranger = Agent.objects.invite(email="eve@desk.example", name="Eve")
    other = Team.objects.create(name="Elsewhere")
    other.memberships.create(agent=stranger, is_lead=True)
    assert "Nroa" not in client_of(stranger).get("/hints/").content.decode()
    cast.support_team(ada, lead=ada)
    assert "Nroa" in desk.get("/hints/").content.decode()
    assert client_of(stranger).post("/hints/", {"example": example.pk}).status_code == 404
    desk.post("/hints/", {"example": example.pk})
    assert HintExample.objects.count() == 0


def test_no_example_is_given_of_a_note_or_of_what_is_restricted_and_it_goes_with_its_words(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    words = {"text": "Dear Nroa, here is all that we know."}
    page = read(desk, conversation, **words)
    offer = button(page, "wrong").replace("wrong", "example")
    read(desk, conversation, **words, kind="forward", hint=offer)
    conversation.restrict(to=[ada], by=ada, at=timezone.now())
    page = read(desk, conversation, **words, **remembered(page), hint=button(page, "wrong"))
    assert not button(page, "example")
    read(desk, conversation, **words, hint=offer)
    assert HintExample.objects.count() == 0
    cast.support_team(ada, lead=ada)
    now = timezone.now()
    HintExample.objects.create(conversation=conversation, kind=NAME, words="Nroa", at=now)
    assert "Nroa" not in desk.get("/hints/").content.decode()
    empty_conversations([conversation.pk], by=ada, at=now)
    assert HintExample.objects.get().words == ""


def test_a_hint_that_a_team_seldom_heeds_rests_there_and_the_stop_never(
    desk: Client, conversation: Conversation
) -> None:
    team = conversation.inbox.teams.get()
    for kind in ("first_impression.name_misspelt", "first_impression.placeholder"):
        HintCount.objects.create(team=team, kind=kind, shown=50, heeded=9)
    page = read(desk, conversation, "Dear Nroa, {{customer.first_name}}.")
    assert "has not been filled in" in page
    assert "they write" not in page
    HintCount.objects.update(heeded=10)
    assert "they write" in read(desk, conversation, "Dear Nroa, {{customer.first_name}}!")


def test_a_lead_sees_what_rests_and_lets_it_be_shown_again(
    desk: Client, conversation: Conversation, ada: Agent, client_of: ClientOf
) -> None:
    team = conversation.inbox.teams.get()
    row = HintCount.objects.create(
        team=team, kind="first_impression.name_misspelt", shown=50, heeded=9, wrong=7
    )
    assert "a name a letter off" not in desk.get("/hints/").content.decode()  # she leads nobody
    assert desk.post("/hints/", {"count": row.pk}).status_code == 404
    cast.support_team(ada, lead=ada)
    page = desk.get("/hints/").content.decode()
    assert "a name a letter off" in page
    assert "rests" in page
    assert "<td>50</td>" not in page  # of two people one would know the other's
    for n in range(3):
        cast.support_team(Agent.objects.invite(email=f"{n}@desk.example", name=f"Agent {n}"))
    page = desk.get("/hints/").content.decode()
    assert "<td>50</td>" in page
    assert "<td>9</td><td>7</td>" in page
    desk.post("/hints/", {"count": row.pk})
    assert counts() == [("Support", "first_impression.name_misspelt", 0, 0, 0)]
    assert "they write" in read(desk, conversation, "Dear Nroa,")


def test_every_kind_has_a_name_for_its_lead() -> None:
    assert NAMES.keys() == {*KINDS}


def test_the_switch_for_views_of_staff_turns_the_counts_off(
    desk: Client, conversation: Conversation, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.support_team(ada, lead=ada)
    HintCount.objects.create(team=conversation.inbox.teams.get(), kind="support.promise", shown=1)
    assert "a promise to track" in desk.get("/hints/").content.decode()
    monkeypatch.setitem(settings.WINGBEAT, "staff_views", False)
    assert "a promise to track" not in desk.get("/hints/").content.decode()
