"""What is wrong with a mailbox, in words that help: kept with the account since when it began."""

from __future__ import annotations

import errno
import imaplib
from datetime import datetime

from django.utils.translation import gettext as _
from imap_tools.errors import (
    MailboxFolderSelectError,
    MailboxLoginError,
    UnexpectedCommandStatusError,
)

from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.oauth import Refused
from wingbeat.channels.mail.secrets import CannotOpen
from wingbeat.channels.mail.trying import REMEDIES

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
    if isinstance(error, UnexpectedCommandStatusError):
        return _refusal(account, error)
    if isinstance(error, imaplib.IMAP4.error) and is_log_in(error):
        return _log_in(account, str(error))
    where = f"{account.imap_host}:{account.imap_port}"
    says, remedy = next(words for kind, words in REMEDIES if isinstance(error, kind))
    said = str(says) % {"host": account.imap_host, "where": where}
    return f"{said} {remedy} ({error})"


def is_log_in(error: Exception) -> bool:
    """Say whether a server refused who we are, so that trying often would lock the account."""
    words = str(error).lower()
    if any(word in words for word in _BUSY):
        return False
    return isinstance(error, MailboxLoginError) or "authenticat" in words or "login" in words


def _refusal(account: Account, error: UnexpectedCommandStatusError) -> str:
    words = str(error).lower()
    if isinstance(error, MailboxFolderSelectError) and any(one in words for one in _MISSING):
        return _("There is no folder “%(folder)s” on %(host)s: most servers call it INBOX.") % {
            "folder": account.folder,
            "host": account.imap_host,
        }
    if is_log_in(error):
        return _log_in(account, str(error))
    return _("%(host)s refuses for now: %(said)s") % {"host": account.imap_host, "said": error}


def _log_in(account: Account, said: str) -> str:
    return _(
        "%(host)s does not accept %(user)s with this password. Where the account has a second "
        "factor, most providers want an app password or OAuth2. (%(said)s)"
    ) % {"host": account.imap_host, "user": account.imap_user, "said": said}


def _save(account: Account, changes: dict[str, object]) -> None:
    for name, value in changes.items():
        setattr(account, name, value)
    account.save(update_fields=list(changes))
