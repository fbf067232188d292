"""Assignment, snooze, ending, reopening, spam: plain forms that lead back to the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.blocking import is_blocked
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


def post(client: Client, conversation: Conversation, noun: str, **form: object) -> str:
    """Send a form as a browser without scripts does; return the page it leads to."""
    answer = client.post(f"/conversations/{conversation.pk}/{noun}/", form, follow=True)
    assert answer.redirect_chain[0][1] == 303
    conversation.refresh_from_db()
    return answer.content.decode()


def test_it_can_be_taken_given_and_laid_down(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    def whose() -> list[str]:
        return [str(owner) for owner in (conversation.assignee, conversation.team) if owner]

    team = conversation.inbox.teams.get()
    post(desk, conversation, "assignment", agent=ada.pk)
    assert whose() == ["Ada Fields"]
    post(desk, conversation, "assignment", team=team.pk)
    assert whose() == ["Support"]
    post(desk, conversation, "assignment", nobody="1")
    assert whose() == []


def test_it_cannot_be_given_to_whoever_has_left(desk: Client, conversation: Conversation) -> None:
    gone = Agent.objects.invite(email="g@desk.example", name="Gone", is_active=False)
    url = f"/conversations/{conversation.pk}/assignment/"
    assert desk.post(url, {"agent": gone.pk}).status_code == 404


def test_it_is_put_aside_until_a_time_on_the_readers_clock(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    ada.zone = "Asia/Tokyo"
    ada.save()
    day = timezone.now() + timedelta(days=3)
    post(desk, conversation, "snooze", until=f"{day:%Y-%m-%d}T09:00")
    assert conversation.snoozed_until is not None
    assert f"{conversation.snoozed_until:%H:%M}" == "00:00"
    page = post(desk, conversation, "waking")
    assert conversation.snoozed_until is None
    assert "Ada Fields woke it" in page


@pytest.mark.parametrize("until", ["", "soon", "2001-01-01T09:00"])
def test_a_time_that_makes_no_sense_is_refused_with_words(
    desk: Client, conversation: Conversation, until: str
) -> None:
    page = post(desk, conversation, "snooze", until=until)
    assert conversation.snoozed_until is None
    assert 'class="toast is-trouble"' in page


def test_it_ends_with_a_reason_and_opens_again(desk: Client, conversation: Conversation) -> None:
    page = post(desk, conversation, "ending", reason="elsewhere")
    assert conversation.state == "ended"
    assert "done elsewhere" in page
    post(desk, conversation, "reopening")
    assert conversation.state == "us"


def test_ending_twice_says_that_it_is_over(desk: Client, conversation: Conversation) -> None:
    post(desk, conversation, "ending", reason="answered")
    assert "has already ended" in post(desk, conversation, "ending", reason="answered")


def test_no_reason_ends_nothing(desk: Client, conversation: Conversation) -> None:
    post(desk, conversation, "ending", reason="bored")
    assert conversation.state == "us"


def test_spam_leaves_the_lists_and_can_come_back(desk: Client, conversation: Conversation) -> None:
    post(desk, conversation, "spam")
    assert conversation.is_spam
    assert desk.get("/?show=over").context["list"].rows == ()
    post(desk, conversation, "reopening")
    assert not conversation.is_spam


def test_blocking_ends_it_and_keeps_the_next_mail_out(
    desk: Client, conversation: Conversation
) -> None:
    page = post(desk, conversation, "blocking")
    assert conversation.is_spam
    assert "nora@customers.example is blocked." in page
    assert is_blocked("nora@customers.example")


@pytest.mark.parametrize("until", ["", "soon", "2026-13-45T10:00"])
def test_a_day_that_is_none_is_told_on_the_page(
    desk: Client, conversation: Conversation, until: str
) -> None:
    assert "Choose a day and a time to come back." in post(
        desk, conversation, "snooze", until=until
    )


@pytest.mark.parametrize(
    "noun", ["assignment", "snooze", "waking", "ending", "reopening", "spam", "tags", "replies"]
)
def test_what_changes_something_is_never_a_get(
    desk: Client, conversation: Conversation, noun: str
) -> None:
    assert desk.get(f"/conversations/{conversation.pk}/{noun}/").status_code == 405


@pytest.mark.parametrize("address", ["/", "/search/", "/conversations/new/", "/views/"])
def test_whatever_answers_get_answers_head(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == desk.head(address).status_code == 200


def test_nobody_changes_what_they_cannot_see(
    conversation: Conversation, ada: Agent, client_of: ClientOf
) -> None:
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    url = f"/conversations/{conversation.pk}/ending/"
    assert client_of(cast.max_()).post(url, {"reason": "answered"}).status_code == 404
    conversation.refresh_from_db()
    assert conversation.state == "us"
