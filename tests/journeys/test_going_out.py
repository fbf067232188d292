"""What leaves the desk: calls to a system of one's own, a person's words, an article, a person."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.listener import Listener, listening
from tests.journeys.conftest import World, wait_for
from wingbeat.channels import reaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Seat = Callable[..., Any]
NORA = "nora.lind@customers.example"


@pytest.fixture
def options() -> dict[str, str]:
    return {"WINGBEAT_INTERNAL_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
def shop() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def test_a_program_is_told_of_a_mail_and_answers_it(
    world: World, seat: Seat, shop: Listener
) -> None:
    olga = seat("olga")
    olga.goto(f"{world.address}/settings/api-keys/")
    olga.get_by_label("What is it for?").fill("Shop")
    olga.get_by_label("What it may do").select_option("write")
    olga.get_by_role("button", name="Make a key").click()
    key = olga.locator(".key-secret").inner_text()
    olga.goto(f"{world.address}/setup/webhooks/")
    olga.get_by_label("Address", exact=True).fill(shop.url)
    olga.get_by_label("It hears of what this key may see").select_option(index=1)
    olga.get_by_label("A conversation begins").check()
    olga.get_by_role("button", name="Tell it").click()
    secret = olga.locator(".key-secret").inner_text()
    olga.goto(f"{world.address}/setup/webhooks/")
    assert secret not in olga.content(), "it is shown once"

    world.write(NORA, "Where is my lamp?", subject="Order 7")
    wait_for(lambda: bool(shop.heard), "the webhook")
    _path, headers, body = shop.heard[0]
    at = int(headers["webhook-timestamp"])
    signed = reaching.signed(secret, headers["webhook-id"], at, body)
    assert headers["webhook-signature"] == signed["webhook-signature"]
    assert "lamp" not in body.decode(), "ids, never words"
    number = json.loads(body)["data"]["conversation"]
    asked = olga.context.request
    answer = asked.post(
        f"{world.address}/api/v1/conversations/{number}/replies",
        data={"text": "It left our house today."},
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "order-7"},
    )
    assert answer.ok, answer.text()
    (mail,) = world.arrived()
    assert "It left our house today." in str(mail)

    olga.goto(f"{world.address}/settings/api-keys/")
    olga.get_by_role("button", name="Revoke Shop").click()
    olga.get_by_text("No program acts for you.").wait_for()
    headers = {"Authorization": f"Bearer {key}"}
    assert asked.get(f"{world.address}/api/v1/me", headers=headers).status == 401


def test_a_person_gets_what_we_hold_and_is_erased(world: World, seat: Seat) -> None:
    olga = seat("olga")
    world.write(NORA, "My nightingale sings no more.", subject="A toy bird")
    olga.get_by_role("link", name="Nora Lind").first.wait_for()
    olga.goto(f"{world.address}/setup/privacy/")
    olga.get_by_label("Address of a customer").fill(NORA)
    olga.get_by_role("button", name="Find").click()
    olga.get_by_role("heading", name="Nora Lind").wait_for()
    with olga.expect_download() as coming:
        olga.get_by_role("button", name="Export").click()
    whole = zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes()))
    assert any(b"nightingale" in whole.read(name) for name in whole.namelist())

    olga.get_by_label("Type their address to confirm").fill("somebody@else.example")
    olga.get_by_role("button", name="Erase for good").click()
    olga.locator(".errorlist").wait_for()
    olga.get_by_label("Type their address to confirm").fill(NORA)
    olga.get_by_role("button", name="Erase for good").click()
    olga.wait_for_url(f"{world.address}/setup/privacy/")
    for place in ("/search/?q=nightingale", "/?show=everything", "/tray/"):
        olga.goto(f"{world.address}{place}")
        assert "nightingale sings" not in olga.content(), place
        assert "Nora" not in olga.content(), place


def test_an_article_is_written_published_read_and_said_to_help(world: World, seat: Seat) -> None:
    ada = seat("ada")
    ada.goto(f"{world.address}/articles/new/")
    ada.get_by_label("Title").fill("How to change the bulb")
    ada.locator("trix-editor").click()
    ada.keyboard.type("Switch the lamp off. Then turn the bulb to the left.")
    ada.get_by_label("Who reads it").select_option("public")
    ada.get_by_role("button", name="Save").click()
    ada.get_by_text("A draft: nobody reads it yet.").wait_for()
    ada.goto(f"{world.address}/help/")
    assert "How to change the bulb" not in ada.content()
    ada.goto(f"{world.address}/articles/")
    ada.get_by_role("link", name="How to change the bulb").click()
    ada.get_by_role("button", name="Publish").click()
    ada.get_by_text("Published").first.wait_for()
    ada.get_by_role("button", name="It is still true").click()
    ada.get_by_text("found true by Ada Fields").wait_for()

    ada.get_by_role("link", name="As customers see it").click()
    ada.get_by_role("heading", name="How to change the bulb").wait_for()
    ada.get_by_label("Yes").check()
    ada.get_by_label("In your words, if you like").fill("It glows.")
    ada.get_by_role("button", name="Tell us").click()
    ada.get_by_text("Thank you for telling us.").wait_for()
    ada.goto(f"{world.address}/articles/")
    ada.get_by_role("link", name="How to change the bulb").click()
    ada.locator(".own-word", has_text="It glows.").wait_for()
