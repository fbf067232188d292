"""Writing: replies, notes, forwards, new conversations, and the drafts they come from."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests import cast
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
TO = "Nora Lind <nora@customers.example>"


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


def write(
    client: Client, conversation: Conversation, noun: str = "replies", **form: object
) -> HttpResponse:
    values = {"to": TO, "text": "We send you a new one.", **form}
    if noun == "notes":
        values.pop("to")
    answer = client.post(f"/conversations/{conversation.pk}/{noun}/", values, follow=True)
    conversation.refresh_from_db()
    return answer  # type: ignore[return-value]  # the test client's own response


def answers(conversation: Conversation) -> list[Message]:
    return list(conversation.messages.filter(kind="agent").order_by("pk"))


def test_a_plain_reply_becomes_paragraphs_and_links(
    desk: Client, conversation: Conversation
) -> None:
    write(desk, conversation, text="Dear Nora,\n\nsee https://lumen.example/lamps.")
    (message,) = answers(conversation)
    assert message.words.html.startswith("<p>Dear Nora,</p><p>see <a href=")
    assert message.words.recipients["to"] == [cast.NORA]
    assert conversation.state == "customer"


def test_a_rich_reply_keeps_only_what_our_editor_writes(
    desk: Client, conversation: Conversation
) -> None:
    html = (
        '<div onclick="x()"><strong>Bold</strong><script>x()</script>'
        '<img src="https://spy.example/pixel.gif"></div>'
    )
    write(desk, conversation, format="rich", html=html, text="ignored")
    (message,) = answers(conversation)
    assert message.words.html == "<div><strong>Bold</strong><img></div>"


def test_a_note_stays_inside(desk: Client, conversation: Conversation) -> None:
    write(desk, conversation, "notes", text="Ask the workshop.")
    note = conversation.messages.get(kind="note")
    assert note.words.text == "Ask the workshop."
    assert conversation.state == "us"
    assert not hasattr(note, "outgoing")


def test_the_signature_is_shown_under_a_reply_and_not_under_a_note(
    desk: Client, conversation: Conversation, support: Inbox, ada: Agent
) -> None:
    ada.signature, support.signature = "Ada", "Your lamp people"
    ada.save()
    support.save()
    reply = desk.get(f"/conversations/{conversation.pk}/composer/reply/").content.decode()
    note = desk.get(f"/conversations/{conversation.pk}/composer/note/").content.decode()
    assert "Ada\n\nYour lamp people" in reply
    assert "lamp people" not in note


def test_sending_and_ending_is_one_step(desk: Client, conversation: Conversation) -> None:
    write(desk, conversation, then="end")
    assert conversation.state == "ended"
    assert len(answers(conversation)) == 1


def test_pressing_send_twice_sends_once(desk: Client, conversation: Conversation) -> None:
    write(desk, conversation)
    write(desk, conversation)
    assert len(answers(conversation)) == 1
    assert not Draft.objects.exists()
    write(desk, conversation, text="And the bulb, too.")
    assert len(answers(conversation)) == 2


def test_wrong_addresses_are_all_named_and_the_words_are_kept(
    desk: Client, conversation: Conversation
) -> None:
    answer = write(desk, conversation, to="nora at home", cc="bob", text="My long answer.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "nora at home" in page
    assert "bob" in page
    assert ">My long answer.</textarea>" in page
    assert answers(conversation) == []


@pytest.mark.parametrize(
    ("form", "words"),
    [({"to": ""}, "This goes to nobody"), ({"text": "  "}, "There is nothing to send yet")],
)
def test_a_reply_to_nobody_or_of_nothing_is_not_sent(
    desk: Client, conversation: Conversation, form: dict[str, str], words: str
) -> None:
    answer = write(desk, conversation, **form)
    assert words in answer.content.decode()
    assert answers(conversation) == []


def test_newer_words_stop_a_reply_until_they_were_seen(
    desk: Client, conversation: Conversation
) -> None:
    seen = conversation.messages.get().pk
    said = cast.said("Never mind, it works!", at=cast.after(hours=1))
    newer = receive(conversation, said, by=Agent.objects.system())
    answer = write(desk, conversation, seen=seen)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nora Lind wrote while you were writing." in page
    assert "Never mind, it works!" in page
    assert f'name="seen" value="{newer.pk}"' in page
    assert answers(conversation) == []
    write(desk, conversation, seen=newer.pk)
    assert len(answers(conversation)) == 1


def test_ones_own_reply_from_another_tab_stops_a_reply_until_it_was_seen(
    desk: Client, conversation: Conversation
) -> None:
    seen = conversation.messages.get().pk
    write(desk, conversation, "notes", text="Bulbs, again.", seen=seen)
    write(desk, conversation, seen=seen)
    answer = write(desk, conversation, text="It is on its way.", seen=seen)
    assert answer.status_code == 409
    assert "You have replied here yourself meanwhile" in answer.content.decode()
    (sent,) = answers(conversation)
    undone = desk.post(f"/messages/{sent.pk}/undoing/", follow=True).content.decode()
    (seen_now,) = re.findall(r'name="seen" value="(\d+)"', undone)
    write(desk, conversation, text="It is on its way.", seen=seen_now)
    assert [one.words.text for one in answers(conversation)] == ["It is on its way."]


def test_a_draft_is_there_when_its_author_comes_back(
    desk: Client, conversation: Conversation
) -> None:
    url = f"/conversations/{conversation.pk}/drafts/reply/"
    saved = desk.post(url, {"to": TO, "cc": "bob@works.example", "text": "Half a sen"})
    assert saved.content.decode().startswith("Draft saved ")
    page = desk.get(f"/conversations/{conversation.pk}/composer/reply/").content.decode()
    assert ">Half a sen</textarea>" in page
    assert "bob@works.example" in page
    assert Draft.objects.count() == 1


def test_a_draft_can_be_thrown_away(desk: Client, conversation: Conversation) -> None:
    desk.post(f"/conversations/{conversation.pk}/drafts/note/", {"text": "Hm."})
    write(desk, conversation, "notes", text="Hm.", then="discard")
    assert not Draft.objects.exists()
    assert not conversation.messages.filter(kind="note").exists()


def test_an_attachment_that_was_spoken_of_is_asked_about_once(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    draft, form = f"/conversations/{conversation.pk}/drafts/reply/", {"text": "I attach the plan."}
    assert desk.post(draft, form).content.decode().startswith("Draft saved")
    hints = desk.post(f"/conversations/{conversation.pk}/hints/reply/", form).content.decode()
    assert "You speak of an attachment; nothing is attached." in hints
    ada.is_coached = False
    ada.save()
    assert desk.post(draft, form).content.decode() == "You speak of an attachment; there is none."
    page = write(desk, conversation, text="I attach the plan.").content.decode()
    assert "You speak of an attachment, and there is none." in page


def test_files_go_with_the_reply(desk: Client, conversation: Conversation) -> None:
    files = f"/conversations/{conversation.pk}/drafts/reply/files/"
    desk.post(files, {"files": SimpleUploadedFile("plan.pdf", b"%PDF plan")})
    desk.post(files, {"files": SimpleUploadedFile("wrong.pdf", b"%PDF wrong")})
    wrong = Attachment.objects.get(name="wrong.pdf")
    listed = desk.post(files, {"remove_file": wrong.pk}).content.decode()
    assert "plan.pdf" in listed
    assert "wrong.pdf" not in listed
    page = write(desk, conversation, text="I attach it.", files=SimpleUploadedFile("b.txt", b"b"))
    (message,) = answers(conversation)
    assert {file.name for file in message.attachments.all()} == {"plan.pdf", "b.txt"}
    assert "there is none" not in page.content.decode()


def test_a_pasted_picture_goes_along_only_while_it_stands_in_the_text(
    desk: Client, conversation: Conversation
) -> None:
    files = f"/conversations/{conversation.pk}/drafts/reply/files/"
    png = b"\x89PNG\r\n\x1a\n"
    kept, taken = (
        desk.post(
            files, {"inline": SimpleUploadedFile("p.png", png, content_type="image/png")}
        ).content.decode()
        for _picture in range(2)
    )
    html = f'<figure><img src="{kept}"></figure>'
    write(desk, conversation, format="rich", html=html)
    (message,) = answers(conversation)
    assert [f"/attachments/{file.token}/" for file in message.attachments.all()] == [kept]
    assert f'<img src="{kept}">' in message.words.html
    assert taken not in message.words.html


def test_a_forward_of_a_huge_mail_quotes_its_beginning_and_says_so(
    desk: Client, support: Inbox
) -> None:
    said = replace(cast.said(), html="<div><b>begin</b> " + "<p>on and on</p>" * 120_000 + "</div>")
    conversation = cast.opened(support, said)
    page = desk.get(f"/conversations/{conversation.pk}/composer/forward/").content.decode()
    assert "begin" in page
    assert "the rest was left out" in page
    assert len(page) < 600_000  # twice: for the editor and for the plain field


def test_a_forward_quotes_the_message_and_carries_its_files(desk: Client, support: Inbox) -> None:
    files = [
        IncomingAttachment(f"photo{number}.jpg", "image/jpeg", b"\xff\xd8%d" % number)
        for number in range(2)
    ]
    picture = IncomingAttachment("p.png", "image/png", b"\x89PNG", is_inline=True, content_id="p")
    said = replace(cast.said(attachments=(*files, picture)), html='<p><img src="cid:p">Look.</p>')
    conversation = cast.opened(support, said)
    message = conversation.messages.get()
    page = desk.get(f"/conversations/{conversation.pk}/composer/forward/").content.decode()
    assert 'value="Fwd: A broken lamp"' in page
    assert "nora@customers.example" in page
    assert "photo0.jpg" in page
    form = {"to": "works@supplier.example", "subject": "Fwd: A broken lamp", "about": message.pk}
    left = message.attachments.get(name="photo1.jpg").pk
    html = message.words.html
    write(desk, conversation, "forwards", **form, leave=left, format="rich", html=html)
    write(desk, conversation, "forwards", **form, format="rich", html=html)
    (sent,) = answers(conversation)
    assert sent.words.subject == "Fwd: A broken lamp"
    assert {each.name for each in sent.attachments.all()} == {"photo0.jpg", "p.png"}
    copy = sent.attachments.get(name="p.png")
    assert f'<img src="/attachments/{copy.token}/">' in sent.words.html
    assert copy.content() == b"\x89PNG"
    assert message.attachments.count() == 3


def test_a_reply_from_another_inbox_moves_the_conversation_there(
    desk: Client, conversation: Conversation, support: Inbox
) -> None:
    orders = Inbox.objects.create(name="Orders", address="orders@desk.example")
    orders.teams.add(support.teams.get())
    write(desk, conversation, inbox=orders.pk)
    assert conversation.inbox == orders


def test_the_composer_closes_to_its_quiet_bar(desk: Client, conversation: Conversation) -> None:
    url = f"/conversations/{conversation.pk}/composer/closed/"
    headers = {"HX-Request": "true", "HX-Target": "composer"}
    bar = desk.get(url, headers=headers).content.decode()
    assert "Reply to Nora" in bar
    assert "<form" not in bar
    assert desk.get(f"/conversations/{conversation.pk}/composer/poem/").status_code == 404
    assert desk.post(f"/conversations/{conversation.pk}/drafts/poem/").status_code == 404


class TestNewConversation:
    def form(self, inbox: Inbox, **more: str) -> dict[str, object]:
        words = {"to": "Otto Berg <otto@customers.example>", "subject": "Your order"}
        return {"inbox": inbox.pk, "text": "It is ready.", **words, **more}

    def test_it_begins_in_to_unless_it_is_known_whom_it_goes_to(
        self, desk: Client, support: Inbox
    ) -> None:
        begins = re.compile(r'<input id="to"[^>]* autofocus>')
        assert begins.search(desk.get("/conversations/new/").content.decode())
        known = desk.get("/conversations/new/?to=nora@customers.example").content.decode()
        assert 'id="to"' in known
        assert not begins.search(known)

    def test_writing_first_opens_it(self, desk: Client, support: Inbox, ada: Agent) -> None:
        answer = desk.post("/conversations/new/", self.form(support))
        conversation = Conversation.objects.get()
        assert answer["Location"] == f"/conversations/{conversation.pk}/"
        assert str(conversation.customer) == "Otto Berg"
        assert (conversation.subject, conversation.assignee) == ("Your order", ada)
        assert not Draft.objects.exists()

    def test_sending_it_twice_opens_one(self, desk: Client, support: Inbox) -> None:
        for _press in range(2):
            desk.post("/conversations/new/", self.form(support))
        assert Conversation.objects.count() == 1

    def test_what_is_wrong_is_said_and_the_words_stay(self, desk: Client, support: Inbox) -> None:
        answer = desk.post("/conversations/new/", self.form(support, to="otto"))
        assert answer.status_code == 422
        assert ">It is ready.</textarea>" in answer.content.decode()
        assert ">It is ready.</textarea>" in desk.get("/conversations/new/").content.decode()

    def test_an_inbox_one_does_not_read_cannot_be_written_from(
        self, desk: Client, support: Inbox
    ) -> None:
        closed = Inbox.objects.create(name="Board", address="board@desk.example")
        assert desk.post("/conversations/new/", self.form(closed)).status_code == 404
