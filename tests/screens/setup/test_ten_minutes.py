"""Support is no secret art: from `wingbeat up` on an empty folder to the first answer of a mail."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from selectolax.lexbor import LexborHTMLParser

from tests import dovecot
from tests.channels.mail.far_server import FarServer, far_server
from tests.channels.mail.letters import mail
from tests.config.processes import DeskFolder, desk_folder
from tests.dovecot import Dovecot
from tests.screens.plain_browser import OverTheNet, PlainBrowser

pytestmark = [pytest.mark.imap, pytest.mark.slow]
TEN_MINUTES = 600.0
# A careful person: reads every word on every page at 200 words a minute, types two characters a
# second, looks each answer up for ten seconds, and needs a minute to put the key away.
WORDS_A_SECOND, TYPED_A_SECOND, LOOKING_UP, KEEPING_THE_KEY = 200 / 60, 2.0, 10.0, 60.0
# What is on no screen before somebody opens it, and what only a screen reader says.
NOT_IN_VIEW = (
    "head, script, style, template, dialog, select, .heard, details:not([open]) > :not(summary)"
)
ADDRESS = "support@lamps.example"


@dataclass
class Founder(PlainBrowser):
    """Somebody who has never seen the desk; `took` is how long it takes them, in seconds."""

    took: float = 0.0
    asked: int = 0

    def press(self, words: str, **typed: str) -> PlainBrowser:
        self.asked += len(typed)
        self.took += sum(LOOKING_UP + len(text) / TYPED_A_SECOND for text in typed.values())
        return super().press(words, **typed)

    def _arrive(self, answer: Any, address: str) -> PlainBrowser:
        super()._arrive(answer, address)
        tree = LexborHTMLParser(self.page)
        for hidden in tree.css(NOT_IN_VIEW):
            hidden.decompose()
        self.took += len(tree.text(separator=" ").split()) / WORDS_A_SECOND
        return self


def test_the_first_mail_is_answered_within_ten_minutes_of_installing(tmp_path: Path) -> None:
    began = time.monotonic()
    with (
        dovecot.running() as box,
        far_server(authenticator=lambda *_line: AuthResult(success=True)) as far,
        desk_folder(tmp_path / "home") as desk,
    ):
        founder = Founder(client=OverTheNet()).open(link_of(desk))
        assert isinstance(founder, Founder)
        set_up(founder, box, far)
        box.deliver(ADDRESS, mail("My lamp does not light.", to=ADDRESS))
        until_arrived(founder)
        founder.follow("Answer it").follow("Reply to Nora")
        founder.press("Send", text="Dear Nora, we send you a new one today. Olga")
        answered = first_of(far)
        waited = time.monotonic() - began

    assert answered["To"] == "Nora Lind <nora@customers.example>"
    assert answered["From"] == "Lamps <support@lamps.example>"
    # three about the owner, three about the inbox, seven about the account, and the answer itself
    assert founder.asked == 14
    assert founder.took + waited + KEEPING_THE_KEY < TEN_MINUTES, (founder.took, waited)


def link_of(desk: DeskFolder) -> str:
    """The address that `wingbeat up` prints for whoever sees the terminal."""
    return desk.start("up", "--port", "0").line(2).strip()


def set_up(founder: Founder, box: Dovecot, far: FarServer) -> None:
    """Answer every question of the first run."""
    founder.press("Go on", name="Olga Owner", email="olga@lamps.example", password="a quiet lamp")
    founder.press("Go on", address=ADDRESS, name="Support", from_name="Lamps")
    # the usual names stand there; this machine's own servers go by none of them
    assert "imap.lamps.example" in founder.page
    assert "smtp.lamps.example" in founder.page
    founder.press(
        "Try it and go on",
        password=dovecot.PASSWORD,
        imap_host="127.0.0.1",
        imap_port=str(box.port),
        imap_security="none",
        smtp_host="127.0.0.1",
        smtp_port=str(far.port),
        smtp_security="none",
    )
    founder.press("Show me a new key")
    assert re.search(r"AGE-SECRET-KEY-1\w+", founder.page)
    founder.follow("I have kept it")
    assert "Now send it a mail." in founder.words


def until_arrived(founder: Founder) -> None:
    """Look again until the mail is there; a page with scripts does so by itself."""
    read = founder.took
    for _look in range(120):
        founder.follow("Look again")
        founder.took = read
        if "There it is." in founder.words:
            return
        time.sleep(0.25)
    raise AssertionError("the first mail did not arrive within half a minute")


def first_of(far: FarServer) -> EmailMessage:
    """The first mail that reaches the customers' server, once its undo window is over."""
    for _look in range(240):
        if far.taken:
            return far.mails[0]
        time.sleep(0.25)
    raise AssertionError("no answer left the desk within a minute")
