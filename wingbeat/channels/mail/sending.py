"""Sending: due replies are leased, composed and handed to a server, each at most once."""

from __future__ import annotations

import logging
import secrets as random_names
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import TracebackType

from django.db import (
    Error as DatabaseError,
    InterfaceError,
    OperationalError,
    connection as database,
)
from django.utils.translation import gettext_lazy as _

from wingbeat.channels import shadow
from wingbeat.channels.mail import asking_how, oauth, secrets
from wingbeat.channels.mail.composing import Post, compose
from wingbeat.channels.mail.gathering import post_of, recipients_of
from wingbeat.channels.mail.mime import HeadersTooLong, wire_address
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.refusals import said
from wingbeat.channels.mail.retrying import after_trouble, next_try
from wingbeat.channels.mail.smtp_out import (
    Answer,
    Broken,
    Connection,
    Handed,
    NoAnswer,
    Refused,
    Server,
    Unreachable,
)
from wingbeat.desk.conversations.blobs import BytesMissing
from wingbeat.desk.conversations.delivering import LostLease, lease_due, postpone_all, refusals
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.people.models import Agent

log = logging.getLogger(__name__)
# Short, so that what a dead process left is shown within ten seconds; a living one renews it.
LEASE = timedelta(seconds=7)
BEAT_SECONDS = 1.5
BATCH = 50
# In seconds. Until it is written, a restart would make a doubt of what a server has taken.
PAUSES_TO_WRITE = (0.1, 0.5, 1.0, 2.0, 4.0)
AFTER_A_CRASH = _(
    "The desk was stopped while this was being handed over: the customer may or may not have it. "
    "Look into the folder of sent mail, then say that it arrived or send it again."
)
NO_ACCOUNT = _(
    "The inbox {inbox} has no mail server to hand replies to: an admin enters one in the settings. "
    "Until then this waits."
)
CANNOT_COMPOSE = _("The desk could not compose this mail; its log says why.")
NOBODY_LEFT = _("There is nobody left to send it to.")


class Clock:
    """The time since a round began, so that a test may say when that was."""

    def __init__(self, now: datetime) -> None:
        self._now, self._began = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)


def send_due(now: datetime, limit: int = BATCH) -> int:
    """Hand over up to `limit` due replies of one inbox; return how many were dealt with.

    Several senders may do this at once, in threads and in processes. Each serves another inbox.
    """
    if shadow.holds():
        Outgoing.objects.ready(now).exclude(why=str(shadow.WHY)).update(why=str(shadow.WHY))
        return 0
    clock, lease = Clock(now), random_names.token_hex(16)
    rows = lease_due(now, lease=lease, until=now + LEASE, limit=limit)
    if not rows:
        return 0
    with Holding(lease, clock):
        inbox = rows[0].message.conversation.inbox
        _Round(inbox, Agent.objects.system(), clock).send(rows)
    return len(rows)


def settle_stranded(now: datetime) -> int:
    """Put in doubt what a dead process was handing over; return how many replies that were.

    What it had leased and not begun to hand over needs nothing: it is due again by itself.
    """
    stranded = list(Outgoing.objects.stranded(now).select_related("message__conversation")[:500])
    system = Agent.objects.system() if stranded else None
    for row in stranded:
        try:
            if system is not None:
                row.doubt(by=system, at=now, why=str(AFTER_A_CRASH))
        except LostLease:  # its sender lives after all, or another process was quicker
            continue
    return len(stranded)


def try_now(inbox: Inbox, now: datetime) -> int:
    """Make every reply of an inbox due at once that waits for a later attempt."""
    waiting = Outgoing.objects.waiting_again(inbox.pk, now)
    return waiting.update(next_at=now)


