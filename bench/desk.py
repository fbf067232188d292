"""An empty desk in a folder of its own, for benches that fill it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def empty_desk(database_url: str = "") -> Iterator[Path]:
    """Set Django up on a new desk with one inbox; PostgreSQL databases must be empty."""
    home = Path(tempfile.mkdtemp(prefix="wingbeat-bench-"))
    os.environ |= {"WINGBEAT_HOME": str(home), "WINGBEAT_DATABASE_URL": database_url}
    os.environ["DJANGO_SETTINGS_MODULE"] = "wingbeat.config.settings"
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from wingbeat.desk.conversations.inbox import Inbox
        from wingbeat.desk.people.models import Team

        inbox = Inbox.objects.create(name="Support", address="support@desk.example")
        inbox.teams.add(Team.objects.create(name="Support"))
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
