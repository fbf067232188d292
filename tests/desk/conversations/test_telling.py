"""A call, a walk-in, a visit: three fields, and it stands in the same history as every mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import CameBy, Message
from wingbeat.desk.conversations.sharing import shared_with
from wingbeat.desk.conversations.telling import Next, NothingTold, Told, tell
from wingbeat.desk.conversations.waiting import restate, waits_since
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada)


def told(
    inbox: Inbox, by: Agent, who: str, then: Next = Next.US, way: CameBy = CameBy.PHONE
) -> Message:
    said = Told(who, "The lamp hums.\nShe wants a new one.", way, then)
    known = Conversation.objects.visible_to(by)
    return tell(inbox, said, by=by, at=cast.after(hours=1), known=known)


def test_a_walk_in_stands_in_the_persons_history_beside_their_mails(
    support: Inbox, ada: Agent
) -> None:
    mail = cast.opened(support)
    message = told(support, ada, "Nora Lind", way=CameBy.WALK_IN)
    assert message.conversation.customer == mail.customer
    assert message.came_by == "walk_in"
    history = Conversation.objects.visible_to(ada).with_words_of([mail.customer_id])
    assert list(history) == [message.conversation, mail]


def test_an_address_finds_its_person_and_a_new_name_is_a_new_one(
    support: Inbox, ada: Agent
) -> None:
    nora = cast.opened(support).customer
    assert told(support, ada, "N. <nora@customers.example>").conversation.customer == nora
    otto = told(support, ada, "Otto Berg, 0171 5550").conversation.customer
    assert (otto.name, otto.addresses.count()) == ("Otto Berg, 0171 5550", 0)


def test_of_two_people_with_one_name_nobody_is_guessed(support: Inbox, ada: Agent) -> None:
    cast.opened(support)
    namesake = {**cast.NORA, "address": "nora@elsewhere.example"}
    cast.opened(support, cast.said(sender=namesake))  # type: ignore[arg-type]  # a party
    told(support, ada, "Nora Lind")
    assert Customer.objects.filter(name="Nora Lind").count() == 3


def test_a_name_tells_nothing_of_people_whom_one_does_not_know(ada: Agent, support: Inbox) -> None:
    elsewhere = Inbox.objects.create(name="Board", address="board@desk.example")
    nora = cast.opened(elsewhere).customer
    assert told(support, ada, "Nora Lind").conversation.customer != nora


@pytest.mark.parametrize(
    ("then", "state", "waits"),
    [(Next.US, "us", True), (Next.CUSTOMER, "customer", False), (Next.ENDED, "ended", False)],
)
def test_what_happens_next_is_its_state_and_stays_so_when_it_is_stated_anew(
    support: Inbox, ada: Agent, then: Next, state: str, waits: bool
) -> None:
    conversation = told(support, ada, "Nora Lind", then).conversation
    for _once_and_again in range(2):
        assert conversation.state == state
        assert (conversation.waits_for_us_since is not None) is waits
        assert conversation.waits_for_us_since == waits_since(conversation)
        restate(conversation)


def test_what_was_written_down_is_our_record_and_not_on_the_customers_page(
    support: Inbox, ada: Agent
) -> None:
    cast.opened(support)
    for then in Next:
        conversation = told(support, ada, "Nora Lind", then).conversation
        assert shared_with(conversation, frozenset({"nora@customers.example"})) == []


def test_without_who_or_what_it_says_so(support: Inbox, ada: Agent) -> None:
    with pytest.raises(NothingTold, match="who it was and what was said"):
        told(support, ada, "  ")


def test_the_page_asks_three_things_and_never_more(support: Inbox, ada: Agent) -> None:
    client = Client()
    client.force_login(ada)
    page = client.get("/calls/new/?way=visit")
    assert list(page.context["form"].fields) == ["who", "said", "then"]
    form = {"way": "visit", "who": "Nora Lind", "said": "The lamp hums.", "then": "us"}
    shown = client.post("/calls/new/", form, follow=True).content.decode()
    assert "On a visit" in shown
    assert "The lamp hums." in shown
    assert Message.objects.get().came_by == "visit"
    assert "This field is required" in client.post("/calls/new/", {"way": "visit"}).content.decode()


def test_what_is_read_about_us_in_public_becomes_a_conversation_like_any_other(
    support: Inbox, ada: Agent
) -> None:
    desk = Client()
    desk.force_login(ada)
    assert "In public" in desk.get("/calls/new/").content.decode()
    form = {"who": "lampfan42", "said": "Never again: three weeks and no word.", "then": "us",
            "way": "public"}  # fmt: skip
    page = desk.post("/calls/new/", form, follow=True).content.decode()
    assert "In public" in page
    found = Conversation.objects.get(customer__name="lampfan42")
    mail = cast.opened(support, cast.said(at=found.opened_at))
    assert found.state == mail.state == "us"
    for one in (found, mail):
        assert one.due_at is not None
        assert one.waits_for_us_since is not None
        assert one.due_at - one.waits_for_us_since == timedelta(hours=24)
    waiting = Conversation.objects.visible_to(ada).waiting_for_us()
    assert list(waiting) == [found, mail], "it stands in the one order, by its wait"
    assert found.assignee == ada