def server_of(account: Account) -> Server:
    """Return where an inbox's replies are handed in.

    Raises:
        CannotOpen: if its password was encrypted with another desk's key.
        oauth.Refused: if its provider gives no token.
    """
    is_oauth2 = account.is_oauth2
    return Server(
        host=account.smtp_host,
        port=account.smtp_port,
        security=account.smtp_security,  # type: ignore[arg-type]  # the column has these choices
        user=account.smtp_user,
        password=oauth.access_token(account) if is_oauth2 else secrets.opened(account.smtp_secret),
        is_oauth2=is_oauth2,
    )


def write_down(note: Callable[[], None]) -> None:
    """Note what became of a mail; a database that is locked for a moment is asked again."""
    for pause in PAUSES_TO_WRITE:
        try:
            note()
        except (OperationalError, InterfaceError):
            log.warning("what became of a reply could not be written yet", exc_info=True)
            database.close_if_unusable_or_obsolete()
            time.sleep(pause)
        else:
            return
    note()


class Holding:
    """Keeps a lease alive while its rows are worked on, however slow a mail server is."""

    def __init__(self, lease: str, clock: Clock) -> None:
        self._lease, self._clock = lease, clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="outbox-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                held = Outgoing.objects.held_by(self._lease)
                held.update(lease_until_at=self._clock() + LEASE)
            except DatabaseError:  # whoever loses the lease meanwhile notices and stops
                log.warning("the lease of replies being sent could not be renewed", exc_info=True)
        database.close()


class _Round:
    """The replies of one inbox, over one connection."""

    def __init__(self, inbox: Inbox, system: Agent, clock: Clock) -> None:
        self._inbox, self._system, self._clock = inbox, system, clock

    def send(self, rows: Sequence[Outgoing]) -> None:
        account = Account.objects.filter(inbox=self._inbox).exclude(smtp_host="").first()
        if account is None:
            self._wait_all(rows, NO_ACCOUNT.format(inbox=self._inbox.name), gives_up=False)
            return
        try:
            server = server_of(account)
        except (secrets.CannotOpen, oauth.Refused) as error:
            self._wait_all(rows, str(error))
            return
        with Connection(server) as connection:
            for number, row in enumerate(rows):
                try:
                    connection.open()
                except Unreachable as error:
                    oauth.forget(account)  # the token may be why; a new one costs little
                    self._wait_all(rows[number:], str(error))
                    return
                self._send_one(row, connection)

    def _wait_all(self, rows: Sequence[Outgoing], why: str, *, gives_up: bool = True) -> None:
        """Postpone the inbox's replies, those nobody has leased too: they would fare the same."""
        self._wait(rows, why, gives_up=gives_up)
        now = self._clock()
        until = after_trouble(rows[0], now, gives_up=False) or now
        postpone_all(self._inbox.pk, now=now, until=until, why=why)

    def _wait(self, rows: Sequence[Outgoing], why: str, *, gives_up: bool = True) -> None:
        """Postpone replies for a trouble that is not theirs: with the server, or our set-up."""
        for row in rows:
            until = after_trouble(row, self._clock(), gives_up=gives_up)
            try:
                if until is None:
                    row.fail(by=self._system, at=self._clock(), why=why)
                else:
                    row.postpone(until=until, why=why)
            except LostLease:
                continue

    def _send_one(self, row: Outgoing, connection: Connection) -> None:
        try:
            post = self._composed(row)
            if post is not None:
                _Delivery(row, *post, connection, self._system, self._clock).run()
        except LostLease:
            log.info("reply %s is in other hands", row.pk)

    def _composed(self, row: Outgoing) -> tuple[Post, bytearray] | None:
        """Compose a mail; one that cannot be composed must not keep the others from leaving."""
        try:
            asking_how.ask(row, by=self._system, at=self._clock())
            post = post_of(row)
            return post, compose(post)
        except DatabaseError:
            raise
        except HeadersTooLong as error:
            row.fail(by=self._system, at=self._clock(), why=str(error))
        except BytesMissing as error:
            self._wait([row], str(error))
        except Exception:
            log.exception("reply %s could not be composed", row.pk)
            self._wait([row], str(CANNOT_COMPOSE))
        return None


