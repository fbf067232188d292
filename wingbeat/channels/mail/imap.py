"""One folder of a mail server, looked at without touching it.

The folder is opened read-only and mails are named by UID alone. Flags and dates say nothing here:
a person who reads the mailbox beside us, or an outage, must not make us miss a mail.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

# Whatever the network or the server can do to us.
FAILURES = (imaplib.IMAP4.error, ImapToolsError, OSError)
TIMEOUT_SECONDS = 60.0
# A page of mails is asked for at once, and cut where it would fill the memory.
PAGE_MAILS = 50
PAGE_BYTES = 4 * 1024 * 1024
_LISTED_AT_ONCE = 500
# A server that cannot tell of news is asked so often.
POLL_SECONDS = 60.0
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_BODY = re.compile(rb"\bBODY\[\]")


class NotLetIn(imaplib.IMAP4.error):
    """The server does not take who we are; the text is its own."""


class KeptBack(Exception):
    """The server names a mail and does not hand it over."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where to knock, and as whom. `password` is an access token where `is_oauth2`."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    is_oauth2: bool = False
    seconds: float = TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Listed:
    """What the server says of a mail before it hands it over."""

    uid: int
    size: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail's bytes, and when the server got it."""

    uid: int
    at: datetime | None
    raw: bytes


class Folder:
    """An open folder. Its methods raise one of `FAILURES` when the connection or server fails."""

    def __init__(self, login: Login, name: str) -> None:
        self._box = _connected(login)
        try:
            _log_in(self._box, login)
            self._box.folder.set(name, readonly=True)
            self.validity = self._number("UIDVALIDITY")
            self.next = self._number("UIDNEXT")
            self._idles = "IDLE" in self._box.client.capabilities
            self.count = self._number("EXISTS")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Say goodbye if anybody listens, and hang up in any case."""
        with suppress(*FAILURES):
            self._box.client.logout()
        with suppress(OSError):
            self._box.client.shutdown()

    def uids(self, *, above: int = 0, since: datetime | None = None) -> list[int]:
        """Return the UIDs above a mark, ascending; `since` narrows them to that day and later."""
        asked = [f"UID {above + 1}:*"]
        if since is not None:
            day = since - timedelta(days=2)  # the server's clock decides what a day is
            asked.append(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")
        found = self._asked("SEARCH", *asked)
        numbers = b" ".join(part for part in found if isinstance(part, bytes)).split()
        # "9:*" also names the newest mail when nothing is above it
        return sorted(uid for uid in map(int, numbers) if uid > above)

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Return size and arrival of these mails; one that has gone meanwhile is left out."""
        found: dict[int, Listed] = {}
        for start in range(0, len(uids), _LISTED_AT_ONCE):
            part = uids[start : start + _LISTED_AT_ONCE]
            for line in self._asked("FETCH", _set_of(part), "(UID RFC822.SIZE INTERNALDATE)"):
                words = line if isinstance(line, bytes) else b" ".join(line)
                uid, size = _UID.search(words), _SIZE.search(words)
                if uid and size:
                    one = Listed(int(uid[1]), int(size[1]), _arrival(words))
                    found[one.uid] = one
        return {uid: found[uid] for uid in uids if uid in found}

    def mails(self, uids: Sequence[int]) -> list[Fetched]:
        """Return these mails without marking them as read.

        Raises:
            KeptBack: if the server refuses, as some do where one mail of several is broken.
        """
        try:
            lines = self._asked("FETCH", _set_of(uids), "(UID INTERNALDATE BODY.PEEK[])")
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise KeptBack(str(error)) from error
        found = {one.uid: one for one in _bodies(lines)}
        return [found[uid] for uid in uids if uid in found]

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait until the server tells of news, `stop` is set, or so long.

        A mail that came while we fetched was told beside an answer. Waiting, no server tells of it
        again, so that it would lie there for minutes.
        """
        self._box.client.noop()  # a server may keep to itself what came since our latest command
        if self._has_been_told():
            return
        if not self._idles:
            stop.wait(min(seconds, POLL_SECONDS))
            self._box.client.noop()
            return
        with self._box.idle as idle:
            for _turn in range(max(1, int(seconds))):
                if stop.is_set() or idle.poll(timeout=1):
                    break

    def _has_been_told(self) -> bool:
        """Say whether a server has told of mails beside its answers since this was last asked."""
        _name, told = self._box.client.response("EXISTS")
        return any(one is not None for one in told or [])

    def _asked(self, command: str, *arguments: str) -> list[Any]:
        state, lines = self._box.client.uid(command, *arguments)
        if state != "OK":
            raise imaplib.IMAP4.error(_words(lines))
        return [line for line in lines if line is not None]

    def _number(self, name: str) -> int:
        """Return a number the server told when the folder was opened, 0 if it told none."""
        _name, told = self._box.client.response(name)
        last = next((one for one in reversed(told or []) if one), b"0")
        return int(last) if last.isdigit() else 0


def pages(listed: Sequence[Listed]) -> Iterator[list[int]]:
    """Yield UIDs in groups that are small enough to be held in memory together."""
    page: list[int] = []
    size = 0
    for one in listed:
        if page and (len(page) >= PAGE_MAILS or size + one.size > PAGE_BYTES):
            yield page
            page, size = [], 0
        page.append(one.uid)
        size += one.size
    if page:
        yield page


def _connected(login: Login) -> BaseMailBox:
    # the default of the library is a context that believes any certificate
    context = ssl.create_default_context()
    kinds: dict[str, Callable[[], BaseMailBox]] = {
        "tls": lambda: MailBox(login.host, login.port, timeout=login.seconds, ssl_context=context),
        "starttls": lambda: MailBoxStartTls(
            login.host, login.port, timeout=login.seconds, ssl_context=context
        ),
        "none": lambda: MailBoxUnencrypted(login.host, login.port, timeout=login.seconds),
    }
    return kinds[login.security]()


def _log_in(box: BaseMailBox, login: Login) -> None:
    try:
        if login.is_oauth2:
            box.xoauth2(login.user, login.password, initial_folder=None)
        elif (login.user + login.password).isascii():
            box.login(login.user, login.password, initial_folder=None)
        else:
            box.login_utf8(login.user, login.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise NotLetIn(str(error)) from error


def _bodies(lines: Sequence[Any]) -> Iterator[Fetched]:
    """Yield the mails in a FETCH answer; their attributes may stand before or behind the bytes."""
    for place, line in enumerate(lines):
        if not isinstance(line, tuple) or not _BODY.search(line[0]):
            continue  # a change of flags that another program made meanwhile
        after = lines[place + 1] if place + 1 < len(lines) else b""
        words = line[0] + b" " + (after if isinstance(after, bytes) else b"")
        uid = _UID.search(words)
        if uid:
            yield Fetched(int(uid[1]), _arrival(words), line[1])


def _arrival(words: bytes) -> datetime | None:
    found = _ARRIVED.search(words)
    if not found:
        return None
    try:
        return datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None


def _set_of(uids: Sequence[int]) -> str:
    """Write UIDs as a set, runs as ranges: servers bound the length of a command."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def _words(lines: Sequence[Any]) -> str:
    said = (line for line in lines if isinstance(line, bytes))
    return b" ".join(said).decode("utf-8", "replace") or "The server refuses."
