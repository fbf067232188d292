"""`wingbeat setup`: the first questions, asked in the terminal instead of the browser."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from wingbeat.config.commands import starting

if TYPE_CHECKING:
    from django.forms import BaseForm

    from wingbeat.desk.people.models import Agent


class Unanswered(ValueError):
    """An answer cannot be used; the text says which, and why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="the owner's name")
    parser.add_argument("--email", help="the owner's email address")
    parser.add_argument("--password-file", type=Path, help="file with the owner's password")
    parser.add_argument("--inbox", metavar="ADDRESS", help="the address customers write to")
    parser.add_argument("--inbox-name", help="what your team calls that inbox")


def run(arguments: argparse.Namespace) -> int:
    starting.start_django()
    from wingbeat.config.running import preparing
    from wingbeat.desk.people.models import Agent, Role

    preparing.prepare()
    owner = Agent.objects.at_work().filter(role=Role.OWNER).first()
    try:
        if owner is None:
            owner = _owner(arguments)
        _inbox(arguments, owner)
    except Unanswered as error:
        return starting.refused("wingbeat setup", error)
    _recovery_key()
    print(
        "Start the desk with `wingbeat up`. Its mail account is set up in the browser, at /setup/."
    )
    return 0


def _owner(arguments: argparse.Namespace) -> Agent:
    from wingbeat.screens.setup.forms import OwnerForm
    from wingbeat.screens.setup.making import make_owner

    file: Path | None = arguments.password_file
    form = OwnerForm(
        {
            "name": arguments.name or input("Your name: "),
            "email": arguments.email or input("Your email address: "),
            "password": file.read_text().strip() if file else getpass.getpass("A password: "),
        }
    )
    _insist(form)
    owner = make_owner(form.cleaned_data)
    print(f"{owner.name} owns this desk.")
    return owner


def _inbox(arguments: argparse.Namespace, owner: Agent) -> None:
    from wingbeat.desk.conversations.inbox import Inbox
    from wingbeat.screens.setup.forms import InboxForm
    from wingbeat.screens.setup.making import make_inbox

    if Inbox.objects.exists() and not arguments.inbox:
        return
    address = arguments.inbox or input("The address customers write to: ")
    name = arguments.inbox_name or ("Support" if arguments.inbox else input("Name of the inbox: "))
    form = InboxForm({"address": address, "name": name, "from_name": ""})
    _insist(form)
    print(f"{make_inbox(form, owner).address} has an inbox.")


def _recovery_key() -> None:
    from django.conf import settings

    from wingbeat.screens.setup import recovery

    if recovery.exists(settings.HOME):
        return
    print(f"\nThe recovery key, shown once:\n\n    {recovery.make(settings.HOME)}\n")
    print("Keep it in a safe place away from this machine: without it no backup can be read.")


def _insist(form: BaseForm) -> None:
    if form.errors:
        why = (f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items())
        raise Unanswered("; ".join(why))
