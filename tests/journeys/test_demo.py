"""The example desk: one command, a hundred conversations, and customers who can be played."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.journeys.conftest import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def example() -> Iterator[tuple[str, str]]:
    """Run `wingbeat demo`; return its address and what it printed."""
    desk = subprocess.Popen(
        [sys.executable, "-m", "wingbeat.config.cli", "demo", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert desk.stdout is not None
    said = ""
    for line in desk.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    found = re.search(r"http://[\d.:]+", said)
    assert found, said
    yield found[0], said
    desk.send_signal(signal.SIGTERM)
    assert desk.wait(15) == 0
    desk.stdout.close()


@pytest.fixture
def visitor() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


def test_the_visitor_logs_in_with_what_the_terminal_says(
    example: tuple[str, str], visitor: OpenerDirector
) -> None:
    address, said = example
    login = re.search(r"Log in as +(\S+)", said)
    password = re.search(r"Password +(.+)", said)
    assert login
    assert password
    page = _get(visitor, f"{address}/account/login/")
    form = {"csrfmiddlewaretoken": _token(page), "login": login[1], "password": password[1]}
    listed = _post(visitor, f"{address}/account/login/", form)
    assert listed.count('href="/conversations/') >= 20
    assert re.search(r"[\u0590-\u06ff]", listed), "nobody writes from right to left"


def test_a_colleague_is_tried_with_the_same_password(
    example: tuple[str, str], visitor: OpenerDirector
) -> None:
    """What is restricted, or needs a second person, is seen only from another seat."""
    address, said = example
    names = re.search(r"Or as a colleague +(\S+) \(admin\), ([^;]+);", said)
    assert names
    page = _get(visitor, f"{address}/account/login/")
    form = {"csrfmiddlewaretoken": _token(page), "login": names[2], "password": "a quiet garden"}
    assert "Bo Sorokin" in _post(visitor, f"{address}/account/login/", form)


def test_today_shows_the_visitor_of_each_kind_something(
    example: tuple[str, str], visitor: OpenerDirector
) -> None:
    """What nobody else's desk has is what the example has to show."""
    address, _said = example
    test_the_visitor_logs_in_with_what_the_terminal_says(example, visitor)
    page = _get(visitor, f"{address}/today/")
    for does in (
        "Keep what Declan Murphy was promised",
        "See that it reaches Arjun Mehta",
        "Write to Theo Lindgren once more",
        "Thank Max Halmos",
    ):
        assert does in page


def test_a_mail_written_as_a_customer_reaches_the_desk_and_the_answer_their_mailbox(
    example: tuple[str, str], visitor: OpenerDirector
) -> None:
    address, _said = example
    test_the_visitor_logs_in_with_what_the_terminal_says(example, visitor)
    page = _get(visitor, f"{address}/play/")
    to = re.findall(r'<option value="([^"@]+@marrowby\.example)"', page)[0]
    mail = {
        "csrfmiddlewaretoken": _token(page), "name": "Petra Neu", "address": "petra@new.example",
        "to": to, "subject": "Seeds for Malta", "text": "Do you ship to Malta?",
    }  # fmt: skip
    _post(visitor, f"{address}/play/", mail)
    wait_for(lambda: "Petra Neu" in _get(visitor, f"{address}/"), "the mail on the desk")

    found = _get(visitor, f"{address}/search/?q=Malta")
    number = re.findall(r"/conversations/(\d+)/", found)[0]
    conversation = f"{address}/conversations/{number}/"
    reply = {
        "csrfmiddlewaretoken": _token(_get(visitor, conversation)),
        "kind": "reply", "to": "petra@new.example", "text": "Yes, in ten days.", "format": "plain",
    }  # fmt: skip
    _post(visitor, f"{conversation}replies/", reply)
    mailbox = f"{address}/play/?as=petra@new.example"
    arrived = "the answer in the mailbox"  # behind the undo window of fifteen seconds
    wait_for(lambda: "Yes, in ten days." in _get(visitor, mailbox), arrived, patience=45)


def test_after_a_short_while_the_laws_have_spoken_without_being_asked(
    example: tuple[str, str], visitor: OpenerDirector
) -> None:
    address, _said = example
    test_the_visitor_logs_in_with_what_the_terminal_says(example, visitor)
    law = f"{address}/laws/memory/"
    speaks = "the law's readings"
    wait_for(lambda: "Not measured yet." not in _get(visitor, law), speaks, patience=180)


def _get(visitor: OpenerDirector, url: str) -> str:
    with visitor.open(url, timeout=20) as answer:
        return str(answer.read().decode())


def _post(visitor: OpenerDirector, url: str, form: dict[str, str]) -> str:
    with visitor.open(url, urlencode(form).encode(), timeout=20) as answer:
        return str(answer.read().decode())


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]
