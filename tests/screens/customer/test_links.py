"""Links: for one address, for a while, for nothing restricted; and what a holder never reads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests import cast
from tests.screens.customer.conftest import answered, left, link_of
from tests.screens.random_desk import SECRET, RandomDesk
from wingbeat.channels.mail import foot, own_mail
from wingbeat.channels.mail.gathering import post_of
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations import links
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, Participant
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.customers.merging import merge
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
CARA: Party = {"name": "Cara Copy", "address": "cara@customers.example"}


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[outbox.EmailMessage, Inbox | None]]:
    """What the desk hands in, with the inbox it goes through."""
    gone: list[tuple[outbox.EmailMessage, Inbox | None]] = []

    def hand_in(message: outbox.EmailMessage, *, through: Inbox | None = None) -> None:
        gone.append((message, through))

    monkeypatch.setattr(own_mail, "hand_in", hand_in)
    return gone


def mail_text(message: Message) -> str:
    rows = Outgoing.objects.select_related("message__words", "message__conversation__inbox")
    return post_of(rows.get(message=message)).text


@pytest.mark.usefixtures("at_an_address")
def test_our_mail_brings_its_reader_to_their_page(nora: Client, conversation: Conversation) -> None:
    reply = answered(conversation)
    found = re.search(r"https://desk\.example(/portal/\S+/)", mail_text(reply))
    assert found is not None
    assert "My lamp does not light." in nora.get(found[1]).content.decode()


@pytest.mark.usefixtures("at_an_address")
def test_an_inbox_may_leave_the_link_out(conversation: Conversation, support: Inbox) -> None:
    support.shows_page_link = False
    support.save()
    assert "/portal/" not in mail_text(answered(Conversation.objects.get()))


def test_a_desk_without_an_address_links_to_nothing(conversation: Conversation) -> None:
    assert "/portal/" not in mail_text(answered(conversation))


@pytest.mark.usefixtures("at_an_address")
def test_a_mail_to_several_lets_each_ask_for_their_own(
    nora: Client, conversation: Conversation, mailed: list[tuple[outbox.EmailMessage, Inbox]]
) -> None:
    reply = answered(conversation, cast.letter(cc=(CARA,), bcc=(cast.OTTO,)))
    found = re.search(r"https://desk\.example(/portal/mail/(\S+)/)", mail_text(reply))
    assert found is not None
    page = nora.get(found[1]).content.decode()
    assert "cara@customers.example" in page
    assert "otto@customers.example" not in page, "who was in Bcc was told to the others"
    assert "My lamp" not in page
    ask = f"/portal/{found[2]}/link/"
    assert nora.post(ask, {"address": "otto@customers.example"}).status_code == 404
    assert nora.post(ask, {"address": "cara@customers.example"}).status_code == 200
    ((mail, through),) = mailed
    assert (mail.to, through) == (["cara@customers.example"], conversation.inbox)
    own = re.search(r"https://desk\.example(/portal/\S+/)", str(mail.body))
    assert own is not None
    theirs = nora.get(own[1]).content.decode()
    assert "We send you a new one." in theirs
    assert "My lamp does not light." not in theirs, "Cara was never sent Nora's first words"


def test_the_addresses_in_mails_are_those_of_the_pages() -> None:
    assert foot.OWN_PAGE.format(token="t") == reverse("customer:page", args=["t"])
    assert foot.SHARED_PAGE.format(token="t") == reverse("customer:shared", args=["t"])


@pytest.mark.parametrize("place", range(4))
def test_a_changed_link_opens_nothing(nora: Client, conversation: Conversation, place: int) -> None:
    token = link_of(conversation).split("/")[2]
    parts = token.split("-")
    parts[place] = {0: "999", 1: "7", 2: "99999", 3: "a" * 26}[place]
    assert nora.get(f"/portal/{'-'.join(parts)}/").status_code == 404


def test_a_link_ends_and_a_new_one_goes_to_its_own_address_only(
    nora: Client, conversation: Conversation, mailed: list[tuple[outbox.EmailMessage, Inbox]]
) -> None:
    person = conversation.participants.get()
    old = links.own_link(person, at=timezone.now() - timedelta(days=92))
    page = nora.get(f"/portal/{old}/")
    assert page.status_code == 410
    assert "My lamp" not in page.content.decode()
    assert "nora@customers.example" not in page.content.decode()
    for _time in range(3):
        nora.post(f"/portal/{old}/link/", {"address": "thief@elsewhere.example"})
    assert [mail.to for mail, _through in mailed] == [["nora@customers.example"]] * 3
    assert nora.post(f"/portal/{old}/link/").status_code == 429
    assert len(mailed) == 3


def test_links_can_be_closed_and_the_next_mail_brings_new_ones(
    nora: Client, conversation: Conversation, ada: Agent
) -> None:
    old = link_of(conversation)
    desk = Client()
    desk.force_login(ada)
    desk.post(f"/conversations/{conversation.pk}/links/")
    assert nora.get(old).status_code == 410
    assert nora.post(f"{old}answers/", {"text": "x"}).status_code == 410
    assert nora.get(link_of(conversation)).status_code == 200


def test_no_page_for_what_is_restricted_spam_or_blocked(
    nora: Client, conversation: Conversation, ada: Agent, settings: Settings
) -> None:
    settings.DESK_ADDRESS = "https://desk.example"
    path = link_of(conversation)
    conversation.restrict(to=[], by=ada, at=timezone.now())
    assert "/portal/" not in mail_text(answered(conversation))
    assert nora.get(path).status_code == 410
    conversation.unrestrict(by=ada, at=timezone.now())
    assert nora.get(path).status_code == 200
    block("customers.example", by=ada, at=timezone.now())
    assert nora.post(f"{path}answers/", {"text": "x"}).status_code == 410


def test_a_merge_ends_old_links_and_shows_nobody_anothers_words(
    nora: Client, conversation: Conversation, support: Inbox, ada: Agent
) -> None:
    other = cast.opened(
        support,
        cast.said("Otto's matter.", sender=cast.OTTO, subject="Private", at=timezone.now()),
    )
    old = link_of(conversation)
    conversation.merge(into=other, by=ada, at=timezone.now())
    assert nora.get(old).status_code == 410
    page = nora.get(link_of(conversation)).content.decode()
    assert "My lamp does not light." in page
    assert "Otto" not in page
    assert "Private" not in page
    assert nora.post(f"{link_of(conversation)}solution/").status_code == 200
    other.refresh_from_db()
    assert other.state == "us", "somebody else's word solved Otto's matter"


def test_that_two_are_one_person_is_an_agents_belief_and_opens_nothing(
    nora: Client, conversation: Conversation, ada: Agent
) -> None:
    receive(
        conversation,
        cast.said("Otto alone.", sender=cast.OTTO, at=timezone.now()),
        by=Agent.objects.system(),
    )
    otto = conversation.messages.order_by("-pk")[0].address
    assert otto is not None
    merge(otto.customer, into=conversation.customer, by=ada, at=timezone.now())
    assert "Otto alone." not in nora.get(link_of(conversation)).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_link_shows_a_word_that_its_holder_neither_wrote_nor_was_sent(seed: int) -> None:
    RandomDesk.thrown(seed)
    for reply in Message.objects.filter(kind="agent"):
        left(reply)
    opened = 0
    for person in Participant.objects.select_related("conversation"):
        token = links.own_link(person, at=timezone.now())
        page = Client().get(f"/portal/{token}/")
        assert page.status_code in {200, 410}
        allowed = {*SECRET.findall(f"{person.email} {person.conversation.subject}")}
        for message in Message.objects.exclude(kind="note").select_related("words", "address"):
            told = str(message.words.recipients.get("to", "")) + str(
                [message.words.recipients.get(role) for role in ("cc", "bcc")]
            )
            own = message.address is not None and message.address.email == person.email
            if (own or person.email in told) and not message.in_margin:
                names = [file.name for file in message.attachments.all()]
                who = message.address.customer.name if message.address else ""
                allowed |= {*SECRET.findall(f"{message.words.html} {names} {who}")}
        given = Promise.objects.of_conversations(person.conversation.parts())
        given = given.filter(customer__addresses__email=person.email)  # none hangs on a message
        allowed |= {*SECRET.findall(str(list(given.values_list("words", flat=True))))}
        closed = set(SECRET.findall(page.content.decode())) - allowed
        assert not closed, (seed, person.email)
        opened += page.status_code == 200
    assert opened > 5
