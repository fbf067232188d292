"""What a reply's mail will say, gathered from its rows: to whom, as whom, and about what."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests import cast
from wingbeat.channels.mail import identity
from wingbeat.channels.mail.composing import Post
from wingbeat.channels.mail.gathering import post_of, recipients_of, who_wrote
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.replying import say_automatically, write_to
from wingbeat.desk.conversations.words import Incoming, IncomingAttachment, Party
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
SUPPLIER: Party = {"name": "Sam Supply", "address": "sam@supplier.example"}
FIVE = cast.after(minutes=5)


def asked(incoming: Incoming | None = None, **more: Any) -> Conversation:
    inbox = cast.support(cast.ada())
    Inbox.objects.filter(pk=inbox.pk).update(**more)
    inbox.refresh_from_db()
    return cast.opened(inbox, incoming or cast.said(message_id="lamp.1@customers.example"))


def answered(conversation: Conversation, html: str = "", **more: Any) -> Post:
    letter = cast.letter(**more)
    if html:
        letter = type(letter)(html=html, text="", to=letter.to)
    message = conversation.reply(letter, by=cast.ada(), at=FIVE, seen=None)
    return post_of(row(message))


def row(message: Message) -> Outgoing:
    return Outgoing.objects.select_related("message__words", "message__conversation__inbox").get(
        message=message
    )


def test_a_reply_quotes_its_author_and_nobody_quotes_to_strangers() -> None:
    assert "> My lamp does not light." in answered(asked()).text
    assert "lamp does not light" not in answered(asked(), to=(SUPPLIER,)).text
    assert "> My lamp does not light." in answered(asked(), to=(SUPPLIER,), cc=(cast.NORA,)).text


def test_whoever_wants_the_answer_elsewhere_gets_the_quotation_there() -> None:
    form = cast.said(sender=SUPPLIER, reply_to=(cast.NORA,))
    assert "> My lamp does not light." in answered(asked(form), to=(cast.NORA,)).text


def test_what_stands_in_the_margin_is_neither_quoted_nor_named() -> None:
    conversation = asked()
    stranger = cast.said(
        "Let me in!", sender=SUPPLIER, at=cast.after(minutes=2), message_id="s.1@supplier.example"
    )
    system = Agent.objects.system()
    receive(conversation, stranger, by=system, doubt=Doubt.UNKNOWN_SENDER)
    post = answered(conversation, to=(cast.NORA, SUPPLIER))
    assert "Let me in!" not in post.text + post.html
    assert post.answers == ("lamp.1@customers.example",) * 2


def test_notes_and_automatic_mail_are_not_part_of_the_thread() -> None:
    conversation = asked()
    system = Agent.objects.system()
    conversation.note(cast.letter("Ask Max first."), by=cast.ada(), at=cast.after(minutes=1))
    say_automatically(conversation, cast.letter("Got it."), by=system, at=cast.after(minutes=1))
    away = cast.said("Away.", automatic="reply", message_id="away@customers.example")
    receive(conversation, away, by=system)
    post = answered(conversation)
    assert post.answers == ("lamp.1@customers.example",) * 2
    assert "Max" not in post.text
    assert "Away." not in post.text


def test_the_thread_names_both_sides_and_ends_with_the_customers_latest_words() -> None:
    conversation = asked()
    first = conversation.reply(cast.letter(), by=cast.ada(), at=FIVE, seen=None)
    Message.objects.filter(pk=first.pk).update(message_id="ours.1@desk.example")
    later = cast.said("Thanks", at=cast.after(hours=1), message_id="lamp.2@customers.example")
    receive(conversation, later, by=Agent.objects.system())
    post = post_of(
        row(conversation.reply(cast.letter(), by=cast.ada(), at=cast.after(hours=2), seen=None))
    )
    assert post.answers == (
        "lamp.1@customers.example",
        "ours.1@desk.example",
        "lamp.2@customers.example",
        "lamp.2@customers.example",
    )


def test_a_mail_that_begins_a_conversation_answers_nobody() -> None:
    inbox = cast.support(cast.ada())
    message = write_to(
        inbox, cast.letter("We found your bag.", subject="Your bag"), by=cast.ada(), at=FIVE
    )
    post = post_of(row(message))
    assert (post.subject, post.answers) == ("Your bag", ())
    assert "wrote:" not in post.text


@pytest.mark.parametrize(
    ("theirs", "typed", "sent"),
    [
        ("A broken lamp", "", "Re: A broken lamp"),
        ("RE: A broken lamp", "", "RE: A broken lamp"),
        ("A broken lamp", "Your new lamp", "Your new lamp"),
        ("", "", "Re:"),
    ],
)
def test_the_subject_is_the_agents_or_an_answer_to_the_customers(
    theirs: str, typed: str, sent: str
) -> None:
    assert answered(asked(cast.said(subject=theirs)), subject=typed).subject == sent


def test_the_sender_is_the_inbox_and_the_agent_where_that_is_wanted() -> None:
    assert answered(asked()).sender == {"name": "Support", "address": "support@desk.example"}
    assert answered(asked(from_name="Acme Lamps")).sender["name"] == "Acme Lamps"
    named = answered(asked(from_name="Acme Lamps", shows_agent_name=True))
    assert named.sender["name"] == "Ada Fields (Acme Lamps)"


def test_automatic_mail_is_the_inboxes_alone() -> None:
    conversation = asked(signature="Acme", shows_agent_name=True)
    message = say_automatically(
        conversation, cast.letter("Got it."), by=Agent.objects.system(), at=FIVE
    )
    post = post_of(row(message))
    assert post.is_automatic
    assert post.sender["name"] == "Support"
    assert post.text == "Got it.\n\n-- \nAcme"


def test_the_agents_signature_stands_above_the_inboxes() -> None:
    ada = cast.ada()
    ada.signature = "Ada Fields"
    ada.save()
    assert (
        "-- \nAda Fields\n\nAcme Lamps, Lightown\n"
        in answered(asked(signature="Acme Lamps, Lightown")).text
    )


def test_an_inbox_with_plus_addresses_is_answered_at_the_conversations_own() -> None:
    conversation = asked(uses_plus_address=True)
    post = answered(conversation)
    assert identity.own_address(post.reply_to) == conversation.pk
    assert answered(asked(uses_plus_address=False)).reply_to == ""


def test_outlooks_own_thread_is_continued() -> None:
    theirs = base64.b64encode(b"\x01" + b"x" * 21).decode()
    post = answered(asked(cast.said(thread_index=theirs)))
    assert base64.b64decode(post.thread_index)[:22] == base64.b64decode(theirs)
    assert post.thread_topic == "A broken lamp"


def test_pictures_of_the_words_travel_within_and_other_files_beside() -> None:
    lamp = IncomingAttachment("lamp.png", "image/png", b"\x89PNG", True, "lamp@x")
    bill = IncomingAttachment("bill.pdf", "application/pdf", b"%PDF")
    incoming = cast.said(attachments=(lamp, bill))
    conversation = asked(
        Incoming(
            sender=incoming.sender,
            at=incoming.at,
            html='<p>See <img src="cid:lamp@x"></p>',
            text="See",
            attachments=(lamp, bill),
        )
    )
    message = conversation.reply(cast.letter(), by=cast.ada(), at=FIVE, seen=None)
    for name, kind in (("plan.pdf", "application/pdf"), ("logo.png", "image/png")):
        file = Attachment(message=message, name=name, type=kind)
        file.put(b"content of " + name.encode())
        file.save()
    logo = Attachment.objects.get(name="logo.png")
    message.words.html = f'<p><img src="/attachments/{logo.token}/"></p>'
    message.words.save()
    post = post_of(row(message))
    assert [file.name for file in post.pictures] == ["logo.png", "lamp.png"]
    assert [file.name for file in post.files] == ["plan.pdf"]
    assert post.files[0].content() == b"content of plan.pdf"


def test_a_picture_of_another_conversation_never_travels() -> None:
    secret = IncomingAttachment("secret.png", "image/png", b"\x89PNG", True, "s@x")
    other = asked(cast.said(sender=cast.OTTO, attachments=(secret,)))
    token = Attachment.objects.get(message__conversation=other).token
    post = answered(asked(), html=f'<p><img src="/attachments/{token}/"></p>')
    assert post.pictures == ()
    assert str(token) not in post.html


def test_everyone_is_in_the_envelope_once_and_then_only_those_who_do_not_have_it() -> None:
    conversation = asked()
    message = conversation.reply(
        cast.letter(to=(cast.NORA,), cc=(SUPPLIER, cast.NORA), bcc=(cast.OTTO,)),
        by=cast.ada(),
        at=FIVE,
        seen=None,
    )
    outgoing = row(message)
    everyone = ["nora@customers.example", "sam@supplier.example", "otto@customers.example"]
    assert recipients_of(outgoing) == everyone
    outgoing.refused = {"sam@supplier.example": "550 no"}
    assert recipients_of(outgoing) == [everyone[0], everyone[2]]
    outgoing.still_to = ["otto@customers.example"]
    assert recipients_of(outgoing) == ["otto@customers.example"]


def test_the_line_above_a_quotation_is_the_customers_language_and_clock() -> None:
    conversation = asked(cast.said("Guten Tag, ich habe das Paket nicht bekommen."))
    customer = conversation.customer
    customer.mail_offset_minutes = 540
    customer.save()
    assert "Am 2. März 2026 um 21:00 schrieb Nora Lind:" in answered(conversation).text
    customer.zone, customer.language = "Europe/Budapest", "hu"
    customer.save()
    assert "Nora Lind ezt írta (2026. március 2. 13:00):" in answered(conversation).text
    customer.zone = "No/Where"
    customer.save()
    assert "21:00" in answered(conversation).text


def test_a_language_without_a_line_of_its_own_gets_english() -> None:
    assert who_wrote("Nora", cast.NOON, "fi") == "On March 2, 2026 at 12:00, Nora wrote:"
    assert who_wrote("Nora", cast.NOON, "ru").endswith("в 12:00, Nora пишет:")
