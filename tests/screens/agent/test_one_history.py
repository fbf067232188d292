"""One person, one history: whatever they wrote is seen in one place, by whichever way it came."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.channels.mail.letters import answered, became, conversation_of, mail, own_id, taken_in
from tests.screens.agent.conftest import ClientOf
from tests.screens.plain_browser import PlainBrowser
from wingbeat.channels.mail import intake
from wingbeat.channels.mail.models import RawMail, Source
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.history import ROWS

pytestmark = pytest.mark.django_db
AT_WORK, AT_HOME = "Nora Lind <nora@works.example>", "N. Lind <nora@home.example>"
NAMESAKE = "Nora Lind <another.nora@elsewhere.example>"


@pytest.fixture
def sales(support: Inbox) -> Inbox:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    sales.teams.set(support.teams.all())
    return sales


def came(source: Source, sender: str, subject: str, to: str = "support@desk.example") -> Customer:
    """A mail by one of the doors; its customer."""
    raw = mail(f"About {subject}.", sender=sender, to=to, subject=subject)
    stored = intake.store(raw, source=source, at=cast.NOON)
    return conversation_of(intake.judge(stored, at=cast.NOON)).customer


def page_of(client: Client, customer: Customer) -> PlainBrowser:
    return PlainBrowser(client=client).open(f"/customers/{customer.pk}/")


def test_whatever_the_channel_one_person_has_one_history_and_a_namesake_another(
    desk: Client, sales: Inbox
) -> None:
    nora = came(Source.IMAP, AT_WORK, "a new lamp", to=sales.address)
    assert came(Source.SMTP, AT_WORK.upper(), "its first day") == nora
    at_home = came(Source.PIPE, AT_HOME, "its last day")
    other = came(Source.SMTP, NAMESAKE, "something else")
    assert len({nora, at_home, other}) == 3

    told = ["a new lamp", "its first day", "its last day"]
    page = page_of(desk, nora).press("Join them", address="nora@home.example")
    assert [one for one in told if one in page.words] == told
    assert "something else" not in page.words
    for record in (nora, at_home):
        assert page_of(desk, record).address == f"/customers/{nora.pk}/"
    assert "its last day" in page.follow("a new lamp").words  # beside the conversation, too
    assert [one for one in told if one in page_of(desk, other).words] == []

    page_of(desk, nora).press("Two people after all")
    assert "its last day" not in page_of(desk, nora).words
    assert "its last day" in page_of(desk, at_home).words


def test_whatever_one_customer_wrote_is_seen_in_one_place(
    desk: Client, support: Inbox, sales: Inbox, ada: Agent
) -> None:
    nora = came(Source.SMTP, AT_WORK, "her own matter")
    came(Source.SMTP, AT_WORK, "her order", to=sales.address)
    # in copy of somebody else's conversation, she answers there
    otto = taken_in(mail("We both wait.", sender="Otto <otto@works.example>", Cc=AT_WORK))
    reply = answered(conversation_of(otto))
    raw = mail("I am the one who waits.", sender=AT_WORK, In_Reply_To=f"<{own_id(reply)}>")
    guest = taken_in(raw, hours=1)
    assert became(guest).conversation == became(otto).conversation
    # what she wrote is read as part of his conversation, and that of a third
    part = conversation_of(taken_in(mail("Once more, then.", sender=AT_WORK, subject="again")))
    whole = conversation_of(
        taken_in(mail("Me, too.", sender="Ida <i@works.example>", subject="Ida"))
    )
    between = conversation_of(taken_in(mail("And me.", sender="Max <m@works.example>")))
    part.merge(into=between, by=ada, at=cast.after(hours=2))
    between.merge(into=whole, by=ada, at=cast.after(hours=3))

    page = page_of(desk, nora)
    shown = [link.attributes["href"] for link in page.tree.css(".earlier a")]
    assert len(shown) == len(set(shown)) == 4
    read = " ".join(PlainBrowser(client=desk).open(str(address)).words for address in shown)
    for mail_of_hers in RawMail.objects.filter(became__address__customer=nora):
        assert became(mail_of_hers).words.text.strip() in read
    assert f"with {became(otto).conversation.customer}" in page.words


def test_what_is_closed_to_a_reader_is_closed_here_as_well(
    desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    otto = cast.opened(support, cast.said(sender=cast.OTTO, subject="A private matter"))
    receive(otto, cast.said("I know of it, too."), by=Agent.objects.system())
    nora = Customer.objects.get(addresses__email=cast.NORA["address"])
    max_ = client_of(cast.max_())
    assert "A private matter" in page_of(max_, nora).words
    otto.restrict(to=[], by=ada, at=cast.NOON)
    assert max_.get(f"/customers/{nora.pk}/").status_code == 404
    assert "A private matter" in page_of(desk, nora).words


def test_a_long_history_goes_on_page_by_page_to_its_very_first_words(
    desk: Client, support: Inbox
) -> None:
    for number in range(ROWS + 2):
        cast.opened(support, cast.said(subject=f"Matter {number:03}", at=cast.after(hours=number)))
    page = page_of(desk, Customer.objects.get())
    assert len(page.tree.css(".earlier a")) == ROWS
    assert "Matter 000" not in page.words
    page.follow("Further ones")
    assert len(page.tree.css(".earlier a")) == 2
    assert "Matter 000" in page.words
    assert "Further ones" not in page.words


def test_a_long_history_asks_no_more_questions(desk: Client, support: Inbox) -> None:
    guest: Party = {"name": "Ida", "address": "ida@customers.example"}

    def add(numbers: range) -> None:
        for _number in numbers:
            theirs = cast.opened(support, cast.said(sender=guest))
            receive(theirs, cast.said("So do I."), by=Agent.objects.system())
            cast.opened(support)

    counts = []
    for numbers in (range(4), range(4, 12)):
        add(numbers)
        nora = Customer.objects.get(addresses__email=cast.NORA["address"])
        desk.get(f"/customers/{nora.pk}/")
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/customers/{nora.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
