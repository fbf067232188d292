"""A whole desk in its own process, a real browser before it, real mail servers behind it."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from typing import Any

import pytest

from tests.channels.mail.far_server import FarServer, far_server, free_port
from tests.config.processes import DeskFolder, Process, desk_folder
from tests.screens.agent import browsing

PASSWORD = "a quiet password"
PATIENCE = 60.0
PEOPLE = """
import sys
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Membership, Role, Team
team = Team.objects.create(name="Support")
people = {"Ada Fields": Role.AGENT, "Max Stone": Role.AGENT, "Olga Owner": Role.OWNER}
for name, role in people.items():
    agent = Agent.objects.invite(
        email=name.split()[0].lower() + "@desk.example", name=name, role=role, password=sys.argv[2]
    )
    Membership.objects.create(agent=agent, team=team)
inbox = Inbox.objects.create(
    name="Support", address="support@desk.example", from_name="Lamps & Co", signature="Lamps & Co"
)
inbox.teams.add(team)
Account.objects.create(
    inbox=inbox, smtp_host="127.0.0.1", smtp_port=int(sys.argv[1]), smtp_security="none"
)
"""


@dataclass
class World:
    """The desk, its customers' mail server, and the people in it."""

    desk: DeskFolder
    process: Process
    far: FarServer
    smtp_port: int
    sent: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.process.address.rstrip("/")

    def write(self, sender: str, text: str, *, subject: str = "", **headers: str) -> str:
        """Send a customer's mail to the desk by SMTP; return its Message-ID."""
        mail = mail_from(sender, text, subject=subject, **headers)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=PATIENCE) as server:
            server.send_message(mail)
        return str(mail["Message-ID"])

    def answer(self, to: EmailMessage, sender: str, text: str, **headers: str) -> str:
        """Answer a mail of the desk as a mail program does."""
        references = f"{to['References'] or ''} {to['Message-ID']}".strip()
        return self.write(
            sender, text, subject=f"Re: {to['Subject']}", In_Reply_To=to["Message-ID"],
            References=references, **headers,
        )  # fmt: skip

    def arrived(self, count: int = 1) -> list[EmailMessage]:
        """Wait until so many mails have reached the customers' server."""
        wait_for(lambda: len(self.far.taken) >= count, f"{count} mails at the customers' server")
        return self.far.mails


def mail_from(sender: str, text: str, *, subject: str = "", **headers: str) -> EmailMessage:
    """Write a customer's mail as a mail program does."""
    mail = EmailMessage(policy=SMTP)
    name, _at, domain = sender.partition("@")
    mail["From"] = formataddr((name.replace(".", " ").title(), sender))
    mail["To"] = headers.pop("to", "support@desk.example")
    mail["Subject"] = subject
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = make_msgid(domain=domain)
    for header, value in headers.items():
        mail[header.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def wait_for(holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.05)


class Desk(DeskFolder):
    """A desk folder with options of its own."""

    options: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.options}


@pytest.fixture
def options() -> dict[str, str]:
    """Further options of the desk, for a module to name."""
    return {}


@pytest.fixture
def world(tmp_path: Path, db: None, options: dict[str, str]) -> Iterator[World]:
    """Start a desk with Ada, Max and Olga that listens for mail and hands replies in."""
    with desk_folder(tmp_path / "home", ready=True) as folder, far_server() as far:
        port = free_port()
        standard = {"WINGBEAT_SMTP_LISTEN": f"127.0.0.1:{port}", "WINGBEAT_UNDO_SECONDS": "3"}
        desk = Desk(folder.home, folder.url, folder.processes)
        desk.options = {**standard, **options}
        desk.run(PEOPLE, str(far.port), PASSWORD)
        process = desk.start("up", "--port", "0")
        wait_for(lambda: _listens(port), "the SMTP listener")
        yield World(desk, process, far, port)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Start a browser for the module only: its loop would be in the way of others' loops."""
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture
def seat(chromium: Any, world: World) -> Iterator[Callable[..., Any]]:
    """Give somebody a browser of their own, logged in; a script error fails the test."""
    contexts, errors = [], []

    def sit(who: str = "ada", **options: Any) -> Any:
        context = chromium.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "locale": "en-US", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: _stays_here(request.url, world.address, errors))
        page.goto(f"{world.address}/account/login/")
        page.fill("input[name=login]", f"{who}@desk.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(f"{world.address}/")
        return page

    yield sit
    for context in contexts:
        context.close()
    assert errors == []


def _stays_here(url: str, desk: str, errors: list[str]) -> None:
    """Note every request that leaves for another host: the desk must need none."""
    if not url.startswith((desk, "data:", "blob:", "about:")):
        errors.append(f"a request left the desk: {url}")


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0
