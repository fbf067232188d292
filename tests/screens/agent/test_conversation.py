"""A conversation on its page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.cause import keep
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import IncomingAttachment, Party
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n"


def test_it_shows_words_notes_and_what_was_done(desk: Client, support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    conversation.assign(agent=cast.max_(), by=ada, at=cast.after(minutes=1))
    conversation.note(cast.letter("Ask the workshop.", to=()), by=ada, at=cast.after(minutes=2))
    conversation.reply(cast.letter(), by=ada, at=cast.after(minutes=3), seen=None)
    conversation.end(by=ada, at=cast.after(minutes=4), reason="answered")
    page = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    told = [
        "My lamp does not light.",
        "Ada Fields gave it to Max Stone",
        "Note, only your team sees this",
        "Ask the workshop.",
        "We send you a new one.",
        "Ada Fields ended it: answered",
    ]
    assert sorted(told, key=page.index) == told
    assert "Ended by Ada Fields" in page


def test_its_state_says_who_acts_next_and_since_when(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    assert "Waits for us since 2 Mar, 12:00" in desk.get(
        f"/conversations/{conversation.pk}/"
    ).content.decode().replace(" 2026", "")


@pytest.mark.parametrize("name", ["Nora Lind", ""])
def test_its_cost_does_not_grow_with_its_messages(desk: Client, support: Inbox, name: str) -> None:
    sender: Party = {"name": name, "address": "nora@customers.example"}
    conversation = cast.opened(support, cast.said(sender=sender))
    counts = []
    for _round in range(2):
        for minute in range(8):
            said = cast.said("And another thing.", sender=sender, at=cast.after(minutes=minute))
            receive(conversation, said, by=Agent.objects.system())
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/conversations/{conversation.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_ordinary_one_asks_few_questions(desk: Client, support: Inbox) -> None:
    path = f"/conversations/{cast.opened(support).pk}/"
    desk.get(path)
    counts = []
    for headers in ({}, {"HX-Request": "true"}):
        with CaptureQueriesContext(connection) as captured:
            desk.get(path, headers=headers)
        counts.append(len(captured))
    assert counts == [20, 16]


@pytest.mark.parametrize("what", ["assignment", "cause"])
def test_what_a_menu_offers_is_a_page_too_and_none_for_strangers_or_light_agents(
    desk: Client, client_of: ClientOf, support: Inbox, what: str
) -> None:
    keep(None, name="Late", under=None, by=cast.olga(), at=cast.NOON)
    found = cast.opened(support)
    path = f"/conversations/{found.pk}/{what}/choices/"
    page = desk.get(path).content.decode()
    assert f'action="/conversations/{found.pk}/{what}/"' in page
    assert ("Late" if what == "cause" else "Max Stone") in page
    assert client_of(cast.lena()).get(path).status_code == 404
    found.assign(agent=cast.lena(), by=cast.olga(), at=cast.NOON)
    assert client_of(cast.lena()).get(path).status_code == 403
    hidden = cast.opened(Inbox.objects.create(name="Board", address="board@desk.example"))
    assert desk.get(f"/conversations/{hidden.pk}/{what}/choices/").status_code == 404


def test_htmx_gets_the_panes_alone(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    answer = desk.get(f"/conversations/{conversation.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "<title>Nora Lind: A broken lamp" in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_a_page_restored_from_history_is_whole(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    page = desk.get(f"/conversations/{conversation.pk}/", headers=headers)
    assert "<html" in page.content.decode()


def test_one_that_was_merged_leads_to_the_whole(desk: Client, support: Inbox, ada: Agent) -> None:
    part, whole = cast.opened(support), cast.opened(support)
    part.merge(into=whole, by=ada, at=cast.NOON)
    answer = desk.get(f"/conversations/{part.pk}/")
    assert answer["Location"] == f"/conversations/{whole.pk}/"


@pytest.mark.parametrize("address", ["", "thread/", "composer/reply/", "presence/"])
def test_a_restricted_one_does_not_exist_for_others(
    support: Inbox, ada: Agent, client_of: ClientOf, address: str
) -> None:
    conversation = cast.opened(support)
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    other = client_of(cast.max_())
    assert other.get(f"/conversations/{conversation.pk}/{address}").status_code == 404
    assert client_of(ada).get(f"/conversations/{conversation.pk}/{address}").status_code == 200


def test_earlier_conversations_are_those_this_agent_may_read(
    desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    secret = cast.opened(support, cast.said(subject="A private matter"))
    secret.restrict(to=[], by=ada, at=cast.NOON)
    shown = cast.opened(support)
    assert "A private matter" in desk.get(f"/conversations/{shown.pk}/").content.decode()
    other = client_of(cast.max_())
    assert "A private matter" not in other.get(f"/conversations/{shown.pk}/").content.decode()


def test_folds_get_their_words_in_the_readers_language(desk: Client, support: Inbox) -> None:
    fold = '<details class="fold" data-kind="quote"><summary></summary><p>Before.</p></details>'
    conversation = cast.opened(support, replace(cast.said(), html=fold))
    page = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "<summary>Earlier words</summary>" in page


def test_a_strangers_mail_stands_apart_with_its_reason(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    said = cast.said("I am new here.", sender=cast.OTTO)
    receive(conversation, said, by=Agent.objects.system(), doubt=Doubt.UNKNOWN_SENDER)
    page = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "Otto Berg stands in the margin" in page
    assert "nobody here has written to this address" in page


def test_one_that_looks_like_another_offers_to_join_it_until_it_is_answered(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    before, found = cast.opened(support), cast.opened(support)
    mail = RawMail(inbox=support, source="smtp", received_at=cast.NOON, judgement="opened")
    mail.became, mail.looks_like = found.messages.get(), before
    mail.put(b"From: nora@customers.example\r\n\r\nHello")
    mail.save()
    url = f"/conversations/{found.pk}/"
    assert f"This looks like #{before.pk}:" in desk.get(url).content.decode()
    assert desk.get(f"/messages/{found.messages.get().pk}/mail/").content.endswith(b"Hello")
    found.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    assert "This looks like" not in desk.get(url).content.decode()


class TestAttachments:
    @pytest.mark.parametrize(
        ("type_", "shown"),
        [("image/png", True), ("image/svg+xml", False), ("text/html", False)],
    )
    def test_only_harmless_pictures_show_themselves(
        self, desk: Client, support: Inbox, type_: str, shown: bool
    ) -> None:
        file = IncomingAttachment("a file", type_, PNG)
        cast.opened(support, cast.said(attachments=(file,)))
        answer = desk.get(f"/attachments/{file.token}/")
        assert answer.content == PNG
        assert answer["Content-Type"] == (type_ if shown else "application/octet-stream")
        assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_they_are_as_private_as_their_conversation(
        self, support: Inbox, ada: Agent, client_of: ClientOf
    ) -> None:
        file = IncomingAttachment("letter.pdf", "application/pdf", b"%PDF")
        conversation = cast.opened(support, cast.said(attachments=(file,)))
        conversation.restrict(to=[], by=ada, at=cast.NOON)
        assert client_of(cast.max_()).get(f"/attachments/{file.token}/").status_code == 404
        assert client_of(ada).get(f"/attachments/{file.token}/").status_code == 200

    def test_those_of_a_draft_are_its_authors(
        self, desk: Client, support: Inbox, client_of: ClientOf
    ) -> None:
        conversation = cast.opened(support)
        address = f"/conversations/{conversation.pk}/drafts/reply/files/"
        from django.core.files.uploadedfile import SimpleUploadedFile

        desk.post(address, {"files": SimpleUploadedFile("plan.txt", b"secret plan")})
        token = Attachment.objects.get(name="plan.txt").token
        assert desk.get(f"/attachments/{token}/").content == b"secret plan"
        assert client_of(cast.max_()).get(f"/attachments/{token}/").status_code == 404


def test_where_the_answer_will_go_is_told_by_address_and_not_by_name(
    support: Inbox, desk: Client
) -> None:
    wish: Party = {"name": "nora@customers.example", "address": "eve@evil.example"}
    conversation = cast.opened(support, cast.said(reply_to=(wish,)))
    page = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "Answers go to eve@evil.example" in page
    other = cast.opened(support, cast.said())
    assert "Answers go to" not in desk.get(f"/conversations/{other.pk}/").content.decode()


def test_no_gap_stands_where_the_empty_lines_above_a_quote_were(
    desk: Client, support: Inbox
) -> None:
    fold = '<details class="fold" data-kind="quote"><summary></summary><p>Before.</p></details>'
    empty = "<div><br></div><br>"
    words = f"<div>One.</div>{empty}<p>Two.</p>{empty}{fold}Three.<br>{fold}"
    conversation = cast.opened(support, replace(cast.said(), html=words))
    page = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    assert f"<div>One.</div>{empty}<p>Two.</p><details" in page
    assert "Three.<br><details" in page  # here it keeps the fold below the line
