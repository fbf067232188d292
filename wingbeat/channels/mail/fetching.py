"""Fetching: every mail of an account's folder becomes a raw mail of the desk, once.

Fetching goes by a high-water mark over UIDs, never by "unread" or by date. The mark moves in the
transaction that stores the mails, so a crash or a cut connection costs nothing but a second try.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wingbeat.channels.mail import intake, oauth, secrets
from wingbeat.channels.mail.imap import Fetched, Folder, KeptBack, Listed, Login, pages
from wingbeat.channels.mail.models import Account, FetchedUid, Source

_log = logging.getLogger(__name__)


def open_folder(account: Account) -> Folder:
    """Log in and open the account's folder for looking.

    Raises:
        FAILURES: if the network or the server does not let us.
        oauth.Refused: if the provider does not renew our token.
        secrets.CannotOpen: if the password was sealed with another key.
    """
    return Folder(login_of(account), account.folder)


def login_of(account: Account) -> Login:
    password = (
        oauth.access_token(account) if account.is_oauth2 else secrets.opened(account.imap_secret)
    )
    return Login(
        host=account.imap_host, port=account.imap_port, security=account.imap_security,
        user=account.imap_user, password=password, is_oauth2=account.is_oauth2,
    )  # fmt: skip


def fetch_new(account: Account, folder: Folder) -> int:
    """Store every mail above the account's mark; return how many there were.

    A folder that has been numbered anew is gone through from its beginning: what we have is
    recognized, what came in between is not missed.
    """
    if (folder.validity, account.place) != (account.uid_validity, account.uid_place):
        _begin(account, folder)
    found = folder.uids(above=account.uid_seen)
    listed = folder.listed(found)
    stored = 0
    for page in pages(list(listed.values())):
        stored += _take(account, folder, page, listed)
    if found and found[-1] > account.uid_seen:  # the last ones went away before we saw them
        _save(account, uid_seen=found[-1])
    _save(account, fetched_at=timezone.now())
    return stored


def fetch_missing(account: Account, folder: Folder, uids: Sequence[int]) -> int:
    """Store these mails, whatever the mark says; return how many the server handed over."""
    FetchedUid.objects.kept_back(account, uids).delete()
    listed = folder.listed(uids)
    return sum(_take(account, folder, page, listed) for page in pages(list(listed.values())))


def start_from_now(account: Account, *, at: datetime) -> None:
    """Leave what is in the folder already where it is: only later mail is ours."""
    _save(account, watched_since_at=at, uid_validity=0, uid_seen=0)


def _begin(account: Account, folder: Folder) -> None:
    """Set the mark for a folder that is new to us, or has been numbered anew."""
    if account.uid_place not in {"", account.place}:
        FetchedUid.objects.set_apart(account)
    mark = 0
    if account.watched_since_at is not None:
        lately = folder.uids(since=account.watched_since_at)
        mark = (lately[0] if lately else folder.next) - 1
    _save(account, uid_place=account.place, uid_validity=folder.validity, uid_seen=max(mark, 0))


def _take(account: Account, folder: Folder, page: Sequence[int], listed: dict[int, Listed]) -> int:
    """Fetch and store one page of mails."""
    most = settings.WINGBEAT["mail_megabytes"] * 1024 * 1024
    wanted = [uid for uid in page if listed[uid].size <= most]
    mails, refused = _fetched(folder, wanted)
    for uid in page:
        if listed[uid].size > most:
            refused[uid] = _("It has %(size)s bytes, more than this desk takes.") % {
                "size": listed[uid].size
            }
    return _store(account, mails, refused, upto=max(page))


def _fetched(folder: Folder, uids: Sequence[int]) -> tuple[list[Fetched], dict[int, str]]:
    """Return the mails, and why the server kept others back: one broken mail is alone in that."""
    if not uids:
        return [], {}
    try:
        mails = folder.mails(uids)
        if len(mails) == len(uids) or len(uids) == 1:
            return mails, _gone(uids, mails)
    except KeptBack as error:
        if len(uids) == 1:
            return [], {uids[0]: str(error)}
    mails = []
    refused: dict[int, str] = {}
    for uid in uids:
        one, why = _fetched(folder, [uid])
        mails += one
        refused |= why
    return mails, refused


def _gone(uids: Sequence[int], mails: Sequence[Fetched]) -> dict[int, str]:
    here = {mail.uid for mail in mails}
    why = _("The server names it and hands nothing over.")
    return {uid: why for uid in uids if uid not in here}


def _store(
    account: Account, mails: Sequence[Fetched], refused: dict[int, str], *, upto: int
) -> int:
    """Store mails and mark in one transaction; return how many mails are new."""
    now = timezone.now()
    new = 0
    with transaction.atomic(durable=True):
        is_renumbered = FetchedUid.objects.of_before(account).exists()
        for mail in mails:
            known = _known(account, mail) if is_renumbered else None
            new += _store_one(account, mail, now, known)
        for uid, why in refused.items():
            _log.warning("%s: the mail with UID %s was not fetched: %s", account, uid, why)
            FetchedUid.objects.get_or_create(
                account=account, uid_validity=account.uid_validity, uid=uid,
                defaults={"why": why[:300]},
            )  # fmt: skip
        if upto > account.uid_seen:
            _save(account, uid_seen=upto)
    intake.stored.set()
    return new


def _store_one(account: Account, mail: Fetched, now: datetime, known: int | None) -> bool:
    """Store a mail unless it is ours already, or older than our watch; say whether it is new."""
    row = FetchedUid(account=account, uid_validity=account.uid_validity, uid=mail.uid)
    if FetchedUid.objects.now_of(account).filter(uid=mail.uid).exists():
        return False
    arrived = min(mail.at or now, now)
    since = account.watched_since_at
    is_ours = since is None or arrived >= since.replace(microsecond=0)
    if known is not None:
        row.raw_mail_id = known
    elif is_ours:
        row.raw_mail = intake.keep(mail.raw, source=Source.IMAP, at=arrived, inbox=account.inbox)
    row.save(force_insert=True)
    return is_ours and known is None


def _known(account: Account, mail: Fetched) -> int | None:
    return FetchedUid.objects.from_before(account, hashlib.sha256(mail.raw).hexdigest())


def _save(account: Account, **changes: object) -> None:
    for name, value in changes.items():
        setattr(account, name, value)
    account.save(update_fields=list(changes))
