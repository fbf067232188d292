"""The doctor finds what is wrong and says how to mend it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from tests import cast
from tests.channels.mail import providers
from tests.channels.mail.far_server import far_server
from tests.channels.mail.letters import mail, well_known
from tests.config.processes import DeskFolder
from wingbeat.channels.mail import intake, oauth, secrets
from wingbeat.channels.mail.models import Account, Source
from wingbeat.config.backup import snapshot
from wingbeat.config.doctor import examining, storage, surroundings
from wingbeat.config.doctor.finding import Finding
from wingbeat.config.jobs.models import Job, JobState
from wingbeat.desk.conversations import blobs
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.sealing import seal


def large() -> IncomingAttachment:
    return IncomingAttachment(name="photo.jpg", type="image/jpeg", content=os.urandom(100_000))


def ill(findings: Iterable[Finding]) -> dict[str, str]:
    """Return what is wrong; each finding of it has a remedy."""
    found = [finding for finding in findings if not finding.is_well]
    assert all(finding.remedy for finding in found)
    return {finding.check: finding.says for finding in found}


@pytest.mark.django_db(transaction=True)
def test_a_sound_store_is_well() -> None:
    cast.opened(cast.support(cast.ada()), cast.said(attachments=(large(),)))
    seal()
    assert ill(storage.journal()) == {}
    assert ill(storage.sealed_in_time()) == {}
    assert ill(storage.large_files()) == {}


@pytest.mark.django_db(transaction=True)
def test_a_bent_journal_is_found() -> None:
    cast.opened(cast.support(cast.ada()))
    seal()
    Entry.objects.update(agent_id=F("pk") + 100_000)  # nobody's
    assert "chain breaks at entry" in ill(storage.journal())["journal"]


@pytest.mark.django_db(transaction=True)
def test_a_sealing_that_stands_still_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "SEALING_MAY_TAKE", 0.1)
    cast.opened(cast.support(cast.ada()))
    assert "waited" in ill(storage.sealed_in_time())["sealing"]


@pytest.mark.django_db
def test_a_missing_and_a_damaged_large_file_are_found() -> None:
    inbox = cast.support(cast.ada())
    for file in (large(), large()):
        cast.opened(inbox, cast.said(attachments=(file,)))
    missing, damaged = sorted(snapshot.blobs())
    blobs.path_of(missing).unlink()
    blobs.path_of(damaged).write_bytes(b"something else")
    says = [f.says for f in storage.large_files() if not f.is_well]
    assert says == [
        f"1 of 2 are missing, {missing} first.",
        f"1 of 2 are damaged, {damaged} first.",
    ]


def test_a_store_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    in_the_way = tmp_path / "blobs"
    in_the_way.write_text("a file where a folder should be")
    with override_settings(BLOBS=in_the_way):
        assert "cannot be used" in ill(storage._store_works())["file store"]


def test_keys_that_others_may_read_are_found(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    key = tmp_path / "keys" / "desk.key"
    key.write_text("secret")
    key.chmod(0o644)
    with override_settings(HOME=tmp_path):
        assert str(key) in ill(storage.keys())["keys"]
        key.chmod(0o600)
        assert ill(storage.keys()).keys() == {"recovery key"}


def test_a_full_disk_is_found_before_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ill(storage.home_folder()) == {}
    monkeypatch.setattr(storage, "SPACE_NEEDED", 1 << 60)
    assert "MB left" in ill(storage.home_folder())["home folder"]


@pytest.mark.django_db
def test_a_mail_server_that_does_not_answer_is_found_with_a_remedy() -> None:
    inbox = cast.support(cast.ada())
    Account.objects.create(
        inbox=inbox, imap_host="127.0.0.1", imap_port=1, imap_security="none",
        smtp_host="127.0.0.1", smtp_port=1, smtp_security="none",
    )  # fmt: skip
    assert ill(surroundings.mail_accounts()).keys() == {
        f"IMAP for {inbox.address}", f"SMTP for {inbox.address}",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_mailbox_that_is_opened_by_a_token_is_tried_with_a_new_one() -> None:
    with providers.running() as provider, far_server(knows_token="now") as far:
        provider.answer = {"access_token": "now", "expires_in": 3600}
        Account.objects.create(
            inbox=cast.support(cast.ada()), smtp_host="127.0.0.1", smtp_port=far.port,
            smtp_security="none", smtp_user="support@desk.example", is_oauth2=True,
            imap_secret=secrets.sealed("lasting"),
            oauth2={"token_url": f"{provider.url}/token", "client_id": "wingbeat"},
        )  # fmt: skip
        assert ill(surroundings.mail_accounts()) == {}
        provider.status = 400
        oauth.forget(Account.objects.get())
        assert "gave no token" in ill(surroundings.mail_accounts()).popitem()[1]


@pytest.mark.django_db
def test_an_inbox_that_neither_fetches_nor_sends_is_found() -> None:
    inbox = cast.support(cast.ada())
    assert f"mail account of {inbox.address}" in ill(surroundings.mail_accounts())
    Account.objects.create(inbox=inbox)
    assert f"mail account of {inbox.address}" in ill(surroundings.mail_accounts())


@pytest.mark.django_db
def test_replies_that_nobody_can_hand_in_are_found() -> None:
    conversation = cast.opened(cast.support(cast.ada()))
    assert ill(surroundings.replies_without_a_server()) == {}
    conversation.reply(cast.letter(), by=cast.ada(), at=cast.NOON, seen=None)
    found = ill(surroundings.replies_without_a_server())
    assert "1 wait." in found["SMTP for support@desk.example"]
    Account.objects.create(inbox=conversation.inbox, smtp_host="127.0.0.1")
    assert ill(surroundings.replies_without_a_server()) == {}


@pytest.mark.django_db(transaction=True)
def test_what_waits_in_the_tray_is_counted() -> None:
    assert ill(surroundings.waiting_for_a_person()) == {}
    now = timezone.now()
    Job.objects.create(task="x", state=JobState.POISON, enqueued_at=now, run_after_at=now)
    assert ill(surroundings.waiting_for_a_person()) == {"tray": "1 jobs given up."}


def test_an_address_without_encryption_or_a_trusted_proxy_is_found() -> None:
    assert ill(surroundings.reachable()) == {}
    with override_settings(DESK_ADDRESS="http://desk.example.org"):
        assert "not encrypted" in ill(surroundings.reachable())["address"]
    with override_settings(DESK_ADDRESS="https://desk.example.org"):
        assert "No reverse proxy is trusted" in ill(surroundings.reachable())["address"]
    trusted = {**settings.WINGBEAT, "trusted_proxies": ("127.0.0.1",)}
    with override_settings(DESK_ADDRESS="https://desk.example.org", WINGBEAT=trusted):
        assert ill(surroundings.reachable()) == {}


def test_a_certificate_that_cannot_be_used_is_found(tmp_path: Path) -> None:
    assert list(surroundings.smtp_certificate()) == []
    options = {**settings.WINGBEAT, "smtp_certificate": str(tmp_path / "none.pem")}
    with override_settings(WINGBEAT=options):
        assert "cannot be used" in ill(surroundings.smtp_certificate())["SMTP certificate"]


def test_a_check_that_breaks_down_is_a_finding() -> None:
    def broken_check() -> Iterable[Finding]:
        raise OSError("the disk went away")

    [finding] = examining._run(broken_check)  # type: ignore[arg-type]  # it never yields
    assert (finding.check, finding.is_well) == ("broken check", False)
    assert "the disk went away" in finding.says


def test_a_running_desk_is_asked_how_it_is(desk: DeskFolder) -> None:
    desk.start("up", "--port", "0")
    done = desk.wingbeat("doctor", "--json")
    told = {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert told["database"]["ok"]
    if connection.vendor == "sqlite":
        assert "is well" in told["processes"]["says"]
    assert {name for name, line in told.items() if not line["ok"]} == {"recovery key"}
    assert done.returncode == 1  # there is no recovery key yet


def test_an_unprepared_desk_is_told_how_to_begin(empty_desk: DeskFolder) -> None:
    done = empty_desk.wingbeat("doctor")
    assert done.returncode == 1
    assert "-> Start the desk once: `wingbeat up` applies them." in done.stdout
    assert "journal" not in done.stdout


@pytest.mark.django_db
def test_a_mail_server_that_judges_not_every_mail_is_found() -> None:
    inbox = well_known(cast.support())
    assert [one.is_well for one in surroundings.vouching_servers()] == [True]
    intake.store(mail(), source=Source.IMAP, inbox=inbox, at=cast.NOON)
    (found,) = surroundings.vouching_servers()
    assert not found.is_well
    assert "1 of the latest 4 mails bring no results of mx.desk.example" in found.says
    assert "no mail acts as an agent" in found.says
