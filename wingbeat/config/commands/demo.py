"""`wingbeat demo`: a throw-away desk with a living example, whose customers can be played."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import webbrowser
from pathlib import Path

from wingbeat.config.commands import starting
from wingbeat.config.commands.up import serve_desk
from wingbeat.config.demo.content import load

LOGIN = "ada@marrowby.example"
COLLEAGUES = ("max@marrowby.example (admin)", "bo@marrowby.example")
MEASURED_AFTER = 10.0  # seconds; by then whoever tries the desk has the first page
PASSWORD = "a quiet garden"  # noqa: S105  everybody may know it: the desk is thrown away


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes a free one")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the desk in this folder")


def run(arguments: argparse.Namespace) -> int:
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="wingbeat-demo-"))
    if arguments.keep is None:
        _throw_away_at_the_end(folder)
    port = arguments.port or _free_port()
    _settle_in(folder, port)
    _fill(folder)

    def greet(address: str) -> str:
        _begin(threading.Timer(MEASURED_AFTER, _ask_for_the_laws))
        if not arguments.no_browser:
            _begin(threading.Thread(target=webbrowser.open, args=[address]))
        return _words(address)

    return serve_desk("127.0.0.1", port, works=True, greet=greet)


def _begin(thread: threading.Thread) -> None:
    thread.daemon = True
    thread.start()


def _ask_for_the_laws() -> None:
    """Let the laws be measured once, as an owner asks for it: a night is too long for a visitor."""
    from django.db import connection
    from django.utils import timezone

    from wingbeat.desk.insights import measuring
    from wingbeat.desk.people.models import Agent

    if measuring.latest_run() is None:
        measuring.ask(by=Agent.objects.system(), at=timezone.now())
    connection.close()


def _throw_away_at_the_end(folder: Path) -> None:
    """Leave a small process behind that removes the folder once this one is gone."""
    code = (
        "import os, shutil, sys\n"
        "sys.stdin.read()\n"  # ends when the other end of the pipe closes: with this process
        "shutil.rmtree(sys.argv[1], ignore_errors=True)"
    )
    subprocess.Popen(  # noqa: S603  our own code, with a folder we made
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, start_new_session=True
    )


def _settle_in(folder: Path, port: int) -> None:
    """Give the example a home, an address and a door for mail, whatever this shell has set."""
    for name in [name for name in os.environ if name.startswith("WINGBEAT_")]:
        del os.environ[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "wingbeat.config.settings"
    os.environ["WINGBEAT_HOME"] = str(folder)
    os.environ["WINGBEAT_DEMO"] = "yes"
    os.environ["WINGBEAT_ZONE"] = load().company.zone.key  # as the hours of its teams
    os.environ["WINGBEAT_ADDRESS"] = f"http://127.0.0.1:{port}"  # mails link to customers' pages
    os.environ["WINGBEAT_SMTP_LISTEN"] = f"127.0.0.1:{_free_port()}"
    starting.start_django()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _fill(folder: Path) -> None:
    from django.db import connection
    from django.utils import timezone

    from wingbeat.channels.mail.models import Account
    from wingbeat.config.demo import arranged
    from wingbeat.config.demo.mailboxes import Mailboxes, far_side
    from wingbeat.config.demo.playing import Player
    from wingbeat.config.running import preparing
    from wingbeat.desk.conversations.conversation import Conversation

    preparing.prepare()
    server = far_side(Mailboxes(folder / "mailboxes"))
    server.start()
    if not Conversation.objects.exists():
        with connection.cursor() as cursor:  # thrown away if the power fails: nobody's words
            cursor.execute("PRAGMA synchronous=OFF")
        Player(load(), timezone.now(), PASSWORD).play()
        arranged.articles(timezone.now())
    connection.close()
    Account.objects.update(smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none")


def _words(address: str) -> str:
    return (
        f"\n  The example desk      {address}\n"
        f"  Log in as             {LOGIN}\n"
        f"  Password              {PASSWORD}\n"
        f"  Or as a colleague     {', '.join(COLLEAGUES)}; the same password\n"
        f"  Play the customer     {address}play/\n\n"
        "  Ctrl-C throws it away.\n"
    )
