"""Macros on screen: written, found, previewed, inserted with their steps, typed as shortcuts."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.macros.preparing import Prepared, keep
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
TO = "Nora Lind <nora@customers.example>"
HTMX = {"HX-Request": "true", "HX-Target": "composer"}


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


def prepared(
    by: Agent, html: str = "<p>Dear {{customer.first_name|there}},</p>", **more: object
) -> Macro:
    said = {"name": "Late parcel", "language": "en", "html": html, "text": html,
            "steps": (Step(Act.TAG, "delivery"), Step(Act.END, "answered")), **more}  # fmt: skip
    return keep(None, Prepared(**said), by=by, at=cast.NOON)  # type: ignore[arg-type]  # fields of every kind


def test_the_list_previews_words_and_steps_for_this_customer(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    prepared(ada)
    page = desk.get(
        f"/conversations/{conversation.pk}/macros/reply/", {"find": "parc"}, headers=HTMX
    )
    text = page.content.decode()
    assert "Dear Nora," in text
    assert "Tag “delivery” · End: answered" in text


def test_inserted_it_stands_behind_what_was_typed_and_its_steps_run_with_the_send(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    macro = prepared(ada)
    where = f"/conversations/{conversation.pk}/insertions/reply/"
    form = {"to": TO, "text": "Good morning.", "macro": macro.pk}
    page = desk.post(where, form, headers=HTMX).content.decode()
    assert "Tag “delivery”" in page
    draft = Draft.objects.get()
    assert draft.html == "<p>Good morning.</p><div><p>Dear Nora,</p></div>"
    sent = {"to": TO, "format": "rich", "html": draft.html}
    desk.post(f"/conversations/{conversation.pk}/replies/", sent)
    conversation.refresh_from_db()
    assert conversation.state == "ended"
    assert conversation.taggings.get().tag.name == "delivery"
    macro.refresh_from_db()
    assert macro.used == 1


def test_a_step_can_be_taken_off_before_sending(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    where = f"/conversations/{conversation.pk}/insertions/reply/"
    desk.post(where, {"to": TO, "macro": prepared(ada).pk})
    desk.post(where, {"to": TO, "text": "Hello", "without": "1"})
    assert Draft.objects.get().steps == [["tag", "delivery"]]


def test_without_scripts_the_list_is_a_page_and_what_was_typed_is_kept(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    macro = prepared(ada)
    where = f"/conversations/{conversation.pk}"
    page = desk.post(f"{where}/replies/", {"to": TO, "text": "Hi.", "then": "insert"}, follow=True)
    assert page.request["PATH_INFO"] == f"{where}/macros/reply/"
    page = desk.post(f"{where}/insertions/reply/", {"macro": macro.pk, "kept": "yes"}, follow=True)
    assert "Hi." in page.content.decode()
    assert Draft.objects.get().html == "<p>Hi.</p><div><p>Dear Nora,</p></div>"


def test_a_placeholder_stops_the_send_until_it_is_filled_in_or_meant(
    desk: Client, conversation: Conversation
) -> None:
    where = f"/conversations/{conversation.pk}/replies/"
    form = {"to": TO, "text": "Dear {{first_name}}, it is on its way."}
    page = desk.post(where, form)
    assert page.status_code == 409
    assert "Your words still hold {{first_name}}" in page.content.decode()
    assert not conversation.messages.filter(kind="agent").exists()
    desk.post(where, {**form, "as_meant": "yes"})
    assert conversation.messages.filter(kind="agent").count() == 1


def test_a_shortcut_answers_its_words_and_nothing_else_answers(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    prepared(ada, shortcut="late")
    where = f"/conversations/{conversation.pk}/snippet/"
    assert desk.post(where, {"shortcut": "late"}).content.decode() == "Dear Nora,"
    assert desk.post(where, {"shortcut": "early"}).status_code == 204
    assert desk.post(where).status_code == 204


def test_one_is_written_in_two_languages_and_told_what_is_wrong(desk: Client, ada: Agent) -> None:
    form = {"name": "Hello", "audience": "me", "language": "en", "text": "Hello {{customer.name}}",
            "tags": "greeting", "to": "take", "snooze": "", "end": ""}  # fmt: skip
    page = desk.post("/macros/new/", form)
    assert "is not always known" in page.content.decode()
    page = desk.post("/macros/new/", {**form, "text": "Hello {{customer.name|there}}"})
    macro = Macro.objects.get()
    desk.post(f"/macros/{macro.pk}/", {**form, "language": "de", "text": "Guten Tag"})
    assert {row.language: row.text for row in macro.texts.all()} == {
        "en": "Hello {{customer.name|there}}", "de": "Guten Tag",
    }  # fmt: skip
    assert macro.owner == ada
    assert "Guten Tag" in desk.get(f"/macros/{macro.pk}/?language=de").content.decode()
    page = desk.post(f"/macros/{macro.pk}/", {**form, "snooze": "1", "end": "answered"})
    assert "choose one of the two" in page.content.decode()
    desk.post(f"/macros/{macro.pk}/removal/")
    assert not Macro.objects.exists()


@pytest.mark.parametrize("page", ["/macros/", "/conversations/{}/macros/reply/"])
def test_ten_and_twenty_macros_cost_the_same(
    desk: Client, conversation: Conversation, ada: Agent, page: str
) -> None:
    counts = []
    for _round in range(2):
        for _one in range(10):
            prepared(ada)
        with CaptureQueriesContext(connection) as queries:
            desk.get(page.format(conversation.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_new_conversation_takes_words_and_calls_people_as_they_were_typed(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    macro = prepared(ada, shortcut="late")
    form = {"to": "Otto <nora@customers.example>", "text": "Good morning.", "macro": macro.pk}
    desk.post("/conversations/new/draft/", form)
    assert "Dear Otto," in desk.get("/conversations/new/macros/", headers=HTMX).content.decode()
    answer = desk.post("/conversations/new/insertions/", form, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/conversations/new/"
    draft = Draft.objects.get()
    assert draft.html == "<p>Good morning.</p><div><p>Dear Otto,</p></div>"
    assert draft.steps == []
    assert "Dear Otto," in desk.get("/conversations/new/").content.decode()
    words = desk.post("/conversations/new/snippet/", {"shortcut": "late"}).content.decode()
    assert "Dear Otto," in words
    assert desk.post("/conversations/new/snippet/", {"shortcut": "x"}).status_code == 204


def test_what_the_desk_knows_of_a_typed_address_is_not_told(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    prepared(ada)
    desk.post("/conversations/new/draft/", {"to": "nora@customers.example"})
    page = desk.get("/conversations/new/macros/").content.decode()
    assert "Dear there," in page
    assert "Nora" not in page


def test_without_scripts_the_list_is_a_page_that_leads_back_to_the_new_conversation(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    macro = prepared(ada)
    said = {"to": TO, "text": "Good morning.", "then": "insert"}
    assert (
        desk.post("/conversations/new/", said).headers["Location"] == "/conversations/new/macros/"
    )
    page = desk.get("/conversations/new/macros/").content.decode()
    assert 'formaction="/conversations/new/insertions/"' in page
    answer = desk.post("/conversations/new/insertions/", {"macro": macro.pk, "kept": "yes"})
    assert answer.headers["Location"] == "/conversations/new/"
    assert "Good morning.</p><div><p>Dear Nora" in Draft.objects.get().html
    assert (
        desk.post("/conversations/new/insertions/", {"macro": 99, "kept": "yes"}).status_code == 404
    )


def test_a_macro_saves_its_words_times_its_uses_and_an_unused_one_nothing(
    desk: Client, ada: Agent
) -> None:
    long, unused = " ".join(["word"] * 100), "word " * 900
    for name, words, used in (("Long", long, 12), ("Unused", unused, 0)):
        macro = Macro.objects.create(name=name, owner=ada, used=used, changed_at=cast.NOON)
        macro.texts.create(language="en", html=words, text=words)
        macro.texts.create(language="de", html=f"{words} mehr", text=f"{words} mehr")
    assert "30 minutes of typing" in desk.get("/macros/").content.decode()
    Macro.objects.filter(name="Long").update(used=0)
    assert "of typing" not in desk.get("/macros/").content.decode()
