"""Trying a mail account live, while its owner watches: what works, and a remedy for what fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from wingbeat.channels.mail import troubles
from wingbeat.channels.mail.imap import FAILURES, Folder, Login
from wingbeat.channels.mail.server_trouble import Trouble
from wingbeat.channels.mail.smtp_out import Connection, Server, Unreachable

PATIENCE_SECONDS = 12  # somebody waits before a page


@dataclass(frozen=True, slots=True)
class Trial:
    """How it went: `remedy` says what to do about a failure, `said` what the server answered."""

    is_fine: bool
    says: str
    remedy: str = ""
    said: str = ""


def try_imap(login: Login, folder: str = "INBOX") -> Trial:
    """Log in, look into the folder without touching it, and leave."""
    try:
        box = Folder(replace(login, seconds=PATIENCE_SECONDS), folder)
    except FAILURES as error:
        return _failed(troubles.trouble_with(login, folder, error))
    box.close()
    told = _("Works: %(count)s mails are there now.")
    return Trial(is_fine=True, says=told % {"count": box.count})


def try_smtp(server: Server) -> Trial:
    """Log in to where replies are handed in, and leave without sending."""
    server = replace(server, connect_seconds=PATIENCE_SECONDS, answer_seconds=PATIENCE_SECONDS)
    try:
        with Connection(server) as connection:
            connection.open()
    except Unreachable as error:
        return _failed(error.trouble)
    return Trial(is_fine=True, says=_("Works: replies can be handed in."))


def try_servers(account: Mapping[str, Any], user: str, secret: str) -> dict[str, Trial]:
    """Try each server that the fields of an account name."""
    trials = {}
    if account["imap_host"]:
        trials["imap"] = try_imap(Login(*_where(account, "imap", user, secret)))
    if account["smtp_host"]:
        trials["smtp"] = try_smtp(Server(*_where(account, "smtp", user, secret)))
    return trials


def _where(account: Mapping[str, Any], kind: str, user: str, secret: str) -> tuple[Any, ...]:
    place = (account[f"{kind}_{part}"] for part in ("host", "port", "security"))
    return (*place, user, secret, account.get("is_oauth2", False))


def _failed(trouble: Trouble) -> Trial:
    return Trial(is_fine=False, says=trouble.says, remedy=trouble.remedy, said=trouble.said)
