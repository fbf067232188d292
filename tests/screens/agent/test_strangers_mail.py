"""A stranger's mail in a real browser: nothing in it runs, asks, posts, loads or covers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.channels.mail.letters import became, conversation_of, taken_in
from tests.screens.agent.browsing import leave, page_of
from wingbeat.channels.mail.identity import plus_address
from wingbeat.desk.conversations import links
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# One page a line, each of a kind that has broken somebody's mail program.
PAGES = Path(__file__).with_name("strangers_pages.txt").read_text().splitlines()
# A name and a subject that would run where somebody forgot to escape them.
NAME = '"</title><img src=x onerror=alert(1)><svg onload=alert(2)>\'{{7*7}}"'
COVERS = (
    "<div style='position:fixed;inset:0;z-index:99;background:red;width:1200px'>cover</div>",
    "<div style='margin:-900px;padding:64px;float:left;width:1200px;scale:9'>cover</div>",
    "<table width=1200 cellpadding=9999 border=9999>" + "<tr><td>cover" * 30,
    "<big>" * 60 + "cover" + "</big>" * 60,
    "<h1><div>" * 60 + "cover",
    "<div style='border:64px solid;padding:64px'>" * 3 + "cover",
)
# Whatever stands in the words of mails that our sanitizer does not write.
STRANGE = """() => {
  const tags = new Set(`a abbr b bdi big blockquote br code details div em font h1 h2 h3 h4 i img li
    ol p pre s small span strong sub summary sup table tbody td th thead tr u ul`.split(/\\s+/));
  const names = new Set(`style dir lang title href rel target src alt width height data-remote-src
    color size face start type colspan rowspan align valign bgcolor border cellpadding cellspacing
    cite data-fold data-kind`.split(/\\s+/));
  const strange = [];
  for (const one of document.querySelectorAll(".mail *")) {
    if (!tags.has(one.localName)) strange.push(one.localName);
    for (const { name, value } of one.attributes)
      if (!names.has(name) && !(name === "class" && ["fold", "MsoNormal"].includes(value)))
        strange.push(`${one.localName} ${name}=${value}`);
  }
  return strange;
}"""
# Points of the screen at which the words of a mail are hit outside of the box they belong in.
OUTSIDE = """() => {
  const found = [];
  const box = document.querySelector(".mail").getBoundingClientRect();
  for (let x = 4; x < innerWidth; x += 24) for (let y = 4; y < innerHeight; y += 24) {
    const hit = document.elementFromPoint(x, y);
    if (hit && hit.closest(".mail") && !(x >= box.left - 1 && x <= box.right + 1
        && y >= box.top - 1 && y <= box.bottom + 1)) found.push([x, y]);
  }
  return found;
}"""


@pytest.fixture
def page(browser: Browser, live_server: Any, ada: Agent) -> Iterator[Page]:
    opened = page_of(browser, ada, live_server.url)
    yield opened
    leave(opened)


def mail(
    html: str, to: str = "support@desk.example", *, name: str = "Eve", subject: str = "Hello"
) -> bytes:
    lines = (
        f"From: {name} <eve@evil.example>", f"To: {to}", f"Subject: {subject}",
        "Content-Type: multipart/related; boundary=b", "", "--b", "Content-Type: text/html", "",
        html, "--b", "Content-Type: image/png", 'Content-ID: <x" alt=>', "", "picture", "--b--", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def test_nothing_in_a_strangers_mail_runs_asks_or_posts(page: Page, support: Inbox) -> None:
    conversation = conversation_of(taken_in(mail(PAGES[0])))
    for html in PAGES[1:]:
        to = plus_address(support.address, conversation.pk)
        assert conversation_of(taken_in(mail(html, to))) == conversation
    asked: list[tuple[str, str]] = []
    ran: list[str] = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    before = Entry.objects.count()
    page.goto(f"/conversations/{conversation.pk}/")
    page.wait_for_timeout(1_500)
    own = page.url.partition("/conversations/")[0]
    assert page.locator(".mail").count() == len(PAGES)
    assert ran == []
    assert [url for _method, url in asked if not url.startswith((own, "data:", "cid:"))] == []
    assert {url for method, url in asked if method == "POST"} <= {f"{page.url}presence/"}
    assert page.evaluate(STRANGE) == []
    assert Entry.objects.count() == before


@pytest.mark.parametrize("html", COVERS)
def test_no_mail_reaches_out_of_its_box_or_blows_up(page: Page, support: Inbox, html: str) -> None:
    conversation = conversation_of(taken_in(mail(html)))
    page.goto(f"/conversations/{conversation.pk}/")
    assert "cover" in page.inner_text(".mail")
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.mail').offsetHeight") < 4_000


def test_no_other_page_that_shows_a_mail_runs_or_loads_anything(
    page: Page, support: Inbox, settings: Settings
) -> None:
    """The mail alone, with its pictures, on paper, in a search, and on the customer's own page."""
    settings.DESK_ADDRESS = "https://desk.example"
    message = became(taken_in(mail("\n".join(PAGES), name=NAME, subject=NAME)))
    conversation = message.conversation
    link = links.own_link(conversation.participants.get(), at=timezone.now())
    asked: list[tuple[str, str]] = []
    ran: list[str] = []
    page.on("request", lambda request: asked.append((request.resource_type, request.url)))
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    before = Entry.objects.count()
    for path in (
        f"/messages/{message.pk}/", f"/messages/{message.pk}/pictures/",
        f"/conversations/{conversation.pk}/print/", f"/inboxes/{support.pk}/", "/search/?q=alert",
        f"/customers/{conversation.customer.pk}/",
        f"/conversations/{conversation.pk}/composer/forward/",
        f"/portal/{link}/", f"/portal/{link}/messages/{message.pk}/",
    ):  # fmt: skip
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_timeout(500)
        own = page.url.partition(path)[0]
        foreign = [one for one in asked if not one[1].startswith((own, "data:", "cid:", "blob:"))]
        if path.endswith("/pictures/"):
            assert {kind for kind, _url in foreign} <= {"image"}
        else:
            assert foreign == [], path
        assert ran == [], path
        asked.clear()
    assert Entry.objects.count() == before
