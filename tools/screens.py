"""Draw docs/screens anew: the example desk in a real browser, light and dark, desktop and phone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

OUT = Path("docs/screens")
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
SUBJECT = "Charged TWICE for one box"  # a thread that shows a note, an answer and a customer's word
PAGES = {
    "inbox": "/",
    "conversation": SUBJECT,
    "reply": SUBJECT,
    "search": "/search/?q=garlic",
    "today": "/today/",
    "tray": "/tray/",
    "law": "/laws/first_impression/",
    "notifications": "/notifications/",
    "customer": SUBJECT,
    "setup": "/setup/inboxes/",
    "play": "/play/",
}


@contextmanager
def example() -> Iterator[str]:
    home = tempfile.mkdtemp()
    wingbeat = [sys.executable, "-m", "wingbeat.config.cli"]
    desk = subprocess.Popen(
        [*wingbeat, "demo", "--port", "0", "--no-browser", "--keep", home],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert desk.stdout
    for line in desk.stdout:
        found = re.search(r"http://[\d.:]+", line)
        if found:
            break
    else:
        raise SystemExit("The example desk did not start.")
    try:
        own = os.environ | {"WINGBEAT_HOME": home}
        subprocess.run([*wingbeat, "laws", "measure"], env=own, check=True)  # as at night
        yield found[0]
    finally:
        desk.terminate()
        desk.wait(10)
        shutil.rmtree(home)


def draw(browser: Browser, desk: str, device: str, scheme: Any) -> None:
    width, height = SIZES[device]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US",
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{desk}/account/login/")
    page.fill("input[name=login]", "ada@marrowby.example")
    page.fill("input[name=password]", "a quiet garden")
    page.click("button[type=submit]")
    page.wait_for_url(f"{desk}/")
    page.goto(f"{desk}/search/?q={SUBJECT.replace(' ', '+')}")
    conversation = page.get_by_role("link", name=SUBJECT).first.get_attribute("href") or "/"
    conversation = re.split("[?#]", conversation)[0]
    for name, path in PAGES.items():
        page.goto(desk + (conversation if path == SUBJECT else path))
        if name == "reply":
            page.goto(f"{desk}{conversation}composer/reply/")
            page.locator("trix-editor").click()
            page.keyboard.press("Control+a")
            page.keyboard.type("Good morning, I will look at it and write to you by Friday.")
            page.locator(".hint").first.wait_for()
        if name == "customer":
            page.goto(
                desk + (page.locator("a[href^='/customers/']").first.get_attribute("href") or "")
            )
        page.wait_for_timeout(700)  # counts and live marks arrive after the page
        page.screenshot(path=OUT / f"{name}-{device}-{scheme}.png")
    context.close()


def main() -> None:
    path = shutil.which("chromium") or "/usr/bin/chromium"
    OUT.mkdir(parents=True, exist_ok=True)
    with example() as desk, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for device in SIZES:
            for scheme in ("light", "dark"):
                draw(browser, desk, device, scheme)
        browser.close()
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}")


if __name__ == "__main__":
    main()
