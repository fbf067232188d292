"""Solved is the customer's word: no agent, no button, no clock and no metric says it for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from tests import cast
from wingbeat.config.jobs.schedule import SCHEDULE
from wingbeat.desk.conversations import ending
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import NotTheirWord, Reason
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent import urls

pytestmark = pytest.mark.django_db
# What somebody might put into a form, to end a conversation in another way than we offer.
FORM = {"reason": "solved", "state": "solved", "then": "solved", "kind": "reply"}


def answered(ada: Agent) -> Conversation:
    """A conversation that waits for its customer."""
    conversation = cast.opened(cast.support(ada))
    conversation.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    return conversation


def test_only_the_customers_word_makes_it_solved() -> None:
    ada, olga = cast.ada(), cast.olga()
    conversation = answered(ada)
    for agent in (ada, olga, cast.lena()):
        with pytest.raises(NotTheirWord, match="Only Nora Lind's own word"):
            ending.solve(conversation, by=agent, at=cast.after(hours=2))
    conversation.refresh_from_db()
    assert conversation.state == "customer"

    ending.solve(conversation, by=Agent.objects.system(), at=cast.after(hours=3))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("solved", None)
    assert Entry.objects.latest("pk").kind == "conversation.solved"


def test_a_year_of_silence_ends_nothing() -> None:
    ada = cast.ada()
    silent, waiting = answered(ada), cast.opened(cast.support(ada))
    year = timezone.now() + timedelta(days=365)
    for scheduled in SCHEDULE:
        import_string(scheduled.call)(year)
    for conversation, state in ((silent, "customer"), (waiting, "us")):
        conversation.refresh_from_db()
        assert conversation.state == state
        assert not conversation.endings.exists()
    assert silent.is_quiet(year)
    assert not waiting.is_quiet(year)


def test_no_page_of_the_desk_calls_anything_solved(client: Client) -> None:
    ada = cast.ada()
    conversation = answered(ada)
    client.force_login(ada)
    paths = {str(pattern.pattern) for pattern in urls.urlpatterns}
    tried = [path for path in paths if path.startswith("conversations/<int:pk>/")]
    assert len(tried) > 15
    for path in tried:
        address = path.replace("<int:pk>", str(conversation.pk)).replace("<slug:kind>", "reply")
        client.post(f"/{address}", FORM)
        conversation.refresh_from_db()
        assert conversation.state != "solved", path
    assert not Entry.objects.filter(kind="conversation.solved").exists()


def test_whoever_ends_a_conversation_gives_their_reason() -> None:
    ada = cast.ada()
    conversation = answered(ada)
    conversation.end(by=ada, at=cast.after(days=1), reason=Reason.ANSWERED)
    conversation.refresh_from_db()
    assert conversation.state == "ended"
    assert [(row.by, row.reason) for row in conversation.endings.all()] == [(ada, "answered")]
