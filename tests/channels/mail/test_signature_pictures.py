"""A picture below a signature: it goes along once, and comes back without noise."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests import cast
from tests.channels.mail.letters import became, taken_in
from wingbeat.channels.mail.composing import compose
from wingbeat.channels.mail.gathering import post_of
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.brand import Brand
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.replying import say_automatically
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.knowledge.models import ArticlePicture
from wingbeat.desk.knowledge.pictures import keep_picture
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
LOGO = b"\x89PNG\r\n\x1a\n" + b"a logo"
FACE = b"\xff\xd8\xff" + b"a face"
FIVE = cast.after(minutes=5)


def picture(content: bytes = LOGO) -> ArticlePicture:
    return keep_picture(content, by=cast.ada(), at=cast.NOON)


def asked() -> Conversation:
    inbox = cast.support(cast.ada())
    return cast.opened(inbox, cast.said(message_id="lamp.1@customers.example"))


def signed(row: Agent | Inbox | Brand, content: bytes = LOGO) -> None:
    row.signature_picture = picture(content)
    row.save()


def sent(message: Message) -> EmailMessage:
    row = Outgoing.objects.select_related("message__words", "message__conversation__inbox")
    raw = bytes(compose(post_of(row.get(message=message))))
    return message_from_bytes(raw, policy=policy.default)


def answered(conversation: Conversation) -> EmailMessage:
    return sent(conversation.reply(cast.letter(), by=cast.ada(), at=FIVE, seen=None))


def bodies(mail: EmailMessage) -> list[bytes]:
    return [p.get_content() for p in mail.walk() if p.get_content_maintype() == "image"]


def page_of(mail: EmailMessage) -> str:
    found = mail.get_body(("html",))
    assert found is not None
    return str(found.get_content())


def test_it_goes_along_within_the_words_once() -> None:
    conversation = asked()
    signed(conversation.inbox)
    mail = answered(conversation)
    (part,) = [one for one in mail.walk() if one.get_content_maintype() == "image"]
    assert [one.get_content_type() for one in mail.walk() if one.is_multipart()] == [
        "multipart/alternative", "multipart/related",
    ]  # fmt: skip
    assert (part.get_content(), part.get_filename()) == (LOGO, "signature.png")
    assert part.get_content_disposition() == "inline"
    assert page_of(mail).count(f'src="cid:{part["content-id"].strip("<>")}"') == 1
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "-- \n" not in plain.get_content(), "there are no lines to sign with"
    assert not Attachment.objects.exists(), "and it stands in no message of ours"


def test_agents_and_inboxes_have_their_own_and_machines_the_inboxes() -> None:
    conversation = asked()
    signed(conversation.inbox)
    signed(cast.ada(), FACE)
    assert bodies(answered(conversation)) == [FACE, LOGO]
    signed(cast.ada(), LOGO)
    assert bodies(answered(conversation)) == [LOGO], "the same one stands there once"
    signed(cast.ada(), FACE)
    system = Agent.objects.system()
    told = say_automatically(conversation, cast.letter("Got it."), by=system, at=FIVE)
    assert bodies(sent(told)) == [LOGO]


def test_a_brand_lends_its_picture_to_inboxes_without_one() -> None:
    conversation = asked()
    brand = Brand.objects.create(name="Lamps", slug="lamps")
    signed(brand)
    conversation.inbox.brand = brand
    conversation.inbox.save()
    assert bodies(answered(conversation)) == [LOGO]
    signed(conversation.inbox, FACE)
    assert bodies(answered(conversation)) == [FACE]


def test_what_a_customer_quotes_to_us_is_sent_no_second_time() -> None:
    logo = IncomingAttachment("image001.png", "image/png", LOGO, True, "theirs@x")
    conversation = asked()
    signed(conversation.inbox)
    said = cast.said(attachments=(logo,), at=cast.after(minutes=2))
    said = replace(said, html='<p>Still dark. <img src="cid:theirs@x"></p>')
    receive(conversation, said, by=Agent.objects.system())
    mail = answered(conversation)
    assert bodies(mail) == [LOGO]
    assert page_of(mail).count("<img") == 2


@pytest.mark.parametrize("shown", [True, False], ids=["in the page", "beside the words"])
def test_our_picture_coming_back_is_no_attachment(*, shown: bool) -> None:
    conversation = asked()
    signed(conversation.inbox)
    ours = answered(conversation)
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = "nora@customers.example", "support@desk.example"
    mail["Subject"], mail["Message-ID"] = "Re: A broken lamp", "<lamp.2@customers.example>"
    mail["In-Reply-To"] = ours["message-id"]
    mail.set_content("And the other lamp?")
    if shown:
        mail.add_alternative('<p>And the other lamp?</p><img src="cid:a@b">', subtype="html")
    mail.add_attachment(LOGO, "image", "png", filename="image001.png", cid="<a@b>")
    mail.add_attachment(FACE, "image", "jpeg", filename="lamp.jpg")
    message = became(taken_in(bytes(mail)))
    assert message.conversation == conversation
    listed = Attachment.objects.listed_with([message.pk])
    assert [file.name for file in listed] == ["lamp.jpg"]
    assert Attachment.objects.filter(is_inline=True).count() == 1, "yet it is kept"


def test_thanks_that_bring_it_back_wake_nobody() -> None:
    conversation = asked()
    message = conversation.reply(cast.letter(), by=cast.ada(), at=FIVE, seen=None)
    until = cast.after(days=9)
    message.conversation.snooze(until=until, by=cast.ada(), at=FIVE)
    thanks = cast.said("Thank you!", at=cast.after(hours=1))
    for is_ours in (True, False):
        logo = IncomingAttachment("logo.png", "image/png", LOGO, is_inline=True, is_ours=is_ours)
        receive(conversation, replace(thanks, attachments=(logo,)), by=Agent.objects.system())
        conversation.refresh_from_db()
        assert conversation.snoozed_until == (until if is_ours else None)


def test_a_first_mail_with_our_logo_shows_it() -> None:
    signed(cast.support(cast.ada()))
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = "nora@customers.example", "support@desk.example"
    mail["Subject"] = "Your logo is crooked"
    mail.set_content("Look.")
    mail.add_attachment(LOGO, "image", "png", filename="logo.png")
    message = became(taken_in(bytes(mail)))
    assert [file.name for file in Attachment.objects.listed_with([message.pk])] == ["logo.png"]
