"""All had gone well, and then the invoice came back: Today brings it, and it goes elsewhere."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from typing import Any

import pytest

from tests.channels.mail.reports import bounce
from tests.journeys.conftest import PATIENCE, World, wait_for
from tests.journeys.test_main_job import open_conversation, write_reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

NORA, AT_WORK = "nora.lind@customers.example", "nora@lamps-and-more.example"
Seat = Callable[..., Any]


def comes_back(world: World, of: str) -> None:
    """Let the customers' mail server report that a mail of ours did not arrive."""
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=PATIENCE) as server:
        report = bounce(of=of, recipient=NORA, status="5.2.2", words="mailbox full")
        server.sendmail("", ["support@desk.example"], report)


def test_an_invoice_that_came_back_after_a_good_case_is_brought_by_today_and_sent_elsewhere(
    world: World, seat: Seat
) -> None:
    page = seat()
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    open_conversation(page, "Nora Lind")
    write_reply(page, "A new lamp is on its way to you.")
    (first,) = world.arrived()
    world.answer(first, NORA, "Thank you very much!")
    page.locator(".message", has_text="Thank you very much!").first.wait_for()

    page.keyboard.press("r")
    page.locator("trix-editor").click()
    page.keyboard.type("Your invoice for it, Nora.")
    invoice = {"name": "invoice-7.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.locator("input[data-attach]").set_input_files(invoice)
    page.locator(".composer").get_by_text("invoice-7.pdf").first.wait_for()
    page.locator("trix-editor").focus()
    page.keyboard.press("Control+Enter")
    _first, mail = world.arrived(2)
    page.goto(f"{world.address}/today/")
    page.locator(".today-done").wait_for()  # all went well so far

    comes_back(world, str(mail["Message-ID"]))
    page.goto(f"{world.address}/today/")
    act = page.locator(".today-act", has_text="A broken lamp")
    wait_for(lambda: bool(page.reload() and act.count()), "the act in Today")
    act.get_by_text("All had gone well, and then our mail").wait_for()
    act.get_by_role("link").press("Enter")
    trouble = page.locator(".trouble", has_text="mailbox full")
    trouble.get_by_label("Another address").fill(AT_WORK)
    trouble.get_by_label("Another address").press("Enter")
    *_before, again = world.arrived(3)
    assert world.far.taken[-1].recipients == [AT_WORK]
    (file,) = again.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("invoice-7.pdf", b"%PDF-1.4")
    page.goto(f"{world.address}/today/")
    page.locator(".today-done").wait_for()
