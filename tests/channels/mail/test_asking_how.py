"""A mail asks how it was only where it may: rarely, before its farewell, and never a robot."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from tests import cast
from tests.channels.mail.far_server import Taken, far_server
from tests.channels.mail.sent import account
from wingbeat.channels.mail.sending import send_due
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.rating import Rating, rate
from wingbeat.desk.conversations.rating_question import RatingQuestion
from wingbeat.desk.conversations.words import Incoming, Letter, Party
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)
DONE = "The money is back in your account since this morning."
HOW = "How was it with us?"
ROBOT: Party = {"name": "Shop", "address": "no-reply@customers.example"}


@pytest.fixture(autouse=True)
def at_an_address(settings: Settings) -> None:
    settings.DESK_ADDRESS = "https://desk.example"


def asked(said: Incoming | None = None, **inbox: Any) -> Conversation:
    """A conversation in an inbox that asks how it was."""
    support = cast.support(cast.ada())
    Inbox.objects.filter(pk=support.pk).update(**{"asks_rating": True, **inbox})
    support.refresh_from_db()
    return cast.opened(support, said)


def paragraphs(*texts: str, to: tuple[Party, ...] = (cast.NORA,), **more: Any) -> Letter:
    html = "".join(f"<p>{text}</p>" for text in texts)
    return Letter(html=html, text="\n\n".join(texts), to=to, **more)


def mailed(conversation: Conversation, letter: Letter, *, days: float = 0) -> Taken:
    """Answer, and let the mail leave by a real server."""
    conversation.reply(letter, by=cast.ada(), at=cast.after(days=days, minutes=5), seen=None)
    with far_server() as far:
        account(conversation.inbox, far)
        send_due(cast.after(days=days, minutes=6))
        conversation.inbox.account.delete()
    (taken,) = far.taken
    return taken


def plain(taken: Taken) -> str:
    body = taken.mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_question_stands_before_the_farewell_with_a_link_behind_each_word() -> None:
    taken = mailed(asked(), paragraphs("Hello Nora,", DONE, "Kind regards", "Ada"))
    lines = plain(taken).splitlines()
    asked_at = lines.index(HOW)
    assert lines.index(DONE) < asked_at < lines.index("Kind regards")
    words = [line.partition(" (https://desk.example/portal/")[0] for line in lines[asked_at + 1 :]]
    assert words[:3] == ["good", "so-so", "not good"]
    assert [line[-8:-1] for line in lines[asked_at + 1 : asked_at + 4]] == [
        "?word=5", "?word=3", "?word=1",
    ]  # fmt: skip
    page = taken.mail.get_body(("html",))
    assert page is not None
    html = str(page.get_content())
    assert html.index(DONE) < html.index(HOW) < html.index("Kind regards")
    assert not Rating.objects.exists(), "a mail rates nothing"
    (entry,) = Entry.objects.filter(kind="rating.asked")
    assert entry.customer_id == RatingQuestion.objects.get().customer_id


def test_it_speaks_the_customers_language() -> None:
    said = cast.said("Guten Tag, meine Lampe geht nicht und ich bitte um Hilfe.")
    taken = mailed(asked(said), paragraphs("Das Geld ist seit heute auf Ihrem Konto.", "Ihre Ada"))
    assert "Wie war es mit uns?\ngut (https://" in plain(taken)


@pytest.mark.parametrize(
    "texts",
    [
        (DONE, "Which lamp was it?"),
        (DONE, "We will write to you on Friday."),
        (f"{DONE} Kind regards, Ada",),
        ("Kind regards", "Ada"),
        ("L'argent est sur votre compte depuis ce matin, merci de votre patience.",),
    ],
    ids=["it asks", "it promises", "farewell within", "nothing but a farewell", "French"],
)
def test_what_leaves_something_open_or_has_no_room_before_its_farewell_asks_nothing(
    texts: tuple[str, ...],
) -> None:
    assert "?word=" not in plain(mailed(asked(), paragraphs(*texts)))
    assert not RatingQuestion.objects.exists()


def test_only_where_the_inbox_wants_it_and_the_desk_has_an_address(settings: Settings) -> None:
    conversation = asked(asks_rating=False)
    assert "?word=" not in plain(mailed(conversation, paragraphs(DONE)))
    settings.DESK_ADDRESS = ""
    Inbox.objects.update(asks_rating=True)
    conversation = Conversation.objects.get()
    assert "?word=" not in plain(mailed(conversation, paragraphs(DONE), days=1))


def test_a_mail_to_several_or_to_a_robot_or_to_whom_we_wrote_first_asks_nobody() -> None:
    several = paragraphs(DONE, cc=(cast.OTTO,))
    assert "?word=" not in plain(mailed(asked(), several))
    robot = asked(cast.said(sender=ROBOT, subject="Order"))
    assert "?word=" not in plain(mailed(robot, paragraphs(DONE, to=(ROBOT,)), days=1))
    other = asked(cast.said(sender=cast.OTTO, subject="Another"))
    assert "?word=" not in plain(mailed(other, paragraphs(DONE, to=(cast.NORA,)), days=2))
    assert not RatingQuestion.objects.exists()


def test_blocked_spam_and_restricted_are_not_asked() -> None:
    conversation = asked()
    Conversation.objects.update(is_spam=True)
    conversation.refresh_from_db()
    assert "?word=" not in plain(mailed(conversation, paragraphs(DONE)))
    Conversation.objects.update(is_spam=False)
    block("customers.example", by=cast.ada(), at=cast.NOON)
    assert "?word=" not in plain(mailed(Conversation.objects.get(), paragraphs(DONE), days=1))


def test_nobody_is_asked_twice_in_thirty_days_nor_who_has_told_us() -> None:
    assert HOW in plain(mailed(asked(), paragraphs(DONE)))
    again = asked(cast.said(subject="Another lamp"))
    assert HOW not in plain(mailed(again, paragraphs(DONE), days=29))
    assert HOW in plain(mailed(again, paragraphs(DONE), days=31))
    nora = Customer.objects.get()
    rate(again, nora, 5, "", by=Agent.objects.system(), at=cast.after(days=60))
    assert HOW not in plain(mailed(again, paragraphs(DONE), days=62))
    assert RatingQuestion.objects.count() == 2


def test_the_signature_has_the_last_word_too() -> None:
    conversation = asked(signature="Kind regards\nYour lamp team")
    text = plain(mailed(conversation, paragraphs(DONE)))
    assert text.index(HOW) < text.index("Kind regards")
