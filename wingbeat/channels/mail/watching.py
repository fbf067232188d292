"""Watching mailboxes: one thread for each account, which fetches and waits for news."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.utils import timezone

from wingbeat.channels.mail import oauth, troubles
from wingbeat.channels.mail.fetching import fetch_new, open_folder
from wingbeat.channels.mail.imap import FAILURES
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.secrets import CannotOpen

_log = logging.getLogger(__name__)
# News is asked for again after this time even where a server promised to tell.
NEWS_SECONDS = 240.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
# A refused password is not tried often: servers lock accounts over that.
LOG_IN_PAUSE = 300.0
# New and changed accounts are seen within this time.
LOOK_SECONDS = 5.0
PROBLEMS = (*FAILURES, CannotOpen)
# Whatever of an account decides where and how we look; a change begins anew.
_SETTINGS = (
    "imap_host", "imap_port", "imap_security", "imap_user", "imap_secret", "folder", "is_oauth2",
    "oauth2", "oauth2_secret",
)  # fmt: skip
ADVISORY_LOCK = 0x66657463  # "fetc": one process fetches from an account


@dataclass(slots=True)
class _Watch:
    """A thread and how to stop it."""

    settings: tuple[object, ...]
    stop: threading.Event
    thread: threading.Thread


def watch_all(stop: threading.Event) -> None:
    """Keep one thread for each account that fetches, until told to stop."""
    watches: dict[int, _Watch] = {}
    try:
        while not stop.is_set():
            _adjust(watches)
            stop.wait(LOOK_SECONDS)
    finally:
        for one in watches.values():
            one.stop.set()
        for one in watches.values():
            one.thread.join(5)


def watch(account_id: int, stop: threading.Event) -> None:
    """Fetch from one account whenever there is news, until told to stop."""
    pause = FIRST_PAUSE
    with _alone(account_id) as is_ours:
        while not stop.is_set():
            account = Account.objects.select_related("inbox").filter(pk=account_id).first()
            if account is None or not account.imap_host:
                return
            try:
                if not is_ours():
                    stop.wait(LOOK_SECONDS)
                    continue
                _stay(account, stop)
                pause = FIRST_PAUSE
            except PROBLEMS as error:
                troubles.note(account, error, at=timezone.now())
                oauth.forget(account)
                _log.warning("%s: %s", account, account.trouble)
                stop.wait(max(pause, LOG_IN_PAUSE) if troubles.is_log_in(error) else pause)
                pause = min(pause * 2, LONGEST_PAUSE)


def fetch_once(account: Account) -> int:
    """Fetch what is new now; return how many mails that were.

    Raises:
        PROBLEMS: also noted with the account.
    """
    try:
        folder = open_folder(account)
        try:
            stored = fetch_new(account, folder)
        finally:
            folder.close()
    except PROBLEMS as error:
        troubles.note(account, error, at=timezone.now())
        oauth.forget(account)
        raise
    troubles.clear(account)
    return stored


def _stay(account: Account, stop: threading.Event) -> None:
    """Fetch and wait on one connection until told to stop."""
    folder = open_folder(account)
    try:
        while not stop.is_set():
            fetch_new(account, folder)
            troubles.clear(account)
            folder.wait(NEWS_SECONDS, stop)
    finally:
        folder.close()


def _adjust(watches: dict[int, _Watch]) -> None:
    """Start and end threads so that they are those of the accounts as they are now."""
    wanted = {account.pk: _settings(account) for account in Account.objects.fetched()}
    for number, one in list(watches.items()):
        if wanted.get(number) != one.settings or not one.thread.is_alive():
            one.stop.set()
            if not one.thread.is_alive():
                del watches[number]
    for number, settings in wanted.items():
        if number not in watches:
            watches[number] = _started(number, settings)


def _started(number: int, settings: tuple[object, ...]) -> _Watch:
    stop = threading.Event()
    thread = threading.Thread(
        target=_run, args=(number, stop), name=f"mailbox {number}", daemon=True
    )
    thread.start()
    return _Watch(settings, stop, thread)


def _run(number: int, stop: threading.Event) -> None:
    try:
        watch(number, stop)
    except DatabaseError:
        _log.exception("Watching mailbox %s ended; it begins again", number)
    finally:
        connection.close()


def _settings(account: Account) -> tuple[object, ...]:
    return tuple(str(getattr(account, name)) for name in _SETTINGS)


@contextmanager
def _alone(account_id: int) -> Iterator[_Claim]:
    claim = _Claim(account_id)
    try:
        yield claim
    finally:
        claim.release()


class _Claim:
    """That this process fetches from an account: of several on PostgreSQL, one does."""

    def __init__(self, account_id: int) -> None:
        self._account_id = account_id
        self._is_held = connection.vendor != "postgresql"

    def __call__(self) -> bool:
        if not self._is_held:
            self._is_held = self._asked("SELECT pg_try_advisory_lock(%s, %s)")
        return self._is_held

    def release(self) -> None:
        if self._is_held and connection.vendor == "postgresql":
            with suppress(DatabaseError):  # the lock has ended with the connection
                self._asked("SELECT pg_advisory_unlock(%s, %s)")

    def _asked(self, sql: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(sql, [ADVISORY_LOCK, self._account_id])
            return bool(cursor.fetchone()[0])
