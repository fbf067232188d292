"""Getting a desk ready to run: its tables and its static files, quickly when nothing changed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from wingbeat.config import home
from wingbeat.config.running import updating
from wingbeat.config.running.locking import waited_for
from wingbeat.desk.journal.changes import options_changed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

log = logging.getLogger(__name__)
ADVISORY_LOCK = 0x6D696772  # "migr": one process changes the tables, the others wait
PACKAGES = ("wingbeat", "django", "django-allauth", "django-htmx", "django-ninja")
NEVER_ASKED_FOR = ["redoc*"]  # a second way to draw the pages of the API, three megabytes


def prepare(*, starts: bool = False) -> None:
    """Make the desk's tables and static files fit this version; call it before anything runs.

    A process that `starts` the desk, no command beside it, notes which options it brought along.
    """
    home.prepare(settings.HOME)
    with waited_for(settings.HOME, "prepare.lock"):
        migrate()
        collect_static()
        if starts:
            note_options()


@transaction.atomic
def note_options() -> None:
    """Record each option that is not as it was; nobody but the machine knows who set it."""
    for name in options_changed():
        by, facts = Agent.objects.system(), {"option": name}
        record(Kind.OPTION_CHANGED, by=by, at=timezone.now(), facts=facts)


def migrate() -> bool:
    """Apply migrations if there are new ones; return whether there were.

    Comparing names takes some milliseconds. Loading every migration to find nothing takes half a
    second, at each start.

    Raises:
        NewerDatabase: if a newer version has changed the tables.
    """
    updating.refuse_newer()
    if not updating.unapplied():
        return False
    with _alone():
        begun = settings.HOME / "run" / "updating"  # what it was before one cut off stays kept
        if not begun.exists():
            updating.keep_copy()
        begun.touch()
        log.info("Preparing the tables of the desk.")
        call_command("migrate", verbosity=0, interactive=False)
        begun.unlink()
    return True


def collect_static() -> bool:
    """Collect and compress static files if they are not those of this version.

    Older ones stay: pages that are open now, and processes of the version before, ask for them.
    """
    root = Path(settings.STATIC_ROOT)
    stamp, wanted = root / ".stamp", _stamp()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    log.info("Collecting static files.")
    with contextlib.redirect_stdout(io.StringIO()):
        call_command(
            "collectstatic", verbosity=0, interactive=False, ignore_patterns=NEVER_ASKED_FOR
        )
    stamp.write_text(wanted)
    return True


def _stamp() -> str:
    digest = hashlib.sha256()
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    ours = settings.PACKAGE / "screens"
    for path in sorted(path for path in ours.rglob("static/**/*") if path.is_file()):
        found = path.stat()
        digest.update(f"{path.relative_to(ours)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield  # the lock in the home folder is enough: the database is in there too
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
