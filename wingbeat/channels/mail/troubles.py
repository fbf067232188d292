"""What is wrong with a mailbox, in words that help: kept with the account since when it began."""

from __future__ import annotations

import errno
from datetime import datetime

from django.utils.translation import gettext as _
from imap_tools.errors import MailboxFolderSelectError, UnexpectedCommandStatusError

from wingbeat.channels.mail.imap import Login, NotLetIn
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.oauth import Refused
from wingbeat.channels.mail.secrets import CannotOpen
from wingbeat.channels.mail.server_trouble import Trouble, not_let_in, trouble

# Words by which servers say that there is no such folder.
_MISSING = ("exist", "not found", "unknown mailbox", "no such")
# Words by which servers say that they are busy: our password is not at fault.
_BUSY = ("throttl", "too many", "try again", "temporar", "[inuse]", "[unavailable]", "[limit]")


def note(account: Account, error: Exception, *, at: datetime) -> None:
    """Keep what is wrong, and since when; a trouble that goes on keeps its beginning."""
    words = said_of(account, error)[:500]
    changes: dict[str, object] = {"trouble": words}
    if not account.trouble:
        changes["trouble_since_at"] = at
    _save(account, changes)


def clear(account: Account) -> None:
    """The mailbox works again."""
    if account.trouble:
        _save(account, {"trouble": "", "trouble_since_at": None})


def said_of(account: Account, error: Exception) -> str:
    """Return what happened and what to do about it."""
    if isinstance(error, (Refused, CannotOpen)):
        return str(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _("The desk's disk is full: make room, and fetching goes on by itself.")
    login = Login(
        account.imap_host, account.imap_port, account.imap_security, account.imap_user,
        password="", is_oauth2=account.is_oauth2,
    )  # fmt: skip
    return str(trouble_with(login, account.folder, error))


def trouble_with(login: Login, folder: str, error: Exception) -> Trouble:
    """Say what kept us from a folder: the folder, the log-in, the server, or the way to it."""
    words = str(error)
    if isinstance(error, MailboxFolderSelectError):
        if any(one in words.lower() for one in _MISSING):
            told = _("There is no folder “%(folder)s” on %(host)s.")
            known = {"folder": folder, "host": login.host}
            return Trouble(told % known, _("Most servers call it INBOX."), words)
    elif is_log_in(error):
        return not_let_in(login, words)
    if isinstance(error, (NotLetIn, UnexpectedCommandStatusError)):
        return Trouble(_("%(host)s refuses for now.") % {"host": login.host}, said=words)
    return trouble(login, error)


def is_log_in(error: Exception) -> bool:
    """Say whether a server refused who we are, so that trying often would lock the account."""
    is_busy = any(word in str(error).lower() for word in _BUSY)
    return isinstance(error, NotLetIn) and not is_busy


def _save(account: Account, changes: dict[str, object]) -> None:
    for name, value in changes.items():
        setattr(account, name, value)
    account.save(update_fields=list(changes))
