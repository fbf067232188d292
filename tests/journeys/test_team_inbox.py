"""A desk inside the desk: a colleague asks, by the same mail, the same clock and the same page."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from tests.journeys.conftest import PATIENCE, World, mail_from
from tests.journeys.test_main_job import write_reply
from wingbeat.channels.mail.vouching import ENOUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Seat = Callable[..., Any]
ADA = "ada@desk.example"
PEOPLE = "people@desk.example"
SERVER = "mx.desk.example"
FOR_US = """
import sys
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Membership, Team
team = Team.objects.create(name="People")
Membership.objects.create(agent=Agent.objects.get(name="Max Stone"), team=team)
Account.objects.update(authserv_id=sys.argv[1])
account = Account.objects.get()
inbox = Inbox.objects.create(name="For us", address="people@desk.example", is_for_team=True)
inbox.teams.add(team)
Account.objects.create(
    inbox=inbox, smtp_host=account.smtp_host, smtp_port=account.smtp_port, smtp_security="none",
    authserv_id=sys.argv[1],
)
"""


def hand_in(world: World, sender: str, found: str, mail: EmailMessage) -> None:
    """Hand a mail in as our own mail server does, with its finding about the sender on top."""
    domain = sender.partition("@")[2]
    judged = f"Authentication-Results: {SERVER}; dmarc={found} header.from={domain}\r\n".encode()
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=PATIENCE) as server:
        server.sendmail(sender, [PEOPLE], judged + mail.as_bytes())


def ask(world: World, text: str, answering: EmailMessage | None = None) -> None:
    known = {"In_Reply_To": answering["Message-ID"]} if answering else {}
    to = str(answering["Reply-To"] or answering["From"]) if answering else PEOPLE
    mail = mail_from(ADA, text, subject="Friday the 13th", to=to, **known)
    hand_in(world, ADA, "pass", mail)


def test_a_colleague_asks_is_answered_and_nobody_else_sees_it(world: World, seat: Seat) -> None:
    world.desk.run(FOR_US, SERVER)
    for number in range(ENOUGH):  # what the server says counts once it is seen to say it always
        stranger = f"stranger{number}@elsewhere.example"
        hand_in(world, stranger, "none", mail_from(stranger, "Buy our lamps.", to=PEOPLE))
    max_, olga = seat("max"), seat("olga")
    ask(world, "May I take Friday the 13th off?")
    max_.locator(".row", has_text="Friday the 13th").click()
    facts = max_.locator("#conversation-facts")
    facts.get_by_text("Waits for us").wait_for()
    facts.get_by_text("For us").first.wait_for()
    write_reply(max_, "Gladly, enjoy it.")
    (answer,) = world.arrived()
    assert ADA in str(answer["To"])

    ask(world, "Thank you! Who takes my shift?", answering=answer)
    max_.get_by_text("Who takes my shift?").first.wait_for()
    facts.get_by_text("Waits for us").wait_for()

    olga.goto(f"{world.address}/?show=everything")
    olga.get_by_role("heading", name="All inboxes").wait_for()
    assert "Friday the 13th" not in olga.content(), "no role opens what a colleague asks"
