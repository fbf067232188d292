"""The customer's page: what they read, write, judge and call solved, by plain forms alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.screens.customer.conftest import answered, left, link_of
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.coming_again import ReturnQuestion
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Solution
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.waiting import waits_since
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def shown(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


def sent(client: Client, path: str, **form: object) -> str:
    """Send a form and go where it leads."""
    page = client.post(path, form, follow=True)
    assert [status for _to, status in page.redirect_chain] == [303]
    return page.content.decode()


def test_it_shows_what_was_said_and_never_notes_margin_or_drafts(
    nora: Client, conversation: Conversation, ada: Agent
) -> None:
    answered(conversation)
    conversation.note(cast.letter("She is rich.", to=()), by=ada, at=timezone.now())
    stranger = cast.said("I am the margin.", sender=cast.OTTO, at=timezone.now())
    receive(conversation, stranger, by=Agent.objects.system(), doubt=Doubt.UNKNOWN_SENDER)
    page = shown(nora, link_of(conversation))
    assert "My lamp does not light." in page
    assert "We send you a new one." in page
    assert "She is rich." not in page
    assert "I am the margin." not in page


def test_a_reply_is_read_once_it_has_left(
    nora: Client, conversation: Conversation, ada: Agent
) -> None:
    reply = conversation.reply(cast.letter(), by=ada, at=timezone.now(), seen=None)
    assert "We send you a new one." not in shown(nora, link_of(conversation))
    left(reply)
    assert "We send you a new one." in shown(nora, link_of(conversation))
    Outgoing.objects.filter(message=reply).update(state="given_up", sent_at=None)
    assert "We send you a new one." not in shown(nora, link_of(conversation))


def test_it_says_who_acts_next(nora: Client, conversation: Conversation, ada: Agent) -> None:
    path = link_of(conversation)
    assert "The next word is ours." in shown(nora, path)
    answered(conversation)
    assert "The next word is yours" in shown(nora, path)
    past = timezone.now() - timedelta(days=30)
    Conversation.objects.filter(pk=conversation.pk).update(latest_at=past)
    assert "It has been quiet since" in shown(nora, path)
    conversation.end(by=ada, at=timezone.now(), reason="answered")
    assert "We have ended this conversation." in shown(nora, path)


def test_what_they_write_enters_as_theirs_and_says_that_it_came_by_the_link(
    nora: Client, conversation: Conversation, ada: Agent
) -> None:
    answered(conversation)
    conversation.end(by=ada, at=timezone.now(), reason="answered")
    file = SimpleUploadedFile("lamp.txt", b"dark", content_type="text/plain")
    path = link_of(conversation)
    page = sent(nora, f"{path}answers/", text="Still <b>dark</b>.", files=[file])
    assert "Your words have reached us." in page
    assert "Still &lt;b&gt;dark&lt;/b&gt;." in page
    assert "lamp.txt" in page
    conversation.refresh_from_db()
    assert conversation.state == "us"
    latest = conversation.messages.order_by("-pk")[0]
    assert (latest.address.email if latest.address else "") == "nora@customers.example"
    desk = Client()
    desk.force_login(ada)
    assert "by their link" in shown(desk, f"/conversations/{conversation.pk}/")


def test_the_same_words_sent_twice_are_one_message(
    nora: Client, conversation: Conversation
) -> None:
    path = f"{link_of(conversation)}answers/"
    for _press in range(2):
        sent(nora, path, text="And the bulb?")
    sent(nora, path, text="And the cable?")
    assert conversation.messages.filter(came_by="link").count() == 2


def test_what_cannot_be_taken_is_told_and_nothing_typed_is_lost(
    nora: Client, conversation: Conversation
) -> None:
    path = f"{link_of(conversation)}answers/"
    assert "Write something" in nora.post(path).content.decode()
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)]
    page = nora.post(path, {"text": "My own words", "files": files})
    assert page.status_code == 422
    assert "takes 10 files" in page.content.decode()
    assert "My own words</textarea>" in page.content.decode()
    assert not conversation.messages.filter(came_by="link").exists()


def test_writing_without_end_is_stopped_with_words(
    nora: Client, conversation: Conversation
) -> None:
    path = f"{link_of(conversation)}answers/"
    for number in range(20):
        sent(nora, path, text=f"Number {number}")
    refused = nora.post(path, {"text": "Number 21"})
    assert refused.status_code == 422
    assert "Number 21</textarea>" in refused.content.decode()
    assert conversation.messages.filter(came_by="link").count() == 20


def test_solved_is_their_word_after_one_more_question(
    nora: Client, conversation: Conversation
) -> None:
    path = f"{link_of(conversation)}solution/"
    assert "Yes, it is solved" in shown(nora, path)
    conversation.refresh_from_db()
    assert conversation.state == "us", "a GET changed something"
    assert "We are glad that it is solved." in sent(nora, path)
    conversation.refresh_from_db()
    assert conversation.state == "solved"
    assert waits_since(conversation) is None, "recomputed, somebody would still wait for us"
    sent(nora, path.replace("solution", "answers"), text="It broke again.")
    conversation.refresh_from_db()
    assert conversation.state == "us"
    assert Solution.objects.count() == 1


def test_a_word_in_a_mail_stands_ready_and_first_on_the_page_and_opening_it_rates_nothing(
    nora: Client, conversation: Conversation
) -> None:
    answered(conversation)
    path = link_of(conversation)
    assert shown(nora, path).index('id="rating"') > shown(nora, path).index("My lamp does not")
    page = shown(nora, f"{path}?word=3")
    assert 'value="3" checked' in page
    assert page.count('id="rating"') == 1
    assert page.index('id="rating"') < page.index("My lamp does not light.")
    nora.head(f"{path}?word=3")
    assert nora.get(f"{path}rating/?word=3").status_code == 405
    assert not Rating.objects.exists()
    page = sent(nora, f"{path}rating/", word="1", comment="You were slow.")
    assert "You were slow.</textarea>" in page
    sent(nora, f"{path}rating/", word="5", comment="")
    rating = Rating.objects.get()
    assert (rating.value, rating.comment) == (5, "")


@pytest.mark.parametrize("word", ["", "2", "6", "-1", "²", "good", "9" * 50])
def test_a_word_that_is_none_is_refused_and_their_comment_kept(
    nora: Client, conversation: Conversation, word: str
) -> None:
    answered(conversation)
    page = nora.post(f"{link_of(conversation)}rating/", {"word": word, "comment": "Well"})
    assert page.status_code == 422
    assert "Well</textarea>" in page.content.decode()
    assert not Rating.objects.exists()


def test_nothing_is_judged_before_anybody_has_answered(
    nora: Client, conversation: Conversation
) -> None:
    path = link_of(conversation)
    assert "How was it with us?" not in shown(nora, path)
    assert nora.post(f"{path}rating/", {"word": "5"}).status_code == 403


def test_the_one_question_comes_after_a_real_end_and_at_most_once_in_thirty_days(
    nora: Client, conversation: Conversation, support: Inbox
) -> None:
    question = "Would you gladly come to us again?"
    path = link_of(conversation)
    assert question not in shown(nora, path)
    assert question in sent(nora, f"{path}solution/")
    sent(nora, f"{path}coming-again/", would="yes")
    assert ReturnQuestion.objects.get().would_return is True
    other = cast.opened(support, cast.said(at=timezone.now()))
    assert question not in sent(nora, f"{link_of(other)}solution/")
    month = timezone.now() - timedelta(days=31)
    ReturnQuestion.objects.update(asked_at=month)
    third = cast.opened(support, cast.said(at=timezone.now()))
    assert question in sent(nora, f"{link_of(third)}solution/")


def test_files_of_both_sides_are_theirs_and_no_others(
    nora: Client, conversation: Conversation, ada: Agent, support: Inbox
) -> None:
    sheet = IncomingAttachment(name="page.html", type="text/html", content=b"<script>1</script>")
    mine = receive(
        conversation, cast.said(at=timezone.now(), attachments=(sheet,)), by=Agent.objects.system()
    )
    hidden = conversation.note(cast.letter("Look", to=()), by=ada, at=timezone.now())
    secret = Attachment(message=hidden, name="s.txt", type="text/plain")
    secret.put(b"secret")
    secret.save()
    path = link_of(conversation)
    answer = nora.get(f"{path}files/{mine.attachments.get().token}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert nora.get(f"{path}files/{secret.token}/").status_code == 404
    assert nora.get(f"{path}files/{uuid4()}/").status_code == 404
    other = cast.opened(support, cast.said(sender=cast.OTTO, at=timezone.now()))
    theirs = f"{link_of(other, cast.OTTO)}files/{mine.attachments.get().token}/"
    assert nora.get(theirs).status_code == 404


def test_pictures_within_words_come_by_the_link(nora: Client, conversation: Conversation) -> None:
    drawing = IncomingAttachment(
        name="d.png", type="image/png", content=b"png", is_inline=True, content_id="d"
    )
    incoming = cast.said(at=timezone.now(), attachments=(drawing,))
    incoming = type(incoming)(**{
        **{name: getattr(incoming, name) for name in incoming.__slots__},
        "html": '<p>So: <img src="cid:d"></p>',
    })  # fmt: skip
    receive(conversation, incoming, by=Agent.objects.system())
    path = link_of(conversation)
    token = Attachment.objects.get().token
    assert f'src="{path}files/{token}/"' in shown(nora, path)
    assert nora.get(f"{path}files/{token}/").status_code == 200


def test_it_asks_nothing_that_we_know(nora: Client, conversation: Conversation) -> None:
    answered(conversation)
    page = shown(nora, link_of(conversation))
    for asked in ('name="name"', 'name="email"', 'name="address"', 'name="subject"'):
        assert asked not in page


def test_an_agent_who_opens_it_reads_and_says_nothing_in_their_name(
    conversation: Conversation, ada: Agent
) -> None:
    answered(conversation)
    desk = Client()
    desk.force_login(ada)
    path = link_of(conversation)
    page = shown(desk, path)
    assert "My lamp does not light." in page
    assert "<form" not in page
    for noun, form in (("answers", {"text": "x"}), ("solution", {}), ("rating", {"word": "5"})):
        assert desk.post(f"{path}{noun}/", form).status_code == 403
    conversation.refresh_from_db()
    assert conversation.state == "customer"
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "An uns schreiben"), ("ru", "Написать нам"), ("hu", "Írjon nekünk"), ("en", "Write")],
)
def test_it_speaks_their_language(
    nora: Client, conversation: Conversation, language: str, words: str
) -> None:
    Customer.objects.update(language=language)
    page = shown(nora, link_of(conversation))
    assert words in page
    assert f'<html lang="{language}"' in page


def test_pages_tell_nobody_where_they_are(nora: Client, conversation: Conversation) -> None:
    page = nora.get(link_of(conversation))
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Cache-Control"] == "private, no-store"
    assert not page.cookies
    assert "<script" not in page.content.decode()


def test_a_files_name_cannot_turn_around_what_it_ends_with(
    nora: Client, conversation: Conversation
) -> None:
    file = SimpleUploadedFile("invoice\u202efdp.exe", b"MZ", content_type="text/html")
    sent(nora, f"{link_of(conversation)}answers/", text="Here.", files=[file])
    kept = Attachment.objects.get()
    assert kept.name == "invoicefdp.exe"
    answer = nora.get(f"{link_of(conversation)}files/{kept.token}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="invoicefdp.exe"'


def test_judging_without_end_is_stopped_with_words(
    nora: Client, conversation: Conversation
) -> None:
    answered(conversation)
    path = f"{link_of(conversation)}rating/"
    for number in range(20):
        sent(nora, path, word="1", comment=f"Number {number}")
    refused = nora.post(path, {"word": "1", "comment": "Number 21"})
    assert refused.status_code == 422
    assert "many messages in one hour" in refused.content.decode()
    assert "Number 21</textarea>" in refused.content.decode()
    assert conversation.messages.filter(came_by="link").count() == 20


def test_the_one_question_is_answered_so_often_and_no_more(
    nora: Client, conversation: Conversation
) -> None:
    path = link_of(conversation)
    sent(nora, f"{path}solution/")
    for number in range(20):
        sent(nora, f"{path}coming-again/", would="yes" if number % 2 else "no")
    assert nora.post(f"{path}coming-again/", {"would": "no"}).status_code == 422
    assert ReturnQuestion.objects.get().would_return is True


def test_it_speaks_their_language_whatever_we_answer_in(
    nora: Client, support: Inbox, ada: Agent
) -> None:
    words = "Guten Tag, ich habe das Paket nicht bekommen und bitte um Hilfe."
    conversation = cast.opened(support, cast.said(text=words, at=timezone.now()))
    answered(conversation)
    assert '<html lang="de"' in shown(nora, link_of(conversation))


def test_a_link_that_is_cut_off_leads_no_customer_to_the_desk(
    nora: Client, conversation: Conversation
) -> None:
    page = nora.get(link_of(conversation)[:-4] + "/")
    assert page.status_code == 404
    assert "This link leads nowhere" in page.content.decode()
    assert "/account/" not in page.content.decode()
