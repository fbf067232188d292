"""Search, tray, customers, settings, keys and presence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

import wingbeat.screens.agent
from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.conversations import blobs, presence
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.customers import merging
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.search_views import HITS
from wingbeat.screens.keys import KEYS

pytestmark = pytest.mark.django_db


class TestSearch:
    def test_it_shows_the_sentence_and_marks_the_words(self, desk: Client, support: Inbox) -> None:
        cast.opened(support, cast.said("x " * 200 + "The <dimmer> hums at night."))
        page = desk.get("/search/?q=dimmers hum").content.decode()
        assert "&lt;<mark>dimmer</mark>&gt; <mark>hums</mark> at night." in page

    def test_what_one_may_not_read_is_not_found(
        self, desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
    ) -> None:
        secret = cast.opened(support, cast.said("The dimmer hums."))
        secret.restrict(to=[], by=ada, at=cast.NOON)
        assert "Nora Lind" in desk.get("/search/?q=dimmer").content.decode()
        other = client_of(cast.max_()).get("/search/?q=dimmer").content.decode()
        assert "Nora Lind" not in other
        assert "Nothing with “dimmer”." in other

    def test_a_number_leads_straight_there(
        self, desk: Client, support: Inbox, client_of: ClientOf, ada: Agent
    ) -> None:
        conversation = cast.opened(support)
        conversation.restrict(to=[], by=ada, at=cast.NOON)
        url = f"/search/?q=%23{conversation.pk}"
        assert desk.get(url)["Location"] == f"/conversations/{conversation.pk}/"
        assert client_of(cast.max_()).get(url).status_code == 200

    def test_older_ones_go_on_where_the_page_before_stopped(
        self, desk: Client, support: Inbox
    ) -> None:
        for number in range(HITS + 2):
            cast.opened(support, cast.said(subject=f"Lamp {number:02}"))
        page = desk.get("/search/?q=lamp")
        assert [hit.subject for hit in page.context["found"]][:1] == [f"Lamp {HITS + 1}"]
        older = desk.get(f"/search/?{page.context['older']}")
        assert [hit.subject for hit in older.context["found"]] == ["Lamp 01", "Lamp 00"]
        assert "Older ones" in page.content.decode()
        assert "Older ones" not in older.content.decode()

    def test_whoever_gave_no_name_goes_by_their_address(self, desk: Client, support: Inbox) -> None:
        cast.opened(support, cast.said(sender={"name": "", "address": "x@customers.example"}))
        assert "x@customers.example" in desk.get("/search/?q=lamp").content.decode()

    def test_an_empty_question_finds_nothing(self, desk: Client, support: Inbox) -> None:
        cast.opened(support)
        assert "Nora Lind" not in desk.get("/search/?q=+").content.decode()


class TestTray:
    def test_an_empty_tray_says_so(self, desk: Client) -> None:
        assert "The tray is empty." in desk.get("/tray/").content.decode()

    def test_a_full_disk_stands_there_without_a_row_to_say_so(
        self, desk: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(blobs, "DISK_FULL", blobs.room() + 1_000_000_000)
        page = desk.get("/tray/").content.decode()
        assert "The disk of this desk is full" in page
        assert re.search(r"\d+ MB are left\.", page)

    def test_a_reply_in_doubt_stands_there_for_those_who_may_read_it(
        self, desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
    ) -> None:
        conversation = cast.opened(support)
        conversation.restrict(to=[], by=ada, at=cast.NOON)
        message = conversation.reply(cast.letter(), by=ada, at=cast.NOON, seen=None)
        Outgoing.objects.filter(message=message).update(state="in_doubt")
        assert "A reply to Nora Lind is in doubt" in desk.get("/tray/").content.decode()
        assert "Nora Lind" not in client_of(cast.max_()).get("/tray/").content.decode()

    def test_a_stranger_in_the_margin_of_what_is_over_is_not_overlooked(
        self, desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
    ) -> None:
        conversation, system = cast.opened(support), Agent.objects.system()
        stranger = cast.said("Me too.", sender=cast.OTTO, at=cast.after(hours=1))
        message = receive(conversation, stranger, by=system, doubt=Doubt.UNKNOWN_SENDER)
        assert "in the margin" not in desk.get("/tray/").content.decode()  # the list leads there
        conversation.end(by=ada, at=cast.after(hours=2), reason=Reason.SPAM)
        page = desk.get("/tray/").content.decode()
        assert "Otto Berg stands in the margin" in page
        assert (
            f"/conversations/{conversation.pk}/?message={message.pk}#message-{message.pk}" in page
        )
        assert desk.get("/rail/").context["rail"].tray == "1"
        conversation.restrict(to=[], by=ada, at=cast.after(hours=3))
        other = client_of(cast.max_())
        assert other.get("/rail/").context["rail"].tray == ""
        assert "in the margin" not in other.get("/tray/").content.decode()
        desk.post(f"/messages/{message.pk}/keeping-out/")
        assert "in the margin" not in desk.get("/tray/").content.decode()

    def test_a_mail_is_shown_with_its_reason_to_those_who_read_its_inbox(
        self, desk: Client, support: Inbox, client_of: ClientOf
    ) -> None:
        mail = RawMail(inbox=support, source="smtp", received_at=cast.NOON, judgement="unreadable")
        mail.envelope_from, mail.why = "who@knows.example", "It is nested too deeply."
        mail.put(b"From: who\r\n\r\n?")
        mail.save()
        page = desk.get("/tray/").content.decode()
        assert "A mail from who@knows.example: could not be read" in page
        assert "It is nested too deeply." in page
        saved = desk.get(f"/tray/{mail.pk}/mail/")
        assert saved.content == b"From: who\r\n\r\n?"
        assert saved["Content-Disposition"].startswith("attachment")
        stranger = client_of(Agent.objects.invite(email="x@desk.example", name="Xenia Else"))
        assert "who@knows.example" not in stranger.get("/tray/").content.decode()
        assert stranger.get(f"/tray/{mail.pk}/mail/").status_code == 404

    def test_a_mail_can_be_taken_in_or_laid_aside(self, desk: Client, support: Inbox) -> None:
        def blocked() -> RawMail:
            mail = RawMail(inbox=support, source="smtp", received_at=cast.NOON)
            mail.judgement, mail.envelope_to = "blocked", "support@desk.example"
            mail.put(b"From: Otto <otto@customers.example>\r\nSubject: Please\r\n\r\nHear me.")
            mail.save()
            return mail

        answer = desk.post(f"/tray/{blocked().pk}/taking-in/", follow=True)
        assert "Hear me." in answer.content.decode()
        assert answer.redirect_chain[0][0].startswith("/conversations/")
        aside = blocked()
        desk.post(f"/tray/{aside.pk}/setting-aside/")
        assert "The tray is empty." in desk.get("/tray/").content.decode()
        again = desk.post(f"/tray/{aside.pk}/judgement/", follow=True).content.decode()
        assert "does not stand in the tray any more" in again

    def test_a_mail_without_inbox_is_for_those_who_administer(
        self, desk: Client, client_of: ClientOf
    ) -> None:
        mail = RawMail(source="smtp", received_at=cast.NOON, judgement="no_inbox", why="Nobody.")
        mail.put(b"x")
        mail.save()
        assert "no inbox has this address" not in desk.get("/tray/").content.decode()
        owner = client_of(cast.olga()).get("/tray/").content.decode()
        assert "no inbox has this address" in owner


def words_of(answer: Any) -> str:
    """Return a page without the places where an address may break."""
    return str(answer.content.decode()).replace("<wbr>", "")


class TestCustomer:
    def test_their_page_holds_what_this_agent_may_read(
        self, desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
    ) -> None:
        conversation = cast.opened(support, cast.said(zone_offset_minutes=120))
        page = words_of(desk.get(f"/customers/{conversation.customer_id}/"))
        assert "nora@customers.example" in page
        assert "by the clock of their newest mail" in page
        stranger = client_of(Agent.objects.invite(email="x@desk.example", name="Xenia Else"))
        assert stranger.get(f"/customers/{conversation.customer_id}/").status_code == 404
        assert desk.get("/customers/999/").status_code == 404

    def test_one_who_was_merged_is_shown_as_the_one_who_stays(
        self, desk: Client, support: Inbox, ada: Agent
    ) -> None:
        nora = cast.opened(support).customer
        otto = cast.opened(support, cast.said(sender=cast.OTTO)).customer
        merging.merge(otto, into=nora, by=ada, at=cast.NOON)
        assert desk.get(f"/customers/{otto.pk}/")["Location"] == f"/customers/{nora.pk}/"
        assert "otto@customers.example" in words_of(desk.get(f"/customers/{nora.pk}/"))

    def test_two_records_are_joined_by_address_and_parted_again(
        self, desk: Client, support: Inbox
    ) -> None:
        nora = cast.opened(support).customer
        otto = cast.opened(support, cast.said(sender=cast.OTTO)).customer
        url = f"/customers/{nora.pk}/"
        page = desk.post(f"{url}merge/", {"address": "otto@customers.example"}, follow=True)
        assert "otto@customers.example" in words_of(page)
        assert merging.stays(otto.pk) == nora.pk
        answer = desk.post(f"{url}unmerging/", {"source": otto.pk})
        assert answer["Location"] == f"/customers/{otto.pk}/"
        assert merging.stays(otto.pk) == otto.pk
        page = desk.post(f"{url}merge/", {"address": "who@knows.example"}, follow=True)
        assert "Nobody here has written from that address." in page.content.decode()

    def test_what_we_know_can_be_changed(self, desk: Client, support: Inbox) -> None:
        nora = cast.opened(support).customer
        url = f"/customers/{nora.pk}/description/"
        form = {"name": "Nora Lindqvist", "organization": "Lamps Ltd", "zone": "Europe/Budapest"}
        page = desk.post(url, form, follow=True).content.decode()
        assert "Nora Lindqvist" in page
        assert "there, Budapest" in page
        page = desk.post(url, {**form, "zone": "Mars"}, follow=True).content.decode()
        assert "is no time zone" in page


class TestSettings:
    def test_language_zone_and_scheme_are_the_agents_own(self, desk: Client, ada: Agent) -> None:
        form = {"name": "Ada F.", "signature": "A.", "language": "de", "zone": "Asia/Tokyo"}
        assert desk.post("/settings/", {**form, "theme": "dark"}).status_code == 302
        page = desk.get("/").content.decode()
        assert 'lang="de"' in page
        assert 'data-scheme="dark"' in page
        assert "Ada F." in page

    def test_a_name_cannot_be_empty(self, desk: Client, ada: Agent) -> None:
        assert "errorlist" in desk.post("/settings/", {"name": ""}).content.decode()
        ada.refresh_from_db()
        assert ada.name == "Ada Fields"


class TestPresence:
    def test_others_see_who_reads_and_who_writes(
        self, desk: Client, support: Inbox, client_of: ClientOf
    ) -> None:
        conversation = cast.opened(support)
        url = f"/conversations/{conversation.pk}/presence/"
        other = client_of(cast.max_())
        other.post(url, {"sign": "here"})
        assert "Max Stone is reading" in desk.get(url).content.decode()
        other.post(url, {"sign": "typing"})
        assert "Max Stone is writing here" in desk.get(url).content.decode()
        assert other.get(url).content.decode().strip() == ""
        other.post(url, {"sign": "gone"})
        assert desk.get(url).content.decode().strip() == ""
        assert presence.registry.conversations() == set()


class TestKeys:
    def test_the_sheet_is_a_page_too(self, desk: Client) -> None:
        assert "Take a reply back" in desk.get("/keys/").content.decode()

    def test_the_sheet_tells_every_key_that_the_pages_listen_to(self) -> None:
        templates = Path(wingbeat.screens.agent.__file__).parent / "templates"
        used = set()
        for path in templates.rglob("*.html"):
            used |= set(re.findall(r'data-key="([^"{]+)"', path.read_text()))
        told = {" ".join(key.keys) for group in KEYS for key in group.entries}
        assert used - {"R", "g {{"} <= told
        assert "Shift R" in told


def test_a_phone_reaches_every_page_of_the_menus_and_today_at_one_tap(
    desk: Client, support: Inbox
) -> None:
    cast.opened(support)
    desk.get("/rail/")
    page = LexborHTMLParser(desk.get("/settings/").content)
    wide = {link.attributes["href"] for link in page.css(".rail a")} - {"/"}
    assert wide <= {link.attributes["href"] for link in page.css(".bottom-bar a")}
    assert page.css_first('.bottom-bar > a[href="/today/"]')
    assert [one.text() for one in page.css("#bar-waiting")] == ["1 wait"]
    (fresh,) = LexborHTMLParser(desk.get("/rail/").content).css("#bar-waiting")
    assert (fresh.attributes["hx-swap-oob"], fresh.text()) == ("true", "1 wait")
    for name in ("tray", "told"):  # no bare zero is read out either
        assert [one.text() for one in page.css(f"#bar-{name}")] == [""]


def test_the_tray_s_count_is_how_many_stand_in_it(desk: Client, support: Inbox) -> None:
    for judgement in ("unreadable", "no_inbox"):
        mail = RawMail(
            inbox=support, source="smtp", received_at=cast.NOON, judgement=judgement, why="So."
        )
        mail.put(judgement.encode())
        mail.save()
    stands = LexborHTMLParser(desk.get("/tray/").content).css(".tray-item")
    assert desk.get("/rail/").context["rail"].tray == str(len(stands)) == "2"
    for name in ("#rail-tray", "#bar-tray"):  # beside the page as at its foot, and while it is open
        (fresh,) = LexborHTMLParser(desk.get("/rail/").content).css(name)
        assert (fresh.attributes["hx-swap-oob"], fresh.text()) == ("true", "2 need a look")
        (shown,) = LexborHTMLParser(desk.get("/settings/").content).css(name)
        assert shown.text() == "2 need a look"