class _Delivery:
    """One reply on its way: composed, handed over, and what became of it written down."""

    def __init__(
        self,
        row: Outgoing,
        post: Post,
        content: bytearray,
        connection: Connection,
        system: Agent,
        clock: Clock,
    ) -> None:
        self._row, self._post, self._content = row, post, content
        self._connection, self._system, self._clock = connection, system, clock
        # as a server knows them -> as we keep them
        self._addresses = {wire_address(each): each for each in recipients_of(row)}

    def run(self) -> None:
        """Hand the mail over once. From its first byte on, nothing here may send it again.

        What became of it is written down in `write_down`; if even that fails, the row stays where
        it is, *handing over*, and becomes a doubt.
        """
        if not self._addresses:
            self._row.fail(by=self._system, at=self._clock(), why=str(NOBODY_LEFT))
            return
        try:
            handed = self._hand_over()
        except Refused as error:
            refused = error
            write_down(lambda: self._refused(refused))
        except (Broken, Unreachable) as error:
            broken = str(error)
            write_down(lambda: self._again(broken, still_to=[], never={}))
        except NoAnswer as error:
            doubt = error
            write_down(lambda: self._doubted(doubt))
        else:
            write_down(lambda: self._handed(handed))

    def _hand_over(self) -> Handed:
        def before_words() -> None:
            self._row.hand_over(self._post.message_id, at=self._clock())

        recipients = list(self._addresses)
        if self._post.is_automatic:
            # nobody answers an empty sender, so no bounce of ours can begin a loop
            try:
                return self._connection.hand_over(
                    "", recipients, self._content, before_words=before_words
                )
            except Refused as refused:
                if not refused.is_of_sender:
                    raise
        sender = wire_address(self._post.sender["address"])
        return self._connection.hand_over(
            sender, recipients, self._content, before_words=before_words
        )

    def _doubted(self, error: NoAnswer) -> None:
        no = {**self._words(error.later), **self._words(error.never)}
        maybe = [kept for kept in self._addresses.values() if kept not in no]
        self._row.doubt(
            by=self._system, at=self._clock(), why=str(error), still_to=maybe, refused=no
        )

    def _handed(self, handed: Handed) -> None:
        never = self._words(handed.never)
        if handed.later:
            self._again(_first(handed.later), still_to=self._kept(handed.later), never=never)
        else:
            self._row.taken(by=self._system, at=self._clock(), refused=never)

    def _refused(self, refused: Refused) -> None:
        never = self._words(refused.never)
        if refused.later:
            self._again(_first(refused.later), still_to=self._kept(refused.later), never=never)
        elif refused.answer.is_for_now and len(never) < len(self._addresses):
            left = [kept for kept in self._addresses.values() if kept not in never]
            self._again(said(refused.answer), still_to=left, never=never)
        else:
            everyone = dict.fromkeys(self._addresses.values(), said(refused.answer))
            none = {**everyone, **never}
            self._row.fail(by=self._system, at=self._clock(), why=refusals(none), refused=none)

    def _again(self, why: str, *, still_to: Sequence[str], never: dict[str, str]) -> None:
        until = next_try(self._row, self._clock())
        if until is not None:
            self._row.postpone(until=until, why=why, still_to=still_to, refused=never)
            return
        given_up = dict.fromkeys(still_to, why)
        self._row.fail(by=self._system, at=self._clock(), why=why, refused={**given_up, **never})

    def _kept(self, answers: dict[str, Answer]) -> list[str]:
        return [self._addresses[wire] for wire in answers]

    def _words(self, answers: dict[str, Answer]) -> dict[str, str]:
        return {self._addresses[wire]: said(answer) for wire, answer in answers.items()}


def _first(answers: dict[str, Answer]) -> str:
    address, answer = next(iter(answers.items()))
    return f"{address}: {said(answer)}"
