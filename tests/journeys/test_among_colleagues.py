"""Several people at one desk: what one does, the others see; a day changes hands; who sees what."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import World, mail_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Seat = Callable[..., Any]
NORA = "nora.lind@customers.example"


def test_what_a_colleague_does_shows_in_the_head_of_an_open_conversation(
    world: World, seat: Seat
) -> None:
    ada, max_ = seat("ada"), seat("max")
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    for page in (ada, max_):
        page.get_by_role("link", name="Nora Lind").first.click()
        page.locator("#conversation-facts").get_by_text("Waits for us").wait_for()

    ada.locator("#conversation-title").focus()
    ada.keyboard.press("a")
    ada.get_by_role("button", name="Me", exact=True).click()
    max_.locator("#conversation-toolbar [aria-label*='Ada Fields']").first.wait_for()
    ada.keyboard.press("e")
    ada.locator("#conversation-toolbar [data-menu][open] button[type=submit]").first.click()
    ada.locator("#conversation-facts").get_by_text("Ended").wait_for()
    max_.locator("#conversation-facts").get_by_text("Ended").wait_for()
    max_.locator("#conversation-toolbar").get_by_text("Reopen").wait_for()


def test_the_list_marks_who_reads_and_who_writes_and_nobody_once_they_have_gone(
    world: World, seat: Seat
) -> None:
    ada, max_ = seat("ada"), seat("max")
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    marks = max_.locator(".row", has_text="A broken lamp").locator("[data-here]")
    max_.locator(".row", has_text="A broken lamp").wait_for()
    assert marks.count() == 0
    ada.get_by_role("link", name="Nora Lind").first.click()
    max_.get_by_role("link", name="Ada Fields is reading").wait_for()
    max_.reload()
    max_.get_by_role("link", name="Ada Fields is reading").wait_for()
    ada.keyboard.press("r")
    ada.wait_for_selector("trix-editor:focus")
    ada.keyboard.type("Dear Nora,")
    max_.get_by_role("link", name="Ada Fields is writing here").wait_for()
    assert ada.locator("[data-here]").count() == 0, "nobody is told of themself"
    ada.goto(f"{world.address}/today/")
    marks.wait_for(state="detached")


def test_a_day_is_handed_over_and_taken_back_and_whoever_asks_sees_why(
    world: World, seat: Seat
) -> None:
    olga, max_ = seat("olga"), seat("max")
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    max_.get_by_role("link", name="Nora Lind").first.click()
    max_.locator("#conversation-title").focus()
    max_.keyboard.press("a")
    max_.get_by_role("button", name="Me", exact=True).click()
    max_.locator("#conversation-toolbar [aria-label*='Max Stone']").first.wait_for()

    olga.goto(f"{world.address}/team/")
    row = olga.locator(".team-row", has_text="Max Stone")
    row.get_by_label("More about Max Stone").click()
    row.get_by_role("link", name="Hand over what waits").click()
    olga.get_by_role("heading", name="What waits with Max Stone").wait_for()
    taker = olga.locator(".roster-row span").last.inner_text().strip()
    assert taker in {"Ada Fields", "Olga Owner"}
    olga.get_by_role("button", name="Hand it over").click()
    olga.get_by_text("Max Stone's work was handed over").wait_for()
    max_.locator(f"#conversation-toolbar [aria-label*='{taker}']").first.wait_for()
    olga.get_by_role("button", name="Take it back").click()
    max_.locator("#conversation-toolbar [aria-label*='Max Stone']").first.wait_for()

    olga.goto(f"{world.address}/setup/seeing/")
    olga.get_by_label("Number of a conversation").fill("1")
    olga.get_by_role("button", name="Who sees it?").click()
    olga.locator(".team-row", has_text="Max Stone").get_by_text("sees it").wait_for()


def test_old_mail_moves_in_while_the_desk_is_up_and_an_answer_comes_home(
    world: World, seat: Seat, tmp_path: Path
) -> None:
    ada = seat("ada")
    old = mail_from(NORA, "Does the lamp come in blue?", subject="A blue lamp")
    reply = EmailMessage()
    reply["From"], reply["To"] = "support@desk.example", NORA
    reply["Subject"], reply["Date"] = "Re: A blue lamp", old["Date"]
    reply["Message-ID"], reply["In-Reply-To"] = "<old-17@tickets.example>", old["Message-ID"]
    reply.set_content("Yes, since May.")
    box = mailbox.mbox(str(tmp_path / "old.mbox"))
    for one in (old, reply):
        box.add(one)
    box.close()
    for _twice in range(2):
        done = world.desk.wingbeat("import", "mbox", str(tmp_path / "old.mbox"))
        assert done.returncode == 0, done.stderr

    ada.goto(f"{world.address}/?show=answered")
    ada.locator(".row", has_text="A blue lamp").click()
    ada.locator("#thread").get_by_text("Yes, since May.").wait_for()
    assert ada.locator(".row", has_text="A blue lamp").count() == 1, "what is there is left alone"
    world.write(
        NORA, "Then I take two.", subject="Re: A blue lamp", In_Reply_To="<old-17@tickets.example>"
    )
    ada.locator("#thread").get_by_text("Then I take two.").wait_for()
    ada.locator("#conversation-facts").get_by_text("Waits for us").wait_for()
    assert world.far.mails == [], "nothing was sent"
