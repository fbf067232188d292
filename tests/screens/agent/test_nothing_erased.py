"""What went wrong stays where it is; who corrects it adds to it, and a gap in the log shows."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from tests.channels.mail.letters import conversation_of, mail, taken_in
from tests.screens.agent.conftest import ClientOf
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.delivering import lease_due
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.journal import sealing
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent import urls

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE: Party = {"name": "Nora Lind", "address": "nora@home.example"}
# What somebody who wants to be rid of something would send, to whatever takes it.
FORM = {
    "reason": "spam", "then": "discard", "restricted": "no", "until": "2030-01-01T09:00",
    "tags": "", "sign": "gone", "nobody": "1", "remove_file": "1", "to": "who@knows.example",
    "text": "x",
}  # fmt: skip


def unlucky(ada: Agent) -> Conversation:
    """A reply came back; a mistaken spam mark was lifted; somebody was kept out."""
    system = Agent.objects.system()
    conversation = conversation_of(taken_in(mail(), inbox=cast.support(ada)))
    conversation.reply(cast.letter("You are wrong."), by=ada, at=cast.after(minutes=5), seen=None)
    (row,) = lease_due(cast.after(hours=1), lease="a", until=cast.after(hours=2), limit=1)
    row.hand_over("wb.1@desk.example", at=cast.after(hours=1))
    row.taken(by=system, at=cast.after(hours=1))
    row.came_back(by=system, at=cast.after(hours=2), why="no such user", recipient="")
    row.resend_to([ELSEWHERE], by=ada, at=cast.after(hours=3))
    conversation.refresh_from_db()
    conversation.end(by=ada, at=cast.after(hours=4), reason=Reason.SPAM)
    conversation.reopen(by=ada, at=cast.after(hours=5))
    stranger = cast.said("You are all thieves.", sender=cast.OTTO, at=cast.after(hours=6))
    message = receive(conversation, stranger, by=system, doubt=Doubt.UNKNOWN_SENDER)
    conversation.keep_out(message, by=ada, at=cast.after(hours=7))
    return conversation


def kept() -> set[tuple[object, ...]]:
    """Every word and every entry, down to the bytes of each mail."""
    messages = Message.objects.values_list("pk", "kind", "at", "words__text")
    entries = Entry.objects.values_list("pk", "kind", "at", "agent_id")
    mails = RawMail.objects.values_list("pk", "sha256", "size")
    return {*messages, *entries, *mails}


def test_what_went_wrong_stays_and_corrections_are_added(ada: Agent, client_of: ClientOf) -> None:
    conversation = unlucky(ada)
    page = client_of(ada).get(f"/conversations/{conversation.pk}/").content.decode()
    told = [
        "You are wrong.",
        "A reply came back",
        "Ada Fields sent it again",
        "Ada Fields ended it: spam",
        "Ada Fields reopened it",
        "You are all thieves.",
        "Ada Fields kept somebody out",
    ]
    assert sorted(told, key=page.index) == told

    seal()
    assert sealing.first_bent() is None
    Entry.objects.filter(kind="reply.bounced").delete()
    after_it = Entry.objects.get(kind="reply.settled")
    assert sealing.first_bent() == after_it


@pytest.mark.parametrize("method", ["post", "delete"])
def test_no_address_of_the_desk_deletes_what_was_said_or_done(
    ada: Agent, client_of: ClientOf, method: str
) -> None:
    conversation = unlucky(ada)
    before = kept()
    owner = client_of(cast.olga())
    tried = [address for address in addresses(conversation) if "logout" not in address]
    assert len(tried) > 40
    for address in tried:
        ask(owner, method, address)
        assert before <= kept(), address


def addresses(conversation: Conversation) -> list[str]:
    """Every address for agents, about this conversation, its messages, customer and mails."""
    found = []
    for pattern in urls.urlpatterns:
        path = f"/{pattern.pattern}"
        for name, value in (("kind", "reply"), ("language", "en"), ("law", "memory")):
            path = path.replace(f"<slug:{name}>", value)
        if "<uuid:token>" in path:
            continue
        found += [path.replace("<int:pk>", str(row)) for row in about(path, conversation)]
    return found


def about(path: str, conversation: Conversation) -> list[int]:
    if path.startswith("/messages/"):
        return list(conversation.messages.values_list("pk", flat=True))
    if path.startswith("/customers/"):
        return [conversation.customer_id]
    if path.startswith("/tray/"):
        return list(RawMail.objects.values_list("pk", flat=True))
    return [conversation.inbox_id if path.startswith("/inboxes/") else conversation.pk]


def ask(client: Client, method: str, address: str) -> None:
    if method == "delete":
        assert client.delete(address).status_code == 405, address
    else:
        client.post(address, FORM)
