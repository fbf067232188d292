"""A picture is pasted into an article, told what it shows, and stands on the public page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.screens.agent.browsing import leave, page_of, until
from wingbeat.desk.knowledge.models import Article, ArticlePicture
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INSERTED = """async (kind) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
  const drawn = await new Promise((done) => canvas.toBlob(done));
  const file = new File([kind === "image/png" ? drawn : "<svg>"], "lamp", { type: kind });
  document.querySelector("trix-editor").editor.insertFile(file);
}"""


def test_a_pasted_picture_is_told_what_it_shows_and_is_public_with_its_article(
    browser: Browser, live_server: Any, ada: Agent
) -> None:
    page = page_of(browser, ada, live_server.url)
    page.set_default_timeout(40_000)
    page.goto("/articles/new/")
    page.fill("input[name=title]", "A dark lamp")
    page.locator("trix-editor").click()
    page.keyboard.type("Turn the bulb.")
    page.evaluate(INSERTED, "image/png")
    shown = page.locator("trix-editor img[src^='/help/pictures/']")
    shown.wait_for()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Say under each picture what it shows").wait_for()

    page.locator("trix-editor").get_by_text("Turn the bulb.").click()
    shown.click()
    caption = page.locator("trix-editor .attachment__caption-editor:not(.trix-autoresize-clone)")
    assert caption.get_attribute("placeholder") == "What does the picture show?"
    caption.fill("A hand turns the bulb")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    page.locator("trix-editor figcaption", has_text="A hand turns").wait_for()
    page.get_by_role("button", name="Save").click()  # once more: nothing is lost on the way
    page.get_by_text("Saved.", exact=True).wait_for()
    article = Article.objects.get()
    assert article.versions.count() == 2
    page.get_by_role("button", name="Publish").click()
    until(page, article.publications.exists)

    reader = browser.new_context(base_url=live_server.url).new_page()
    reader.goto(f"/help/en/{article.pk}-a-dark-lamp/")
    image = reader.get_by_role("img", name="A hand turns the bulb")
    assert image.evaluate("e => e.complete && e.naturalWidth") == 40
    reader.context.close()
    leave(page)


def test_what_is_no_picture_does_not_stay_and_it_is_told(
    browser: Browser, live_server: Any, ada: Agent
) -> None:
    page = page_of(browser, ada, live_server.url)
    page.set_default_timeout(40_000)
    page.goto("/articles/new/")
    page.locator("trix-editor").click()
    page.evaluate(INSERTED, "image/svg+xml")
    page.locator(".toast").first.wait_for()
    assert page.locator("trix-editor figure").count() == 0
    assert not ArticlePicture.objects.exists()
    leave(page)
