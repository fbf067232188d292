"""The help center: read, searched, followed, judged and written from, without scripts."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from tests import cast
from tests.desk.knowledge.articles import published, written
from tests.screens.plain_browser import PlainBrowser
from wingbeat.channels.mail import intake
from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.knowledge.models import Article, ArticleFeedback
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_form(support: Inbox) -> Inbox:
    support.takes_forms = True
    support.save()
    return support


def shown(client: Client, path: str) -> str:
    page = client.get(path, follow=True)
    assert page.status_code == 200
    assert "<script" not in page.content.decode()
    assert not page.cookies
    return page.content.decode()


def test_an_old_browser_finds_an_article_and_says_that_it_helped(ada: Agent) -> None:
    published()
    published("Prices", "For agents.", audience="internal")
    browser = PlainBrowser().open("/help/en/")
    assert "Prices" not in browser.words
    browser.press("Search", q="bulbs").follow("When a lamp stays dark")
    assert "Turn the bulb" in browser.words
    browser.press("Tell us", helped="no", comment="Which fuse?")
    assert "Thank you for telling us." in browser.words
    row = ArticleFeedback.objects.get()
    assert (row.has_helped, row.comment) == (False, "Which fuse?")


def test_each_language_has_its_own_and_leads_to_the_others(nora: Client, ada: Agent) -> None:
    row = published()
    published("Wenn die Lampe dunkel bleibt", "Drehen.", language="de", article=row.article)
    german = nora.get("/help/", headers={"Accept-Language": "de"}, follow=True).content.decode()
    assert '<html lang="de"' in german
    assert "Wenn die Lampe dunkel bleibt" in german
    assert "When a lamp" not in german
    page = shown(nora, f"/help/de/{row.article_id}-x/")
    assert "When a lamp stays dark" in page
    assert nora.get(f"/help/hu/{row.article_id}-x/").status_code == 404
    assert nora.get("/help/xx/").status_code == 404


def test_the_feed_is_atom_and_holds_what_is_public(nora: Client, ada: Agent) -> None:
    published()
    published("Prices", "For agents.", audience="internal")
    answer = nora.get("/help/en/feed/")
    tree = ElementTree.fromstring(answer.content)
    names = [one.text for one in tree.iter("{http://www.w3.org/2005/Atom}title")]
    assert names == ["Help", "When a lamp stays dark"]


def test_more_articles_ask_no_more_questions(nora: Client, ada: Agent) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(nora, "/help/en/")
        return len(captured)

    for number in range(10):
        published(f"Article {number}", collection=f"Shelf {number % 3}")
    ten = asked()
    for number in range(10, 20):
        published(f"Article {number}", collection=f"Shelf {number % 3}")
    assert asked() == ten


def test_the_form_begins_a_conversation_by_the_way_that_mail_takes(
    nora: Client, open_form: Inbox
) -> None:
    row = published()
    path = "/help/en/contact/"
    page = shown(nora, f"{path}?article={row.article_id}&q=lamp+dark+bulb")
    assert "we know that" in page
    assert "Perhaps this answers it" not in page, "it was offered what it has just read"
    form = {
        "inbox": open_form.pk, "name": "Nora Lind", "email": "nora@customers.example",
        "subject": "Still dark", "text": "I turned it.", "article": row.article_id,
        "files": SimpleUploadedFile("lamp.txt", b"dark", content_type="text/plain"),
    }  # fmt: skip
    answer = nora.post(path, form)
    assert "answers to nora@customers.example" in answer.content.decode()
    assert RawMail.objects.get().judgement == "stored", "nobody is told before it is kept"
    intake.judge_stored(at=timezone.now())
    found = Conversation.objects.get()
    message = found.messages.get()
    assert (found.inbox, found.subject, found.state) == (open_form, "Still dark", "us")
    assert found.customer.name == "Nora Lind"
    assert message.came_by == "form"
    assert f"When a lamp stays dark, #{row.article_id}" in message.words.text
    assert message.attachments.get().name == "lamp.txt"


def test_no_blank_of_a_long_subject_is_lost(nora: Client, open_form: Inbox) -> None:
    subject = "Можно ли положить записку в посылку, если она ещё не ушла к моей подруге?"
    form = {
        "inbox": open_form.pk, "name": "Вера Соколова и её подруга Лида из Граца",
        "email": "vera@customers.example", "subject": subject, "text": "Спасибо!",
    }  # fmt: skip
    nora.post("/help/en/contact/", form)
    read = parse(RawMail.objects.get().content())
    assert (read.subject, read.sender.name) == (subject, form["name"])


def test_a_form_from_an_address_in_other_letters_with_an_odd_file_is_kept(
    nora: Client, open_form: Inbox
) -> None:
    report = SimpleUploadedFile("report", b"Status: 5.1.1", content_type="message/delivery-status")
    form = {
        "inbox": open_form.pk, "name": "Nora", "email": "nora@bücher.example",
        "subject": "A lamp", "text": "It is dark.", "files": report,
    }  # fmt: skip
    assert nora.post("/help/en/contact/", form).status_code == 200
    read = parse(RawMail.objects.get().content())
    assert read.sender.address == "nora@xn--bcher-kva.example"
    assert "It is dark." in read.text
    assert [file.name for file in read.attachments] == ["report"]


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"text": ""}, {"subject": ""}, {"inbox": "999"}]
)
def test_a_form_that_cannot_be_taken_loses_nothing(
    nora: Client, open_form: Inbox, wrong: dict[str, str]
) -> None:
    form = {
        "inbox": str(open_form.pk), "name": "Nora", "email": "nora@customers.example",
        "subject": "Lamp & co", "text": "I turned it.", **wrong,
    }  # fmt: skip
    answer = nora.post("/help/en/contact/", form)
    assert answer.status_code == 422
    for field in ("name", "email", "subject"):
        assert (
            f'value="{form[field].replace("&", "&amp;")}"' in answer.content.decode()
            or not form[field]
        )
    assert form["text"] in answer.content.decode()
    assert not RawMail.objects.exists()


def test_headers_cannot_be_smuggled_in_and_machines_are_let_down_gently(
    nora: Client, open_form: Inbox
) -> None:
    form = {
        "inbox": open_form.pk, "email": "nora@customers.example", "text": "x",
        "subject": "Hi\r\nBcc: all@customers.example", "name": "N\r\nTo: you@customers.example",
    }  # fmt: skip
    nora.post("/help/en/contact/", form)
    raw = RawMail.objects.get().content().decode()
    head = raw.replace("\r\n", "\n").partition("\n\n")[0]
    assert not any(line.startswith(("Bcc:", "To: you")) for line in head.split("\n"))
    answer = nora.post("/help/en/contact/", {**form, "website": "https://spam.example"})
    assert "have reached us" in answer.content.decode()
    assert RawMail.objects.count() == 1


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/mixed; boundary=x", "message/rfc822", "text/plain; charset=nonsense", "/",
        "a/b/c", "tëxt/pläin", "application/" + "x" * 900, "text/html\r\nBcc: all@evil.example",
    ],
)  # fmt: skip
def test_a_file_of_any_kind_arrives_as_a_file(nora: Client, open_form: Inbox, kind: str) -> None:
    form = {
        "inbox": open_form.pk, "name": "Nora", "email": "nora@customers.example",
        "subject": "Dark", "text": "I turned it.",
        "files": SimpleUploadedFile("lamp.eml", b"To: x\r\n\r\ndark \xff", content_type=kind),
    }  # fmt: skip
    assert nora.post("/help/en/contact/", form).status_code == 200
    intake.judge_stored(at=timezone.now())
    message = Conversation.objects.get().messages.get()
    assert message.words.text.strip() == "I turned it."
    file = message.attachments.get()
    assert (file.name, file.content()) == ("lamp.eml", b"To: x\r\n\r\ndark \xff")


def test_who_finds_nothing_written_or_no_answer_is_led_to_write_to_us(
    nora: Client, open_form: Inbox
) -> None:
    def main(path: str) -> str:
        return shown(nora, path).partition("<footer")[0]

    assert 'href="/help/en/contact/"' in main("/help/en/")
    assert 'href="/help/en/contact/?q=dark%20lamp"' in main("/help/en/?q=dark+lamp")
    published()
    assert "/contact/" not in main("/help/en/")
    Inbox.objects.update(takes_forms=False)
    Article.objects.all().delete()
    assert "/contact/" not in main("/help/en/")


def test_without_an_inbox_for_it_there_is_no_form(nora: Client, support: Inbox) -> None:
    assert nora.get("/help/en/contact/").status_code == 404


def test_agents_write_publish_and_insert_an_article(
    conversation: Conversation, ada: Agent, settings: Settings
) -> None:
    settings.DESK_ADDRESS = "https://desk.example"
    desk = PlainBrowser(client=Client())
    desk.client.force_login(ada)
    desk.open("/articles/new/").press(
        "Save", title="When a lamp stays dark", text="Turn the bulb.", collection="Lamps"
    )
    desk.press("Publish")
    row = Article.objects.get().publications.get()
    hidden = published("Lamp margins", "A lamp costs two.", audience="internal")
    desk.open(f"/conversations/{conversation.pk}/macros/reply/")
    assert "When a lamp stays dark" in desk.words
    assert "Lamp margins" not in desk.words
    insert = f"/conversations/{conversation.pk}/insertions/reply/"
    assert desk.client.post(insert, {"article": hidden.pk, "kept": "yes"}).status_code == 404
    desk.client.post(insert, {"article": row.pk, "kept": "yes"})
    html = Draft.objects.get(kind="reply").html
    assert f'href="https://desk.example/help/en/{row.article_id}-when-a-lamp' in html
    note = f"/conversations/{conversation.pk}/insertions/note/"
    desk.client.post(note, {"article": hidden.pk, "kept": "yes"})
    assert "A lamp costs two." in Draft.objects.get(kind="note").html


def test_an_article_goes_out_and_in_as_a_file(ada: Agent) -> None:
    row = published()
    desk = Client()
    desk.force_login(ada)
    file = desk.get(f"/articles/{row.article_id}/en/file/")
    assert file["Content-Disposition"].startswith("attachment")
    sheet = SimpleUploadedFile("a.html", file.content + b"<script>x</script>")
    form = {"title": "Again", "audience": "public", "owner": ada.pk, "verify_every_days": 90}
    desk.post("/articles/new/", {**form, "language": "en", "file": sheet, "text": ""})
    version = Article.objects.order_by("-pk")[0].versions.get()
    assert "Turn the bulb" in version.html
    assert "script" not in version.html


def test_the_editor_shows_and_keeps_the_language_that_was_asked_for(ada: Agent) -> None:
    row = published()
    published("Wenn die Lampe dunkel bleibt", "Drehen.", language="de", article=row.article)
    desk = PlainBrowser(client=Client())
    desk.client.force_login(ada)
    desk.open(f"/articles/{row.article_id}/?language=de").press("Save", title="Dunkle Lampe")
    assert [v.language for v in row.article.versions.filter(title="Dunkle Lampe")] == ["de"]
    desk.open(f"/articles/{row.article_id}/")
    assert 'value="When a lamp stays dark"' in desk.page


@pytest.mark.parametrize("path", ["/help/en/99-gone/", "/help/en/nowhere/else/", "/help/nobody/"])
def test_a_page_that_is_not_there_is_said_by_the_help_center(
    nora: Client, support: Inbox, path: str
) -> None:
    answer = nora.get(path)
    assert answer.status_code == 404
    assert "This page is not here." in answer.content.decode()
    assert 'href="/help/en/"' in answer.content.decode()
    assert "colleague" not in answer.content.decode()
    german = nora.get("/help/de/nowhere/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="de"' in german
    assert "colleague" in nora.get("/nowhere/").content.decode()


def test_the_head_names_no_inbox_that_customers_may_not_write_to(nora: Client) -> None:
    Inbox.objects.all().delete()
    grievances = {"name": "Salaries and grievances", "address": "us@desk.example"}
    Inbox.objects.create(**grievances, is_for_team=True)
    assert "Salaries" not in nora.get("/help/en/").content.decode()
    assert "Salaries" not in nora.get("/help/en/nowhere/").content.decode()
    Inbox.objects.create(name="Lamps", address="lamps@desk.example", takes_forms=True)
    assert "Lamps</span>" in nora.get("/help/en/").content.decode()


def test_who_speaks_here_stands_at_the_head_and_nothing_sent_ends_the_way(
    nora: Client, open_form: Inbox
) -> None:
    Inbox.objects.update(from_name="Lamps & Co")
    assert "Lamps &amp; Co</span>" in nora.get("/help/en/").content.decode()
    typed = {"inbox": open_form.pk, "email": "nora@customers.example", "subject": "A", "text": "B"}
    told = nora.post("/help/en/contact/", typed).content.decode()
    assert told.count('href="/help/en/"') == 2


def test_the_form_writes_into_no_conversation_whatever_number_and_address_it_names(
    nora: Client, open_form: Inbox, conversation: Conversation
) -> None:
    """Nobody has checked whose address that is."""
    conversation.end(by=cast.ada(), at=timezone.now(), reason="answered")
    form = {
        "inbox": open_form.pk, "name": "Nora", "email": cast.NORA["address"],
        "subject": f"[#{conversation.pk}] {conversation.subject}", "text": "Pay it to me.",
    }  # fmt: skip
    assert nora.post("/help/en/contact/", form).status_code == 200
    intake.judge_stored(at=timezone.now())
    assert conversation.messages.count() == 1
    conversation.refresh_from_db()
    assert conversation.state == "ended"
    mail = RawMail.objects.get()
    assert mail.judgement == "opened"
    assert mail.looks_like_id == conversation.pk, "whoever reads it finds the other one"


def test_a_light_agent_reads_of_articles_what_is_published() -> None:
    row = published("Lamps", "Ten years.", audience="internal")
    written("Lamps, anew", "Five years.", article=row.article)
    draft = written("We close in May", "Tell nobody yet.")
    light, ada = Client(), Client()
    light.force_login(cast.lena())
    ada.force_login(cast.ada())
    told = light.get("/articles/").content.decode()
    assert "Lamps" in told
    assert "Lamps, anew" not in told
    assert "We close in May" not in told
    assert "We close in May" in ada.get("/articles/").content.decode()
    for article in (draft, row.article):
        assert light.get(f"/articles/{article.pk}/en/file/").status_code == 403
        assert ada.get(f"/articles/{article.pk}/en/file/").status_code == 200
