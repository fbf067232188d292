"""Twelve daily tasks at the example desk in a real browser: keys, clicks and requests, counted.

    .venv/bin/python -m bench.tasks            with the group e2e and /usr/bin/chromium

Each task begins where it comes up and is over when the page shows that it is done; a task that is
not stops the bench. Counted is each key or chord, each click, and each request for a page or a part
of one that an act leads to. The words themselves are not counted, as they are the same anywhere;
a sign that calls something up (`;`, `@`) is. Beside it stands what Zammad's documentation tells for
the same, in the same units: the shortest way in its words. Where it is silent nothing is compared.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

WINGBEAT = Path(sys.executable).with_name("wingbeat")
PORT = 8793
HERE = f"http://127.0.0.1:{PORT}"
MANY_READ = "Kräuter fürs Café"  # written to us and to others
ZAMMAD = "https://user-docs.zammad.org/en/latest/"


class Hands:
    """What somebody does with their hands, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.clicks, self.requests = page, 0, 0, 0
        page.on("request", self._asked)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)

    def click(self, place: Any) -> None:
        self.clicks += 1
        place.click()

    def begin(self, path: str) -> None:
        """Stand where the task comes up, with nothing counted yet."""
        self.page.goto(HERE + path)
        self.page.locator("main, #main").first.wait_for()
        self.page.wait_for_timeout(700)
        self.keys = self.clicks = self.requests = 0

    def _asked(self, request: Any) -> None:
        is_idle = re.search(r"/(static|live|presence|draft|hints?|glance)", request.url)
        if request.resource_type in {"document", "xhr", "fetch"} and not is_idle:
            self.requests += 1


def conversation_of(page: Page, name: str) -> str:
    if name == MANY_READ:
        page.goto(f"{HERE}/search/?{urlencode({'q': name})}")
        found = page.locator("main a[href*='/conversations/']", has_text=name)
    else:
        page.goto(HERE + "/")
        found = page.locator(".row", has_text=name).first.locator("a")
    return str(found.first.get_attribute("href"))


def with_a_macro(hands: Hands) -> None:
    hands.begin(conversation_of(hands.page, "Emil Brückner"))
    hands.press("r")
    editor = hands.page.locator("trix-editor")
    editor.wait_for()
    hands.page.wait_for_timeout(600)
    hands.press(";")
    hands.write("late")
    hands.press("Space")
    editor.get_by_text("Zusteller").first.wait_for()
    hands.press("Control+Enter")
    hands.page.get_by_role("button", name="Undo").first.wait_for()


def hand_over(hands: Hands) -> None:
    hands.begin(conversation_of(hands.page, "Fatma Yıldız"))
    hands.press("a")
    hands.click(hands.page.locator(".menu-item", has_text="Bo Sorokin").first)
    hands.page.get_by_text("Bo Sorokin").first.wait_for()


def find_an_old_one(hands: Hands) -> None:
    hands.begin("/")
    hands.press("Control+k")
    hands.page.locator("#palette [role=combobox]").wait_for()
    hands.write("voucher code")
    found = hands.page.locator("#palette [role=option][aria-selected=true]")
    found.filter(has_text="Voucher code").wait_for()
    hands.press("Enter")
    hands.page.wait_for_url("**/conversations/*/**")


def merge(hands: Hands) -> None:
    page = hands.page
    other = re.findall(r"\d+", conversation_of(page, "Otto Friis"))[0]
    hands.begin(conversation_of(page, "Annelie Kühn"))
    hands.press("m")
    hands.click(page.locator("#merge-into"))
    hands.write(other)
    hands.press("Enter")
    page.get_by_text(re.compile(r"merged #\d+ into this one")).first.wait_for()


def snooze_until_a_day(hands: Hands) -> None:
    hands.begin(conversation_of(hands.page, "Heike Möller"))
    hands.press("s")
    place = hands.page.locator("input[type=datetime-local]").first
    hands.click(place)
    place.fill("2027-03-31T09:00")
    hands.press("Enter")
    hands.page.get_by_text("31 Mar").first.wait_for()


def note_to_a_colleague(hands: Hands) -> None:
    hands.begin(conversation_of(hands.page, "Ruth Goldberg"))
    hands.press("n")
    hands.page.locator("trix-editor").wait_for()
    hands.page.wait_for_timeout(600)
    hands.press("@")
    hands.write("bo")
    hands.page.wait_for_timeout(900)
    hands.press("Tab")
    hands.write(" do you know these seeds?")
    hands.press("Control+Enter")
    hands.page.get_by_text("do you know these seeds?").first.wait_for()


DROPPED = """element => {
  const files = new DataTransfer();
  files.items.add(new File(["Mill Lane 4"], "address.txt", { type: "text/plain" }));
  for (const step of ["dragover", "drop"]) {
    const options = { dataTransfer: files, bubbles: true, cancelable: true };
    element.dispatchEvent(new DragEvent(step, options));
  }
}"""


def reply_to_all_with_a_file(hands: Hands) -> None:
    hands.begin(conversation_of(hands.page, MANY_READ))
    hands.clicks += 1  # pressed on the file, let go over "All"
    hands.page.locator(".composer-bar .for-all").evaluate(DROPPED)
    editor = hands.page.locator("trix-editor:focus")
    editor.wait_for()
    hands.page.get_by_text("address.txt").first.wait_for()
    hands.page.wait_for_timeout(600)
    hands.write("Here is the address.")
    hands.press("Control+Enter")
    hands.page.get_by_role("button", name="Undo").first.wait_for()


