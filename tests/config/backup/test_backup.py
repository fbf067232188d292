"""A backup holds the whole desk, only its key opens it, and what comes back is what was there."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests import cast
from wingbeat.channels.privacy import erasing, erasures_log
from wingbeat.config.backup import restoring, snapshot, writing
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.customers.models import Customer
from wingbeat.screens.setup import recovery

pytestmark = pytest.mark.django_db(transaction=True)
LARGE = bytes(range(256)) * 1_000


def _desk_with_words() -> None:
    ada = cast.ada()
    file = IncomingAttachment(name="photo.jpg", type="image/jpeg", content=LARGE)
    conversation = cast.opened(cast.support(ada), cast.said(attachments=(file,)))
    conversation.reply(cast.letter(), by=ada, at=cast.NOON, seen=None, undo_for=timedelta(0))


def test_a_backup_is_checked_to_the_last_byte_without_changing_anything(tmp_path: Path) -> None:
    _desk_with_words()
    key = recovery.key(recovery.make(settings.HOME))
    before = snapshot.counts()
    backup = writing.back_up(tmp_path, at=cast.NOON)
    checked = restoring.check(backup, key)
    assert checked.messages == 2
    assert checked.rows == before == snapshot.counts()
    assert LARGE[:64] not in backup.read_bytes()
    assert list(tmp_path.iterdir()) == [backup]


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    recovery.make(settings.HOME)
    backup = writing.back_up(tmp_path, at=cast.NOON)
    other = recovery.key(recovery.make(tmp_path))
    with pytest.raises(restoring.Unusable, match="another recovery key"):
        restoring.check(backup, other)


def test_one_damaged_byte_is_found(tmp_path: Path) -> None:
    key = recovery.key(recovery.make(settings.HOME))
    backup = writing.back_up(tmp_path, at=cast.NOON)
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    with pytest.raises(restoring.Unusable, match="Nothing was changed"):
        restoring.check(backup, key)


def test_a_missing_blob_stops_the_backup_and_leaves_no_half_one(tmp_path: Path) -> None:
    _desk_with_words()
    recovery.make(settings.HOME)
    for path in Path(settings.BLOBS).rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(writing.BackupFailed, match="not written"):
        writing.back_up(tmp_path, at=cast.NOON)
    assert list(tmp_path.iterdir()) == []


def test_a_desk_is_never_restored_over(tmp_path: Path) -> None:
    _desk_with_words()
    key = recovery.key(recovery.make(settings.HOME))
    backup = writing.back_up(tmp_path, at=cast.NOON)
    with pytest.raises(restoring.DeskExists, match="2 messages"):
        restoring.restore(backup, key)


RESTORE = """
import sys, django
django.setup()
from pathlib import Path
from wingbeat.config.backup import restoring
from wingbeat.screens.setup import recovery
from wingbeat.config import home
from django.conf import settings
home.prepare(settings.HOME)
restoring.restore(Path(sys.argv[1]), recovery.key(sys.argv[2]))
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations import searching
from wingbeat.desk.people.models import Agent
print(Attachment.objects.get().content() == bytes(range(256)) * 1_000)
print([o.state for o in Outgoing.objects.all()])
print(len(searching.find("lamp", agent=Agent.objects.get(name="Ada Fields"))))
"""


def test_a_restored_desk_has_every_word_and_sends_nothing_by_itself(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("restoring into a second PostgreSQL database is its own test")
    _desk_with_words()
    secret = recovery.make(settings.HOME)
    backup = writing.back_up(tmp_path / "backups", at=cast.NOON)
    done = _run(["-c", RESTORE, str(backup), secret], home=tmp_path / "new")
    assert done == ["True", "['in_doubt']", "1"]


def test_a_restored_desk_on_postgresql_goes_on_counting(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    _desk_with_words()
    secret = recovery.make(settings.HOME)
    backup = writing.back_up(tmp_path / "backups", at=cast.NOON)
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    host, user = connection.settings_dict["HOST"], connection.settings_dict["USER"]
    url = f"postgresql://{user}@{host}:{connection.settings_dict['PORT']}/{name}"
    try:
        done = _run(["-c", RESTORE, str(backup), secret], home=tmp_path / "new", url=url)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
    assert done == ["True", "['in_doubt']", "1"]


def _run(arguments: list[str], *, home: Path, url: str = "") -> list[str]:
    environment = {
        "WINGBEAT_HOME": str(home),
        "WINGBEAT_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "wingbeat.config.settings",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


ERASED = """
import sys, django
django.setup()
from pathlib import Path
from wingbeat.config.backup import restoring
from wingbeat.screens.setup import recovery
from wingbeat.config import home
from django.conf import settings
home.prepare(settings.HOME)
print(restoring.restore(Path(sys.argv[1]), recovery.key(sys.argv[2])).erased)
from wingbeat.desk.conversations.message import MessageText
print([text.text for text in MessageText.objects.order_by("pk")])
"""


def test_who_was_erased_after_a_backup_does_not_come_back_with_it(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("restoring into a second PostgreSQL database is its own test")
    erasures_log.path().unlink(missing_ok=True)
    _desk_with_words()
    secret = recovery.make(settings.HOME)
    old = writing.back_up(tmp_path / "old", at=cast.NOON)
    alone = _run(["-c", ERASED, str(old), secret], home=tmp_path / "alone")
    assert alone == ["None", "['My lamp does not light.', 'We send you a new one.']"]
    Outgoing.objects.update(state="sent")
    erasing.erase(Customer.objects.get(), by=cast.olga(), at=cast.after(hours=1))
    writing.back_up(tmp_path / "old", at=cast.after(hours=2))
    again = _run(["-c", ERASED, str(old), secret], home=tmp_path / "again")
    assert again == ["1", "['(erased)', '(erased)']"]
    erasures_log.path().unlink()


@pytest.mark.parametrize("bytes_left", [0, 150, 3000])
def test_a_backup_that_was_cut_short_is_said_to_be_so(tmp_path: Path, bytes_left: int) -> None:
    key = recovery.key(recovery.make(settings.HOME))
    backup = writing.back_up(tmp_path, at=cast.NOON)
    backup.write_bytes(backup.read_bytes()[:bytes_left])
    with pytest.raises(restoring.Unusable, match="damaged or cut short"):
        restoring.check(backup, key)
