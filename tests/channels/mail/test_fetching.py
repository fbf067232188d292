"""Fetching from a real Dovecot: every mail once, whatever is read, cut or numbered anew."""

from __future__ import annotations

import imaplib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests import cast, dovecot
from tests.channels.mail import providers
from tests.channels.mail.letters import mail
from tests.dovecot import Dovecot
from wingbeat.channels.mail import imap, intake, secrets, watching
from wingbeat.channels.mail.commands import fetch, reconcile as reconcile_command
from wingbeat.channels.mail.fetching import fetch_new, open_folder, start_from_now
from wingbeat.channels.mail.imap import Fetched, Folder, KeptBack
from wingbeat.channels.mail.models import Account, FetchedUid, RawMail
from wingbeat.channels.mail.reconcile import reconcile
from wingbeat.channels.mail.watching import fetch_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.imap]
_count = iter(range(1, 10**9))


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as server:
        yield server


@pytest.fixture
def account(server: Dovecot) -> Account:
    """An account with a mailbox of its own."""
    return Account.objects.create(
        inbox=cast.support(cast.ada()), imap_host="127.0.0.1", imap_port=server.port,
        imap_security="none", imap_user=f"box{next(_count)}",
        imap_secret=secrets.sealed(dovecot.PASSWORD),
    )  # fmt: skip


def deliver(server: Dovecot, account: Account, *texts: str, **more: Any) -> None:
    for text in texts:
        server.deliver(account.imap_user, mail(text).replace(b"\n", b"\r\n"), **more)


def texts() -> list[str]:
    """The first words of every mail we have, in order of arrival."""
    return [
        row.content().rpartition(b"\r\n\r\n")[2].strip().decode()
        for row in RawMail.objects.order_by("pk")
    ]


def as_a_person(server: Dovecot, account: Account) -> imaplib.IMAP4:
    """Somebody who looks into the same mailbox with a mail program."""
    box = imaplib.IMAP4("127.0.0.1", server.port)
    box.login(account.imap_user, dovecot.PASSWORD)
    box.select("INBOX")
    return box


def test_every_mail_is_stored_once_for_the_accounts_inbox(
    server: Dovecot, account: Account
) -> None:
    deliver(server, account, "one", "two")
    assert (fetch_once(account), fetch_once(account)) == (2, 0)
    deliver(server, account, "three")
    assert fetch_once(account) == 1
    assert texts() == ["one", "two", "three"]
    assert {row.inbox for row in RawMail.objects.all()} == {account.inbox}
    assert {row.source for row in RawMail.objects.all()} == {"imap"}


def test_what_a_person_has_read_is_fetched_and_nothing_is_marked_by_us(
    server: Dovecot, account: Account
) -> None:
    deliver(server, account, "read already", "new")
    person = as_a_person(server, account)
    person.store("1", "+FLAGS", r"(\Seen)")
    fetch_once(account)
    assert texts() == ["read already", "new"]
    assert person.search(None, "UNSEEN")[1] == [b"2"]
    person.logout()


def test_the_folder_is_opened_for_looking_only(server: Dovecot, account: Account) -> None:
    deliver(server, account, "one")
    folder = open_folder(account)
    folder._box.client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    folder.close()
    person = as_a_person(server, account)
    assert person.search(None, "UNDELETED")[1] == [b"1"]
    person.logout()


def test_after_an_outage_of_two_weeks_every_mail_is_there_with_its_time(
    server: Dovecot, account: Account
) -> None:
    fetch_once(account)
    now = datetime.now(UTC).replace(microsecond=0)
    for days in range(14, 0, -1):
        at = now - timedelta(days=days)
        deliver(server, account, f"{days} days ago", at=at.timestamp())
    assert fetch_once(account) == 14
    arrived = RawMail.objects.order_by("received_at").values_list("received_at", flat=True)
    assert list(arrived) == [now - timedelta(days=days) for days in range(14, 0, -1)]
    intake.judge_stored(at=now)
    assert {row.judgement for row in RawMail.objects.all()} == {"opened"}


def test_a_folder_numbered_anew_brings_what_is_new_and_doubles_nothing(
    server: Dovecot, account: Account
) -> None:
    deliver(server, account, "one", "two")
    for _turn in range(2):  # two equal mails without an id are two
        server.deliver(account.imap_user, mail("no id", message_id=""))
    fetch_once(account)
    before = account.uid_validity
    server.renumber(account.imap_user)
    deliver(server, account, "three")
    assert fetch_once(account) == 1
    assert account.uid_validity != before
    assert RawMail.objects.count() == 5
    assert FetchedUid.objects.now_of(account).count() == 5


