"""The desk's own mail, such as a link to a new password: handed in where replies are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.utils import format_datetime, getaddresses

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels import shadow
from wingbeat.channels.mail.identity import desk_id
from wingbeat.channels.mail.mime import (
    Part,
    ids_header,
    multipart,
    parties_header,
    raw_header,
    text_header,
    text_part,
    wire_address,
)
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.oauth import Refused as NoToken
from wingbeat.channels.mail.refusals import said
from wingbeat.channels.mail.secrets import CannotOpen
from wingbeat.channels.mail.sending import server_of
from wingbeat.channels.mail.smtp_out import Connection, NoAnswer, NotHanded, Refused, Server
from wingbeat.desk.conversations.brand import sender_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party

# Somebody waits before a page meanwhile, so the patience is shorter than for replies.
CONNECT_SECONDS, ANSWER_SECONDS, FINAL_SECONDS = 8.0, 15.0, 30.0
MOST_ACCOUNTS = 3


class CannotSend(RuntimeError):
    """The desk's own mail did not leave; the text says why, and what to do about it."""


class MayHaveLeft(CannotSend):
    """A server took it and did not say so: whoever sends it again may send it twice."""


class DeskBackend(BaseEmailBackend):
    """Hands Django's mails in through the first inbox account that takes them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send each mail, in the name of the inbox that its account serves.

        Raises:
            CannotSend: at the first that does not leave, unless told to fail silently.
        """
        sent = 0
        for message in email_messages:
            try:
                hand_in(message)
            except CannotSend:
                if not self.fail_silently:
                    raise
            else:
                sent += 1
        return sent


def can_send() -> bool:
    """Say whether there is an account through which the desk's own mail could leave."""
    return not shadow.holds() and bool(_accounts())


def hand_in(message: EmailMessage, *, through: Inbox | None = None) -> None:
    """Hand one mail in, first through the account of an inbox that its reader knows.

    Raises:
        CannotSend: with the reason of every account that was tried.
    """
    if shadow.holds():
        raise CannotSend(str(shadow.WHY))
    recipients = [wire_address(address) for _name, address in getaddresses(message.recipients())]
    reasons = []
    for account in _accounts(through):
        try:
            _hand_in(account, recipients, composed(message, account.inbox))
        except (NotHanded, NoAnswer, CannotOpen, NoToken) as why:
            reasons.append(f"{account.inbox.name}: {_told(why)}")
            if isinstance(why, NoAnswer):  # it may be on its way: another account could double it
                raise MayHaveLeft(" ".join(reasons)) from why
        else:
            return
    raise CannotSend(" ".join(reasons) or _("No inbox of this desk can send mail yet."))


def composed(message: EmailMessage, inbox: Inbox) -> bytes:
    """Return a mail's bytes, marked as automatic, so that no machine answers it."""
    if message.attachments:
        raise CannotSend(_("The desk's own mail carries words and no files."))
    headers = b"".join(_headers(message, inbox))
    words: list[Part] = [text_part("plain", str(message.body))]
    for content, kind in getattr(message, "alternatives", ()):
        words.append(text_part(str(kind).removeprefix("text/"), str(content)))
    if len(words) == 1:
        return headers + b"".join(words[0])
    return headers + b"".join(multipart("alternative", words, seed=str(uuid.uuid4())))


def _headers(message: EmailMessage, inbox: Inbox) -> Iterator[bytes]:
    # most servers take only the address that logged in, whatever Django's default says
    sender: Party = {"name": sender_of(inbox), "address": inbox.address}
    domain = wire_address(inbox.address).rpartition("@")[2]
    yield parties_header("From", [sender])
    yield parties_header("To", _parties(message.to))
    if message.cc:
        yield parties_header("Cc", _parties(message.cc))
    yield text_header("Subject", str(message.subject))
    yield raw_header("Date", format_datetime(timezone.localtime()))
    given = message.extra_headers.get("Message-ID", "").strip("<>")
    yield ids_header("Message-ID", [given or f"wb.desk.{uuid.uuid4()}@{domain}"])
    yield raw_header("X-Wingbeat-Loop", desk_id())
    yield raw_header("Auto-Submitted", "auto-generated")
    yield raw_header("X-Auto-Response-Suppress", "All")
    yield raw_header("MIME-Version", "1.0")


def _parties(written: Iterable[str]) -> list[Party]:
    return [{"name": name, "address": address} for name, address in getaddresses(list(written))]


def _accounts(first: Inbox | None = None) -> list[Account]:
    with_server = Account.objects.exclude(smtp_host="").select_related("inbox")
    own = list(with_server.filter(inbox=first)) if first is not None else []
    others = with_server.exclude(inbox=first) if own else with_server
    return [*own, *others.order_by("pk")[:MOST_ACCOUNTS]]


def _hand_in(account: Account, recipients: Sequence[str], content: bytes) -> None:
    with Connection(_patient_for_a_moment(server_of(account))) as connection:
        for sender in ("", wire_address(account.inbox.address)):
            try:
                handed = connection.hand_over(
                    sender, recipients, content, before_words=lambda: None
                )
            except Refused as refused:
                # nobody answers an empty sender; a server that wants one gets the inbox's
                if sender or not refused.is_of_sender:
                    raise
                continue
            for answer in (*handed.never.values(), *handed.later.values()):
                raise Refused(answer)
            return


def _patient_for_a_moment(server: Server) -> Server:
    return replace(
        server,
        connect_seconds=CONNECT_SECONDS,
        answer_seconds=ANSWER_SECONDS,
        final_seconds=FINAL_SECONDS,
    )


def _told(why: Exception) -> str:
    return said(why.answer) if isinstance(why, Refused) else str(why)
