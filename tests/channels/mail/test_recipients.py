"""To whom a reply goes."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.channels.mail.identity import plus_address
from wingbeat.channels.mail.recipients import WrongAddresses, parse, proposed
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Inbox:
    return cast.support(cast.ada())


BOSS: Party = {"name": "Nora's boss", "address": "boss@customers.example"}
SUPPLIER: Party = {"name": "", "address": "parts@supplier.example"}
US: Party = {"name": "Support", "address": "support@desk.example"}


def test_a_boss_and_a_supplier_in_cc_are_kept_when_one_answers_all(support: Inbox) -> None:
    conversation = cast.opened(support, cast.said(to=(US,), cc=(BOSS, SUPPLIER)))
    assert proposed(conversation, to_all=False).to == (cast.NORA,)
    assert proposed(conversation, to_all=False).cc == ()
    assert proposed(conversation, to_all=True).to == (cast.NORA,)
    assert proposed(conversation, to_all=True).cc == (BOSS, SUPPLIER)


def test_whoever_wrote_last_is_answered(support: Inbox) -> None:
    conversation = cast.opened(support, cast.said(to=(US,), cc=(BOSS,)))
    said = cast.said(
        "I am her boss.", sender=BOSS, to=(US,), cc=(cast.NORA,), at=cast.after(hours=1)
    )
    receive(conversation, said, by=Agent.objects.system())
    conversation.note(cast.letter(to=()), by=cast.ada(), at=cast.after(hours=2))
    assert proposed(conversation, to_all=False).to == (BOSS,)
    assert proposed(conversation, to_all=True).cc == (cast.NORA,)


def test_strangers_and_robots_are_never_proposed(support: Inbox) -> None:
    conversation = cast.opened(support)
    system = Agent.objects.system()
    stranger = cast.said("Me too.", sender=cast.OTTO, at=cast.after(hours=1))
    receive(conversation, stranger, by=system, doubt=Doubt.UNKNOWN_SENDER)
    robot = cast.said("I am away.", sender=BOSS, at=cast.after(hours=2), automatic="reply")
    receive(conversation, robot, by=system)
    assert proposed(conversation, to_all=True).to == (cast.NORA,)


def test_none_of_our_own_addresses_is_proposed(support: Inbox) -> None:
    signed: Party = {"name": "", "address": plus_address("support@desk.example", 7)}
    conversation = cast.opened(support, cast.said(to=(US, signed), cc=(BOSS,)))
    assert proposed(conversation, to_all=True).cc == (BOSS,)


def test_a_wish_for_another_reply_address_is_granted(support: Inbox) -> None:
    wish: Party = {"name": "", "address": "nora@home.example"}
    conversation = cast.opened(support, cast.said(reply_to=(wish,)))
    assert proposed(conversation, to_all=False).to == (wish,)


def test_a_wish_for_answers_at_our_own_address_or_at_hundreds_is_not_granted(
    support: Inbox,
) -> None:
    many: list[Party] = [{"name": "", "address": f"{n}@victims.example"} for n in range(300)]
    conversation = cast.opened(support, cast.said(reply_to=(US,)))
    assert proposed(conversation, to_all=False).to == (cast.NORA,)
    conversation = cast.opened(support, cast.said(reply_to=(US, *many)))
    assert proposed(conversation, to_all=False).to == tuple(many[:5])


def test_a_conversation_we_began_goes_on_with_the_same_people(support: Inbox) -> None:
    from wingbeat.desk.conversations.replying import write_to

    letter = cast.letter(to=(cast.OTTO,), cc=(BOSS,), subject="Your order")
    message = write_to(support, letter, by=cast.ada(), at=cast.NOON)
    assert proposed(message.conversation, to_all=True).to == (cast.OTTO,)
    assert proposed(message.conversation, to_all=True).cc == (BOSS,)


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("a@b.example", ["a@b.example"]),
        (
            "Anna Ö <a@b.example>; c@d.example\nE@F.example",
            ["a@b.example", "c@d.example", "e@f.example"],
        ),
        ('"Berg, Otto" <o@b.example>, o@b.example', ["o@b.example"]),
        ("", []),
    ],
)
def test_addresses_are_read_as_people_type_them(typed: str, addresses: list[str]) -> None:
    (parties,) = parse(typed)
    assert [party["address"] for party in parties] == addresses


def test_every_wrong_address_is_named_at_once() -> None:
    with pytest.raises(WrongAddresses) as told:
        parse("good@one.example, otto", "berta@", "")
    assert "otto" in str(told.value)
    assert "berta@" in str(told.value)
    assert "good@one.example" not in str(told.value)