def test_another_folder_begins_anew_though_its_numbers_are_the_same(
    server: Dovecot, account: Account
) -> None:
    deliver(server, account, "one", "two")
    fetch_once(account)
    FetchedUid.objects.update(uid_validity=7)
    Account.objects.update(uid_validity=7)
    for user in ("another", account.imap_user):
        account = Account.objects.select_related("inbox").get()
        account.imap_user = user
        deliver(server, account, f"new in {user}")
        folder = open_folder(account)
        folder.validity = 7
        assert fetch_new(account, folder) == 1
        folder.close()
    assert texts() == ["one", "two", "new in another", f"new in {account.imap_user}"]


def test_a_connection_cut_in_between_loses_and_doubles_nothing(
    server: Dovecot, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(server, account, *[f"mail {number}" for number in range(30)])
    monkeypatch.setattr(imap, "PAGE_MAILS", 5)
    cut_after(monkeypatch, pages=3)
    with pytest.raises(imaplib.IMAP4.abort):
        fetch_once(account)
    account.refresh_from_db()
    assert (RawMail.objects.count(), account.uid_seen) == (10, 10)
    assert account.trouble
    monkeypatch.undo()
    assert fetch_once(account) == 20
    assert sorted(texts()) == sorted(f"mail {number}" for number in range(30))
    assert account.trouble == ""


def test_a_crash_before_the_commit_leaves_the_mark_where_the_mails_are(
    server: Dovecot, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(server, account, "one", "two")
    real, stored = intake.keep, list[bytes]()

    def keep(raw: bytes, **more: Any) -> RawMail:
        if stored:
            raise KeyboardInterrupt
        stored.append(raw)
        return real(raw, **more)

    monkeypatch.setattr(intake, "keep", keep)
    with pytest.raises(KeyboardInterrupt):
        fetch_once(account)
    monkeypatch.undo()
    account.refresh_from_db()
    assert (RawMail.objects.count(), account.uid_seen) == (0, 0)
    assert fetch_once(account) == 2


def test_one_mail_that_the_server_keeps_back_does_not_hide_the_others(
    server: Dovecot, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(server, account, "one", "broken", "three")
    keep_back(monkeypatch, uid=2)
    assert fetch_once(account) == 2
    assert texts() == ["one", "three"]
    row = FetchedUid.objects.kept_back(account).get()
    assert (row.uid, row.why) == (2, "cannot open message")
    monkeypatch.undo()
    counted = reconcile(account, at=cast.NOON)
    assert (counted.on_server, counted.here, counted.fetched) == (3, 2, 1)
    assert texts() == ["one", "three", "broken"]
    assert reconcile(account, at=cast.NOON).here == 3


def test_counting_finds_what_the_mark_has_passed_over(server: Dovecot, account: Account) -> None:
    deliver(server, account, "one", "two", "three")
    fetch_once(account)
    FetchedUid.objects.get(account=account, uid=2).delete()
    RawMail.objects.filter(uids__isnull=True).delete()
    counted = reconcile(account, at=cast.NOON)
    assert (counted.on_server, counted.here, counted.fetched) == (3, 2, 1)
    assert texts() == ["one", "three", "two"]


def test_the_commands_tell_what_they_did_and_fail_where_something_is_missing(
    server: Dovecot, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(server, account, "one", "two")
    assert fetch.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "inbox": account.inbox.address, "fetched": 2, "trouble": "",
    }  # fmt: skip
    assert reconcile_command.main([]) == 0
    assert capsys.readouterr().out == "support@desk.example: 2 there, 2 here, 0 fetched now\n"
    Account.objects.update(imap_port=1)
    assert (fetch.main([]), reconcile_command.main(["--json"])) == (1, 1)
    assert capsys.readouterr().out.count("Nobody listens") == 2


def test_an_account_that_starts_now_leaves_old_mail_where_it_is(
    server: Dovecot, account: Account
) -> None:
    now = datetime.now(UTC)
    deliver(server, account, "last year", at=(now - timedelta(days=300)).timestamp())
    deliver(server, account, "this morning", at=(now - timedelta(hours=2)).timestamp())
    start_from_now(account, at=now - timedelta(minutes=1))
    deliver(server, account, "now")
    assert fetch_once(account) == 1
    server.renumber(account.imap_user)
    assert fetch_once(account) == 0
    assert texts() == ["now"]
    counted = reconcile(account, at=now)
    assert counted.on_server == counted.here


def test_a_mail_that_is_too_large_is_left_there_and_named(
    server: Dovecot, account: Account, settings: Any
) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "mail_megabytes": 1}
    deliver(server, account, "small", "x" * 1_200_000, "small too")
    assert fetch_once(account) == 2
    assert "more than this desk takes" in FetchedUid.objects.kept_back(account).get().why


def test_a_wrong_password_is_told_with_its_remedy_and_since_when(
    server: Dovecot, account: Account
) -> None:
    account.imap_secret = secrets.sealed("wrong")
    account.save()
    for _turn in range(2):
        with pytest.raises(watching.PROBLEMS):
            fetch_once(account)
    account.refresh_from_db()
    assert "does not accept this user and password" in account.trouble
    assert account.trouble_since_at is not None
    assert list(Account.objects.in_trouble()) == [account]


def test_a_mailbox_that_takes_no_password_is_opened_with_a_renewed_token(
    server: Dovecot, account: Account
) -> None:
    with providers.running() as provider:
        server.ask_about_tokens(f"{provider.url}/introspect")
        provider.answer = {
            "access_token": "a token", "expires_in": 3600, "active": True,
            "username": account.imap_user,
        }  # fmt: skip
        account.is_oauth2, account.imap_secret = True, secrets.sealed("lasting")
        account.oauth2 = {"token_url": f"{provider.url}/token", "client_id": "wingbeat"}
        account.save()
        deliver(server, account, "one")
        assert fetch_once(account) == 1
        assert provider.asked[0]["grant_type"] == "refresh_token"
        assert provider.asked[1]["token"] == "a token"

        provider.answer |= {"active": False}
        with pytest.raises(watching.PROBLEMS):
            fetch_once(account)
    assert f"does not let “{account.imap_user}” in" in account.trouble


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"folder": "Nowhere"}, "There is no folder “Nowhere”"),
        ({"imap_host": "nowhere.invalid"}, "There is no server named nowhere.invalid"),
        ({"imap_port": 1}, "Nobody listens at 127.0.0.1:1"),
        ({"imap_security": "tls"}, "does not speak TLS"),
    ],
)
def test_each_trouble_has_words_that_help(
    server: Dovecot, account: Account, change: dict[str, Any], words: str
) -> None:
    for name, value in change.items():
        setattr(account, name, value)
    with pytest.raises(watching.PROBLEMS):
        fetch_once(account)
    assert words in account.trouble


