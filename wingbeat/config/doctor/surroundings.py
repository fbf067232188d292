"""Checks of what is around the desk: mail servers, its own processes, and who reaches it how."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from django.conf import settings
from django.db import connection
from django.utils import timezone

from wingbeat.channels.mail import oauth, secrets
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.fetching import login_of
from wingbeat.channels.mail.models import Account, RawMail
from wingbeat.channels.mail.sending import server_of
from wingbeat.channels.mail.trying import Trial, try_imap, try_smtp
from wingbeat.channels.mail.vouching import vouching
from wingbeat.config.doctor.finding import Finding, ill, well
from wingbeat.config.jobs import schedule
from wingbeat.config.jobs.models import Job
from wingbeat.config.running import locking
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Outgoing


def mail_accounts() -> Iterator[Finding]:
    """Log in to every mail server, as fetching and sending do."""
    accounts = Account.objects.exclude(imap_host="", smtp_host="").select_related("inbox")
    for inbox in Inbox.objects.exclude(pk__in=accounts.values("inbox")).order_by("address"):
        yield ill(
            f"mail account of {inbox.address}", "There is none: it neither fetches nor sends.",
            "Enter it in setup, or let a mail server bring its mail; replies need a server anyway.",
        )  # fmt: skip
    for account in accounts.order_by("inbox__address"):
        name = account.inbox.address
        try:
            if account.imap_host:
                yield _tried(f"IMAP for {name}", try_imap(login_of(account), account.folder))
            if account.smtp_host:
                yield _tried(f"SMTP for {name}", try_smtp(server_of(account)))
        except secrets.CannotOpen as error:
            yield ill(f"mail account of {name}", str(error), "Enter its password again in setup.")
        except oauth.Refused as error:
            yield ill(f"mail account of {name}", str(error), "Connect the mailbox again in setup.")


def _tried(check: str, trial: Trial) -> Finding:
    if trial.is_fine:
        return well(check, trial.says)
    said = f" It said: {trial.said}" if trial.said else ""
    return ill(check, f"{trial.says}{said}", trial.remedy)


def vouching_servers() -> Iterator[Finding]:
    """Say of every mail server that is trusted to judge senders whether it judges every mail."""
    door = Door.open()
    for account in Account.objects.exclude(authserv_id="").select_related("inbox"):
        name, server = f"sender checks for {account.inbox.address}", account.authserv_id
        seen = vouching(account.inbox_id, server, door.domains)
        if seen.is_sure:
            yield well(name, f"{server} judged each of the latest {seen.looked_at} mails.")
        elif seen.without:
            yield ill(
                name,
                f"{seen.without} of the latest {seen.looked_at} mails bring no results of "
                f"{server}, so anybody could write them: no mail acts as an agent here.",
                "Let your mail server add Authentication-Results to every mail and take away those "
                "it did not write, or mend the name in setup.",
            )
        else:
            yield well(name, "Too few mails yet to tell; until then no mail acts as an agent.")


def replies_without_a_server() -> Iterator[Finding]:
    """Name the inboxes whose replies wait because nobody has said where to hand them in."""
    waiting = Outgoing.objects.waiting_in()
    served = Account.objects.exclude(smtp_host="").values_list("inbox_id", flat=True)
    for inbox in Inbox.objects.exclude(pk__in=served).filter(pk__in=waiting).order_by("address"):
        yield ill(
            f"SMTP for {inbox.address}",
            f"It has no mail server to hand replies to; {waiting[inbox.pk]} wait.",
            "Enter its mail account in setup: they leave by themselves then.",
        )


def smtp_certificate() -> Iterator[Finding]:
    name = settings.WINGBEAT["smtp_certificate"]
    if not name:
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(Path(name))
    except OSError as error:  # SSLError is one
        yield ill(
            "SMTP certificate", f"{name} cannot be used: {error}.",
            "WINGBEAT_SMTP_CERTIFICATE names one PEM file with certificate and key.",
        )  # fmt: skip
    else:
        yield well("SMTP certificate", f"{name} fits its key.")


def processes() -> Iterator[Finding]:
    """Ask the running desk how it is, where it says it is."""
    address = locking.read(settings.HOME, locking.WEB_LOCK).get("address")
    overdue = schedule.overdue(now=timezone.now())
    if address:
        yield _asked(str(address))
    elif connection.vendor == "sqlite":
        yield ill(
            "processes", "No desk runs on this folder now.",
            "Start it with `wingbeat up`, best as a service of this machine.",
        )  # fmt: skip
    elif overdue:
        yield ill(
            "processes", f"Nobody has made these calls for long: {', '.join(overdue)}.",
            "Start `wingbeat work` at least once.",
        )  # fmt: skip
    else:
        yield well("processes", "The schedule is kept.")


def _asked(address: str) -> Finding:
    try:
        with urlopen(f"{address}healthz", timeout=10):  # noqa: S310  the address a process of ours wrote
            return well("processes", f"The desk at {address} is well.")
    except HTTPError as error:
        troubles = ", ".join(json.loads(error.read()).get("troubles", []))
        return ill("processes", f"The desk at {address} says: {troubles}.", "Its log says why.")
    except (URLError, OSError) as error:
        return ill(
            "processes", f"The desk at {address} does not answer: {error}.",
            "Stop it and start it again.",
        )  # fmt: skip


def waiting_for_a_person() -> Iterator[Finding]:
    """Whatever stands in the tray was told there; here only how much it is."""
    counts = {
        "jobs given up": Job.objects.in_tray().count(),
        "mails in the tray": RawMail.objects.in_tray().count(),
        "replies in trouble": Outgoing.objects.in_trouble().count(),
    }
    for what, count in counts.items():
        if count:
            yield ill("tray", f"{count} {what}.", "Open the tray: each has its reason there.")
    if not any(counts.values()):
        yield well("tray", "Nothing waits for a person.")


def reachable() -> Iterator[Finding]:
    address = settings.DESK_ADDRESS
    if not address:
        yield well("address", "None is set: the desk is for this machine only.")
    elif not address.startswith("https://"):
        yield ill(
            "address", f"{address} is not encrypted.",
            "Put a reverse proxy with a certificate in front and set WINGBEAT_ADDRESS to https://.",
        )  # fmt: skip
    elif not settings.WINGBEAT["trusted_proxies"]:
        yield ill(
            "address", "No reverse proxy is trusted, so every request seems to come from it.",
            "Set WINGBEAT_TRUSTED_PROXIES to its address, such as 127.0.0.1.",
        )  # fmt: skip
    else:
        yield well("address", f"{address}, behind a proxy that is trusted.")
    if settings.DEBUG:
        yield ill("debug", "Error pages show technical details.", "Unset WINGBEAT_DEBUG.")