def tag_many(hands: Hands) -> None:
    hands.begin("/")
    hands.press("x", "j", "x", "j", "x", "b")
    hands.page.get_by_role("heading", name="3 conversations").wait_for()
    hands.click(hands.page.get_by_label("Tag", exact=True))
    hands.write("spring")
    hands.press("Enter")
    hands.page.get_by_text("3 of 3").wait_for()


def write_first(hands: Hands) -> None:
    hands.begin("/")
    hands.press("c")
    hands.page.get_by_role("heading", name="New conversation").wait_for()
    hands.page.wait_for_timeout(600)
    hands.page.locator("#to:focus").wait_for()
    hands.write("vera.meyer@postbox.example")
    hands.press("Enter")
    hands.click(hands.page.get_by_label("Subject"))
    hands.write("Your seeds")
    hands.click(hands.page.locator("trix-editor"))
    hands.write("They have left today.")
    hands.press("Control+Enter")
    hands.page.wait_for_url("**/conversations/*/**")


def end_with_a_reason(hands: Hands) -> None:
    hands.begin(conversation_of(hands.page, "Ellen Brody"))
    hands.press("e")
    hands.page.wait_for_timeout(500)
    hands.press("Enter")
    hands.page.get_by_text("Ended by").first.wait_for()


def see_who_waits_longest(hands: Hands) -> None:
    hands.begin("/")
    hands.press("l")
    hands.page.get_by_role("button", name="Who waits longest first").wait_for()
    shown = hands.page.locator(".row-since time").all()
    since = [one.get_attribute("datetime") or "" for one in shown]
    assert len(since) > 1
    assert since == sorted(since)


def read_their_history(hands: Hands) -> None:
    hands.begin(conversation_of(hands.page, "Yusuf Demir"))
    hands.press("p")
    hands.page.get_by_role("heading", name="Conversations").wait_for()


@dataclass(frozen=True)
class Task:
    """A task, and the shortest way that Zammad's documentation tells, with its page."""

    name: str
    act: Callable[[Hands], None]
    theirs: tuple[str, ...] = ()
    page: str = ""


TASKS = (
    Task("answer with a macro", with_a_macro,
         ("shift+ctrl+g", ":", ":", "Enter", "click Update"), "advanced/text-modules.html"),
    Task("hand over", hand_over,
         ("click Owner", "click the name", "click Update"), "advanced/suggested-workflows.html"),
    Task("find an old conversation", find_an_old_one,
         ("shift+ctrl+s", "↓", "Enter"), "basics/find-ticket/search.html"),
    Task("merge", merge,
         ("click Ticket ▾", "click Merge", "click the ID", "shift+ctrl+return"),
         "advanced/ticket-actions/merge.html"),
    Task("put aside until a day", snooze_until_a_day,
         ("click State", "click pending reminder", "click the date", "click Update"),
         "basics/service-ticket/settings/state.html"),
    Task("note to a colleague", note_to_a_colleague,
         ("shift+ctrl+m", "@", "@", "Enter", "click Update"), "advanced/suggested-workflows.html"),
    Task("reply to all with a file", reply_to_all_with_a_file,
         ("click reply all", "click select attachment", "click Update"),
         "basics/work-with-tickets/update-tickets.html"),
    Task("tag many", tag_many),
    Task("write a new mail", write_first,
         ("shift+ctrl+n", "click Send Email", "click Title", "click Customer", "Enter",
          "click Text", "click Create"), "basics/service-ticket/create.html"),
    Task("end with a reason", end_with_a_reason),
    Task("see who waits longest", see_who_waits_longest,
         ("shift+ctrl+o", "click the overview", "click the column"),
         "basics/find-ticket/browse.html"),
    Task("read a person's history", read_their_history,
         ("click the customer's tab", "hover open/closed"), "extras/customers.html"),
)  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        command = [WINGBEAT, "demo", "--port", str(PORT), "--no-browser", "--keep", home]
        desk = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert desk.stdout is not None
            for line in desk.stdout:
                if "Play the customer" in line:
                    break
            chromium = driver.chromium.launch(executable_path="/usr/bin/chromium")
            page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="en")
            page.set_default_timeout(12_000)
            return asked(page)
        finally:
            desk.terminate()
            desk.wait()


def asked(page: Page) -> int:
    page.goto(HERE)
    page.fill("input[name=login]", "ada@marrowby.example")
    page.fill("input[name=password]", "a quiet garden")
    page.keyboard.press("Enter")
    page.locator(".row").first.wait_for()
    hands, failed = Hands(page), 0
    print("| task | keys | clicks | requests | Zammad | its page |")
    print("|---|---|---|---|---|---|")
    for task in TASKS:
        theirs = f"{len(task.theirs)}: {', '.join(task.theirs)}" if task.theirs else "silent"
        where = f"[{task.page}]({ZAMMAD}{task.page})" if task.page else ""
        try:
            task.act(hands)
        except Exception as error:  # noqa: BLE001 - told, and the bench fails at its end
            failed += 1
            print(f"{task.name}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
            continue
        counted = f"{hands.keys} | {hands.clicks} | {hands.requests}"
        print(f"| {task.name} | {counted} | {theirs} | {where} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
