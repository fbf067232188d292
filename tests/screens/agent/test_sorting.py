"""Tags, inbox, merge, split and restriction."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.test import Client

from tests import cast
from tests.channels.mail.letters import NORA, SUPPORT, became, taken_in
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


def url(conversation: Conversation, noun: str) -> str:
    return f"/conversations/{conversation.pk}/{noun}/"


def test_the_form_holds_all_tags_and_saves_exactly_those(
    desk: Client, conversation: Conversation
) -> None:
    def carried() -> set[str]:
        return set(conversation.taggings.values_list("tag__name", flat=True))

    desk.post(url(conversation, "tags"), {"tags": "Lamp, #bulk order , lamp,"})
    assert carried() == {"lamp", "bulk order"}
    desk.post(url(conversation, "tags"), {"tags": "lamp"})
    assert carried() == {"lamp"}
    desk.post(url(conversation, "tags"), {"tags": "x" * 60})
    assert carried() == {"lamp"}


def test_tags_of_what_one_may_read_are_offered(
    desk: Client, conversation: Conversation, ada: Agent, client_of: ClientOf
) -> None:
    conversation.tag("Salary <1>", by=ada, at=cast.NOON)
    assert '<option value="salary &lt;1&gt;">' in desk.get("/tags/").content.decode()
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    assert "salary" not in client_of(cast.max_()).get("/tags/").content.decode()


def test_it_moves_only_to_an_inbox_one_reads(
    desk: Client, conversation: Conversation, support: Inbox
) -> None:
    closed = Inbox.objects.create(name="Board", address="board@desk.example")
    assert desk.post(url(conversation, "inbox"), {"inbox": closed.pk}).status_code == 404
    closed.teams.add(support.teams.get())
    desk.post(url(conversation, "inbox"), {"inbox": closed.pk})
    conversation.refresh_from_db()
    assert conversation.inbox == closed


def test_merging_leads_to_the_whole_and_can_be_undone(
    desk: Client, conversation: Conversation, support: Inbox
) -> None:
    whole = cast.opened(support)
    answer = desk.post(url(conversation, "merge"), {"into": f"#{whole.pk}"})
    assert answer["Location"] == f"/conversations/{whole.pk}/"
    page = desk.get(f"/conversations/{whole.pk}/").content.decode()
    assert f"Take #{conversation.pk} out again" in page
    assert f'name="part" value="{conversation.pk}"' in page
    answer = desk.post(url(whole, "unmerging"), {"part": conversation.pk})
    assert answer["Location"] == f"/conversations/{conversation.pk}/"
    conversation.refresh_from_db()
    assert conversation.merged_into is None


def test_merging_into_what_one_cannot_see_says_the_same_as_into_nothing(
    conversation: Conversation, support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    secret = cast.opened(support)
    secret.restrict(to=[], by=ada, at=cast.NOON)
    other = client_of(cast.max_())
    pages = [
        other.post(url(conversation, "merge"), {"into": number}, follow=True).content.decode()
        for number in (secret.pk, 99999)
    ]
    assert "There is no conversation #99999 that you may read." in pages[1]
    assert f"There is no conversation #{secret.pk} that you may read." in pages[0]


def test_splitting_takes_a_writers_message_and_their_later_ones(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    system = Agent.objects.system()
    conversation.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    other = receive(
        conversation, cast.said("Now to my invoice.", at=cast.after(hours=2)), by=system
    )
    receive(conversation, cast.said("It is wrong.", at=cast.after(hours=3)), by=system)
    answer = desk.post(url(conversation, "split"), {"from": other.pk})
    new = Conversation.objects.get(pk=int(answer["Location"].split("/")[2]))
    texts = [message.words.text for message in new.messages_to_show()]
    assert texts == ["Now to my invoice.", "It is wrong."]


def test_restricting_keeps_the_assignee_in(
    desk: Client, conversation: Conversation, ada: Agent, client_of: ClientOf
) -> None:
    max_ = cast.max_()
    conversation.assign(agent=max_, by=ada, at=cast.NOON)
    desk.post(url(conversation, "restriction"), {"restricted": "yes"})
    conversation.refresh_from_db()
    assert conversation.is_restricted
    assert client_of(max_).get(f"/conversations/{conversation.pk}/").status_code == 200
    desk.post(url(conversation, "restriction"), {"restricted": "no"})
    conversation.refresh_from_db()
    assert not conversation.is_restricted


def test_files_and_raw_mail_of_a_split_are_read_where_its_words_are(
    ada: Agent, support: Inbox, client_of: ClientOf
) -> None:
    """Whoever is let into the new one alone gets all that belongs to a message it shows."""
    lena = cast.lena()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = NORA, SUPPORT, "See the picture"
    letter.set_content("Here it is.")
    letter.add_attachment(b"a picture", maintype="image", subtype="png", filename="lamp.png")
    message = became(taken_in(letter.as_bytes()))
    other = receive(message.conversation, cast.said("Apart."), by=Agent.objects.system())
    split_off = message.conversation.split([message], by=ada, at=cast.NOON)
    split_off.admit(lena, by=ada, at=cast.NOON)
    theirs = client_of(lena)
    file = message.attachments.get()
    for path in (
        f"messages/{message.pk}/",
        f"messages/{message.pk}/mail/",
        f"attachments/{file.token}/",
    ):
        assert theirs.get(f"/{path}").status_code == 200, path
    assert theirs.get(f"/messages/{other.pk}/").status_code == 404
    assert theirs.post(f"/messages/{message.pk}/letting-in/").status_code == 404