def test_a_watched_mailbox_tells_of_news_at_once_and_survives_an_outage(
    server: Dovecot, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "FIRST_PAUSE", 0.2)
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.1)
    stop = threading.Event()
    thread = threading.Thread(target=watched, args=(watching.watch_all, stop))
    thread.start()
    try:
        deliver(server, account, "one")
        soon(lambda: RawMail.objects.count() == 1)
        time.sleep(0.5)
        deliver(server, account, "two")
        soon(lambda: RawMail.objects.count() == 2)
        server.stop()
        soon(lambda: Account.objects.get(pk=account.pk).trouble != "")
        server.start()
        deliver(server, account, "three")
        soon(lambda: RawMail.objects.count() == 3)
        soon(lambda: Account.objects.get(pk=account.pk).trouble == "")
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    assert texts() == ["one", "two", "three"]


def test_a_mail_that_came_while_others_were_fetched_is_not_waited_for(
    server: Dovecot, account: Account
) -> None:
    deliver(server, account, "first")
    folder = open_folder(account)
    try:
        assert fetch_new(account, folder) == 1
        deliver(server, account, "second")
        began = time.monotonic()
        folder.wait(15, threading.Event())
        assert time.monotonic() - began < 5
        assert fetch_new(account, folder) == 1
    finally:
        folder.close()
    assert texts() == ["first", "second"]


def watched(work: Callable[[threading.Event], None], stop: threading.Event) -> None:
    try:
        work(stop)
    finally:
        connection.close()


def soon(is_so: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def cut_after(monkeypatch: pytest.MonkeyPatch, *, pages: int) -> None:
    """Let the connection break while the last of so many pages comes in."""
    real, left = Folder.mails, iter(range(pages - 1))

    def mails(folder: Folder, uids: list[int]) -> list[Fetched]:
        if next(left, None) is None:
            folder._box.client.sock.shutdown(socket.SHUT_RDWR)
        return real(folder, uids)

    monkeypatch.setattr(Folder, "mails", mails)


def keep_back(monkeypatch: pytest.MonkeyPatch, *, uid: int) -> None:
    """Let the server refuse whatever page holds this mail, as Exchange does."""
    real = Folder.mails

    def mails(folder: Folder, uids: list[int]) -> list[Fetched]:
        if uid in uids:
            raise KeptBack("cannot open message")
        return real(folder, uids)

    monkeypatch.setattr(Folder, "mails", mails)
